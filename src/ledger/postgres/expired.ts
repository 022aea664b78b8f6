import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

// Whoever wants the table while we wait for it stands behind us: so we wait shortly, and come again.
const waitMillis = 200
const tries = 25
const pauseMillis = 100

/**
 * Drops the partitions of `table` whose day is before `today`: their files go, whatever the table's size. One that holds rows
 * of a restricted person stays, for the ordinary purge to take the others out of it. Null for a table without partitions.
 */
export async function dropExpired(pool: Pool, table: string, today: number): Promise<number | null> {
  const found = await pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass($1) ORDER BY 1`,
    [table],
  )
  if (found.rowCount === 0) return null
  const day = (name: string): number => Number(name.slice(table.length + 1))
  let dropped = 0
  for (const { name } of found.rows.filter((each) => day(each.name) < today)) {
    // Counted before: a look at every row is no work to do while everybody waits.
    const rows = await countOf(pool, name)
    if (rows !== null && (await drop(pool, table, name))) dropped += rows
  }
  return dropped
}

const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : '')

/** undefined_table: another process that purges has dropped it, and counts it as its own. */
const gone = '42P01'

async function countOf(pool: Pool, name: string): Promise<number | null> {
  try {
    const { rows } = await pool.query<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)
    return rows[0]?.n ?? 0
  } catch (cause) {
    if (codeOf(cause) === gone) return null
    throw cause
  }
}

/** False if it stays or went by somebody else's hand: it holds somebody's rows, or somebody reads the table all the time; then they go the ordinary way. */
async function drop(pool: Pool, table: string, name: string): Promise<boolean> {
  for (let left = tries; left > 0; left--) {
    try {
      return await dropOnce(pool, table, name)
    } catch (cause) {
      const code = codeOf(cause)
      if (code === gone) return false
      if (code !== '55P03' && code !== '40P01') throw cause
      await sleep(pauseMillis)
    }
  }
  return false
}

async function dropOnce(pool: Pool, table: string, name: string): Promise<boolean> {
  const client = await pool.connect()
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = '${waitMillis}ms'`)
    // The table before its partition, as everybody else comes: the other way round two of them wait for each other for ever.
    await client.query(`LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE`)
    await client.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`)
    // In the transaction that drops: nobody is restricted between the look and the drop, and no late row comes in.
    const held = await client.query(
      `SELECT 1 FROM subjects s JOIN messages m ON m.handle = s.handle JOIN ${name} e ON e.message = m.id
       WHERE s.state = 'restricted' LIMIT 1`,
    )
    const free = held.rowCount === 0
    if (free) await client.query(`DROP TABLE ${name}`)
    await client.query('COMMIT')
    return free
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw cause
  } finally {
    client.release()
  }
}
