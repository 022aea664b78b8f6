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

/** Tables of PostgreSQL with their partitions. */
async function inPostgres(url: string): Promise<readonly Held[]> {
  const client = new pg.Client(url)
  await client.connect()
  const held: Held[] = []
  for (const table of tables) {
    const { rows } = await client.query<{ bytes: string; indexes: string }>(
      `SELECT coalesce(sum(pg_table_size(relid)), 0) AS bytes, coalesce(sum(pg_indexes_size(relid)), 0) AS indexes
       FROM pg_partition_tree($1) WHERE isleaf`,
      [table],
    )
    const count = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`)
    const [sizes] = rows
    held.push({
      table,
      rows: Number(count.rows[0]?.count),
      bytes: Number(sizes?.bytes),
      indexes: Number(sizes?.indexes),
    })
  }
  await client.end()
  return held
}

export const heldIn = async (store: string): Promise<readonly Held[]> =>
  store.startsWith('postgres') ? inPostgres(store) : inSqlite(store.replace(/^sqlite:/, ''))

/** Transactions that PostgreSQL has committed; SQLite counts none. */
export async function transactionsOf(store: string): Promise<number | null> {
  if (!store.startsWith('postgres')) return null
  const client = new pg.Client(store)
  await client.connect()
  const { rows } = await client.query<{ count: string }>(
    'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
  )
  await client.end()
  return Number(rows[0]?.count)
}

/** Processor time in microseconds, and bytes that went to the disk (proc(5)); the kernel counts time in hundredths of a second. */
export function usedBy(pid: number): { readonly micros: number; readonly written: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')
  const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number]
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
