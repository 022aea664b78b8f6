import { Pool, type PoolConfig, types } from 'pg'
import { Fault } from '../../base/index.ts'

/** Bytes come as Buffers already; every integer of ours fits a number, and truth is 1 or 0 as in SQLite. */
const readers: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.BOOL]: (text) => (text === 't' ? 1 : 0),
  [types.builtins.INT8]: Number,
  [types.builtins.NUMERIC]: Number,
}
const reading: NonNullable<PoolConfig['types']> = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    readers[oid] ?? (format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text')),
}

export interface PostgresTarget {
  /** Without our own parameters, as the driver takes it. */
  readonly url: string
  readonly schema: string
  readonly connections: number
}

/** `postgres://user:pass@host/db?schema=lethe&connections=10`. Throws `store_url`. */
export function targetOf(rest: string): PostgresTarget {
  let url: URL
  try {
    url = new URL(rest.startsWith('//') ? `postgres:${rest}` : rest)
  } catch {
    throw urlFault()
  }
  const schema = url.searchParams.get('schema') ?? 'lethe'
  const connections = Number(url.searchParams.get('connections') ?? 10)
  // Those of the server's own are nobody's to write in.
  const ours = /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,40}$/.test(schema)
  if (!ours || !Number.isInteger(connections) || connections < 2) throw urlFault()
  url.searchParams.delete('schema')
  url.searchParams.delete('connections')
  return { url: url.href, schema, connections }
}

const urlFault = (): Fault =>
  new Fault(
    'store_url',
    'The URL of the store is none that can be used.',
    'Write postgres://user:password@host:5432/database, with ?schema=lethe or ?connections=10 behind it if needed, in LETHE_STORE.',
  )

/**
 * Connections of one schema. Statements of one transaction are sent without waiting for each other's answers; one that takes
 * longer than a minute is ended, as is a transaction that nobody goes on with.
 */
export function poolOf({ url, connections }: PostgresTarget, schema: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    types: reading,
    pipeline: true,
    application_name: 'lethe',
    keepAlive: true,
    // Also how long one waits for a connection that others of this process use, which may be for a lock.
    connectionTimeoutMillis: 20_000,
    idleTimeoutMillis: 30_000,
    onConnect: async (client) => {
      await client.query(
        `SET search_path = "${schema}"; SET statement_timeout = '60s'; SET lock_timeout = '20s';
         SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning`,
      )
    },
  } as PoolConfig) // its types do not know onConnect and pipeline yet
  // A connection that ends while nobody uses it is replaced at the next use. One that ends between two statements of a
  // transaction says so as an event as well, and to nobody it would end the process; the next statement fails by itself.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}
