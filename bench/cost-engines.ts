/** What lies where, and what it took to put it there: the engines' own figures. */
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Redis } from 'ioredis'
import pg from 'pg'

/** Bytes of a table and of its indexes. */
export interface Held {
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly indexes: number
}

const tables = ['messages', 'subjects', 'consents', 'events', 'seen_events', 'tallies'] as const

/** Pages of SQLite by table, from a file that nobody has open any more. */
function inSqlite(path: string): readonly Held[] {
  const database = new Database(path, { readonly: true })
  const one = (statement: string, ...values: readonly string[]): number =>
    Number(
      database
        .prepare(statement)
        .pluck()
        .get(...values),
    )
  const held = tables.map((table) => ({
    table,
    rows: one(`SELECT count(*) FROM ${table}`),
    bytes: one('SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = ?', table),
    indexes: one(
      "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?)",
      table,
    ),
  }))
  database.close()
  return held
}

async function asking<T>(url: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await ask(client)
  } finally {
    await client.end()
  }
}

/** Tables of PostgreSQL with their partitions, dead rows that wait for the next ones included. */
const inPostgres = (url: string): Promise<readonly Held[]> =>
  asking(url, async (client) => {
    const held: Held[] = []
    for (const table of tables) {
      const name = `lethe.${table}`
      const { rows } = await client.query<{ bytes: string; indexes: string }>(
        `SELECT sum(pg_total_relation_size(id)) AS bytes, sum(pg_indexes_size(id)) AS indexes
         FROM (SELECT relid::oid AS id FROM pg_partition_tree($1::regclass) UNION SELECT $1::regclass::oid) AS parts`,
        [name],
      )
      const count = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`)
      const { bytes, indexes } = rows[0]!
      held.push({ table, rows: Number(count.rows[0]?.count), bytes: Number(bytes), indexes: Number(indexes) })
    }
    return held
  })

export const heldIn = async (store: string): Promise<readonly Held[]> =>
  store.startsWith('postgres') ? inPostgres(store) : inSqlite(store.replace(/^sqlite:/, ''))

/** Transactions that PostgreSQL has committed, and bytes of its log; SQLite counts none. */
export async function loggedBy(store: string): Promise<{ readonly transactions: number; readonly log: number } | null> {
  if (!store.startsWith('postgres')) return null
  const { rows } = await asking(store, (client) =>
    client.query<{ transactions: string; log: string }>(
      `SELECT xact_commit AS transactions, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS log FROM pg_stat_database
       WHERE datname = current_database()`,
    ),
  )
  return { transactions: Number(rows[0]?.transactions), log: Number(rows[0]?.log) }
}

/** The same as `usedBy` of a process with all that it started; of those that have ended, their processor time. */
export function usedByAll(pid: number): { readonly micros: number; readonly written: number } {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  const own = usedBy(pid)
  const used = children.map((child) => {
    try {
      return usedBy(child)
    } catch {
      return { micros: 0, written: 0 } // it ended in between
    }
  })
  // proc_pid_stat(5): what ended children took are fields 16 and 17.
  const ended =
    ticksOf(pid)
      .slice(2)
      .reduce((sum, ticks) => sum + ticks, 0) * 10_000
  return {
    micros: used.reduce((sum, { micros }) => sum + micros, own.micros + ended),
    written: used.reduce((sum, { written }) => sum + written, own.written),
  }
}

/** User and system time in ticks of a hundredth of a second: its own, and that of its children who have ended. */
const ticksOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 15)
    .map(Number)

/** Processor time in microseconds, and bytes that went to the disk (proc(5)); the kernel counts time in hundredths of a second. */
export function usedBy(pid: number): { readonly micros: number; readonly written: number } {
  const [user, system] = ticksOf(pid) as [number, number]
  const written = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]
  return { micros: (user + system) * 10_000, written: Number(written) }
}

export interface RedisFigures {
  readonly pid: number
  readonly micros: number
  readonly memory: number
  readonly log: number
  readonly commands: number
}

export async function redisFigures(url: string): Promise<RedisFigures> {
  const client = new Redis(url)
  const info = await client.info()
  client.disconnect()
  const fact = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1])
  return {
    pid: fact('process_id'),
    micros: (fact('used_cpu_sys') + fact('used_cpu_user')) * 1e6,
    memory: fact('used_memory'),
    log: fact('aof_current_size'),
    commands: fact('total_commands_processed'),
  }
}
