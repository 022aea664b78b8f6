import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, folder, startLethe } from '../../journeys/lethe.ts'
import { openPostgres, type PostgresServer } from '../../journeys/postgres.ts'
import { haveRedis, openRedis } from '../../journeys/redis.ts'
import type { ShapeName } from './shape.ts'

type Settings = Readonly<Record<string, string>>

/**
 * What the many Lethes of one run stand on, so that each is there in seconds: the compiled code of the others, an embedded
 * queue that was opened and drained once, servers that several share. All of it is what a second start of a Lethe finds.
 */
export interface Ground {
  /** For the environment of every process. */
  readonly settings: Settings
  /** Store and queue for one Lethe, on servers whose files are its own: `folders` are where bytes of it lie beside its data. */
  searched(data: string): Promise<{ readonly settings: Settings; readonly folders: readonly string[] }>
  /** The same for one whose files nobody looks at: it is there sooner, and on servers that it shares with others. */
  swift(): Promise<Settings>
  /** Both in its data folder, whatever the shape is: for one that is to reach nothing outside. */
  embedded(data: string): Promise<Settings>
  /** A copy of a store on a server, while no Lethe is on it; nothing for one that was copied with its data folder. */
  copyStore(url: string | undefined): Promise<Settings>
  /** Ends what was started and removes every file of the run. */
  close(): void
}

// A queue on PostgreSQL takes what it deleted out of the server's log where these let it.
const postgresSettings = ['max_connections=600', 'wal_recycle=off', 'min_wal_size=32MB', 'max_wal_size=256MB']

export function openGround(root: string, shape: ShapeName = 'sqlite+pglite'): Ground {
  const scratch = join(tmpdir(), `lethe-conformance-${process.pid}`)
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  process.env.TMPDIR = scratch // every folder of the run is made below it, and goes with it
  const ends: (() => unknown)[] = [() => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })]
  const settings = { NODE_COMPILE_CACHE: join(scratch, 'compiled') }
  const [store, queue] = shape.split('+')
  let drained: Promise<string> | null = null
  let shared: Promise<PostgresServer> | null = null
  let databases = 0

  async function drainedQueue(): Promise<string> {
    const env = await environment({ LETHE_DATA: folder(), ...settings })
    const lethe = await startLethe(env, { root })
    await lethe.stop()
    return join(env.LETHE_DATA, 'queue')
  }

  const embedded: Ground['embedded'] = async (data) => {
    drained ??= drainedQueue()
    cpSync(await drained, join(data, 'queue'), { recursive: true })
    return {}
  }

  async function redis() {
    const server = await openRedis('everysec')
    ends.unshift(server.close)
    return { settings: { LETHE_QUEUE: server.url }, folders: [server.dir] }
  }

  /** What of the shape is on PostgreSQL, in databases of its own. */
  async function onPostgres(server: PostgresServer): Promise<Settings> {
    const name = `lethe_${++databases}`
    return {
      ...(store === 'postgres' ? { LETHE_STORE: `${await server.database(name)}?connections=4` } : {}),
      ...(queue === 'postgres' ? { LETHE_QUEUE: await server.database(`${name}_queue`) } : {}),
    }
  }

  async function searched(data: string) {
    if (queue === 'pglite') return { settings: await embedded(data), folders: [] }
    const beside = queue === 'redis' ? await redis() : { settings: {}, folders: [] }
    if (store !== 'postgres') return beside
    const server = await openPostgres([...postgresSettings, 'logging_collector=on', 'log_directory=log'])
    return {
      settings: { ...beside.settings, ...(await onPostgres(server)) },
      folders: [...beside.folders, server.dir],
    }
  }

  async function swift(): Promise<Settings> {
    // Where the queue is embedded, a Redis of its own is there sooner than a folder is filled.
    const beside = queue !== 'postgres' && haveRedis ? (await redis()).settings : {}
    if (store !== 'postgres') return beside
    shared ??= openPostgres(postgresSettings)
    return { ...beside, ...(await onPostgres(await shared)) }
  }

  return {
    settings,
    searched,
    swift,
    embedded,
    copyStore: async (store) => {
      if (!store || !shared) return {}
      const url = new URL(store)
      const name = `lethe_${++databases}`
      await (await shared).database(name, url.pathname.slice(1))
      url.pathname = name
      return { LETHE_STORE: url.href }
    },
    close: () => {
      for (const end of ends.splice(0)) end()
    },
  }
}
