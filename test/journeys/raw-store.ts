import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'

/** What says where a Lethe keeps its store. */
export interface Whereabouts {
  readonly LETHE_DATA: string
  readonly LETHE_STORE?: string
}

export type Row = Readonly<Record<string, unknown>>
type Half = 'store' | 'keys'

/**
 * The store as it lies there, past Lethe and with none of its code: what an auditor, or somebody with a copy of it, reads.
 * Plain SQL that both engines know, without values.
 */
export const readStore = (env: Whereabouts, sql: string, half: Half = 'store'): Promise<readonly Row[]> =>
  onPostgres(env)
    ? asked(env, half, async (client) => (await client.query<Row>(sql)).rows)
    : opened(env, half, true, (db) => db.prepare<[], Row>(sql).all())

/** One or more statements, done to the store behind Lethe's back. */
export const writeStore = (env: Whereabouts, sql: string, half: Half = 'store'): Promise<void> =>
  onPostgres(env)
    ? asked(env, half, async (client) => void (await client.query(sql)))
    : opened(env, half, false, (db) => void db.exec(sql))

/** Has PostgreSQL write what it holds in memory into its files, so that a search of them sees it. SQLite keeps nothing back. */
export async function flush(env: Whereabouts): Promise<void> {
  if (onPostgres(env)) await writeStore(env, 'CHECKPOINT')
}

/** Every table by its name; partitions are rows of their table. */
export async function tablesOf(env: Whereabouts, half: Half = 'store'): Promise<readonly string[]> {
  const rows = onPostgres(env)
    ? `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
       AND relkind IN ('r', 'p') AND NOT relispartition`
    : `SELECT name FROM sqlite_schema WHERE type = 'table'`
  return (await readStore(env, rows, half)).map(({ name }) => String(name))
}

/** Bytes as both engines write them in a statement. */
export const literal = (env: Whereabouts, bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes).toString('hex')
  return onPostgres(env) ? `'\\x${hex}'::bytea` : `x'${hex}'`
}

export const onPostgres = ({ LETHE_STORE = '' }: Whereabouts): boolean => /^postgres(ql)?:/.test(LETHE_STORE)

/** Of a search's findings, those in what PostgreSQL keeps of the deleted until it overwrites it, as every receipt says. */
export const inLog = (found: string): boolean => found.includes('/pg_wal/')

async function opened<T>(env: Whereabouts, half: Half, readonly: boolean, work: (db: Database.Database) => T) {
  const path = half === 'keys' ? join(env.LETHE_DATA, 'keys.db') : env.LETHE_STORE?.replace(/^sqlite:/, '')
  const db = new Database(path ?? join(env.LETHE_DATA, 'lethe.db'), { readonly })
  try {
    return work(db)
  } finally {
    db.close()
  }
}

async function asked<T>(env: Whereabouts, half: Half, work: (client: Client) => Promise<T>): Promise<T> {
  const url = new URL(env.LETHE_STORE ?? '')
  const schema = url.searchParams.get('schema') ?? 'lethe'
  for (const ours of ['schema', 'connections']) url.searchParams.delete(ours)
  const client = new Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(`SET search_path = ${half === 'keys' ? `${schema}_keys` : schema}`)
    return await work(client)
  } finally {
    await client.end()
  }
}
