import { onTestFinished } from 'vitest'
import { havePostgres, openPostgres, type PostgresServer } from './postgres.ts'
import { haveRedis, openRedis } from './redis.ts'

export interface Shape {
  readonly settings: Readonly<Record<string, string>>
  /** Folders outside LETHE_DATA in which this shape keeps bytes. */
  readonly folders: readonly string[]
  close(): Promise<void>
}

/** Ended with the test at the latest, however that ends: a server would go on, and its files stay. */
function ended(shape: Shape): Shape {
  let closing: Promise<void> | null = null
  const close = () => (closing ??= shape.close())
  try {
    onTestFinished(close)
  } catch {} // opened for several tests, in a hook: ends with the process that runs their file
  return { ...shape, close }
}

export interface NamedShape {
  readonly name: string
  open(): Promise<Shape>
}

/** The shapes that every journey walks: the same code, other engines behind two URLs. */
export const shapes: readonly NamedShape[] = [
  { name: 'sqlite + pglite', open: async () => ({ settings: {}, folders: [], close: async () => {} }) },
  ...(haveRedis ? [{ name: 'sqlite + redis', open: onRedis }] : []),
  ...(havePostgres && haveRedis ? [{ name: 'postgres + redis', open: onPostgresAndRedis }] : []),
  ...(havePostgres ? [{ name: 'postgres + postgres', open: onPostgres }] : []),
]

/** Those whose store is a server. */
export const onServers: readonly NamedShape[] = shapes.filter(({ name }) => name.startsWith('postgres'))

async function onRedis(): Promise<Shape> {
  const redis = await openRedis()
  return ended({ settings: { LETHE_QUEUE: redis.url }, folders: [redis.dir], close: async () => void redis.close() })
}

async function onPostgresAndRedis(): Promise<Shape> {
  const [server, redis] = await Promise.all([openSearched(), openRedis()])
  return ended({
    settings: { LETHE_STORE: await server.database('mail'), LETHE_QUEUE: redis.url },
    folders: [server.dir, redis.dir],
    close: async () => {
      redis.close()
      await server.close()
    },
  })
}

async function onPostgres(): Promise<Shape> {
  // A queue on PostgreSQL empties the server's log with an erasure where these let it.
  const server = await openSearched('wal_recycle=off')
  const [store, queue] = [await server.database('mail'), await server.database('queue')]
  return ended({ settings: { LETHE_STORE: store, LETHE_QUEUE: queue }, folders: [server.dir], close: server.close })
}

/** Its own log lies among its files, so that a search of the bytes reads that as well. */
const openSearched = (...more: readonly string[]): Promise<PostgresServer> =>
  openPostgres(['logging_collector=on', 'log_directory=log', ...more])
