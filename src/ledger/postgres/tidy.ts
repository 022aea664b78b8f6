import type { Pool } from 'pg'

/** A table of up to this size is written anew, which takes well under a second; a larger one is vacuumed in place. */
const rewritten = 64 * 1024 * 1024

/**
 * Empties what deleted rows left behind. VACUUM frees their space and leaves bytes standing in it; only a rewritten table has
 * none. The write-ahead log keeps copies until PostgreSQL overwrites its segments: what is in them is sealed, and dies with
 * its epoch. False when somebody held a table: then it is done next time.
 */
export async function tidy(pool: Pool): Promise<boolean> {
  const client = await pool.connect()
  let whole = true
  try {
    await client.query(`SET statement_timeout = 0; SET lock_timeout = '2s'`)
    const { rows } = await client.query<{ name: string; bytes: number }>(
      `SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes FROM pg_class c
       WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 2`,
    )
    for (const { name, bytes } of rows) {
      const how = bytes <= rewritten ? '(FULL)' : ''
      await client.query(`VACUUM ${how} ${name}`).catch((cause: { readonly code?: string }) => {
        // Somebody reads it, or it is gone since.
        if (cause.code !== '55P03' && cause.code !== '42P01') throw cause
        whole = false
      })
    }
    return whole
  } finally {
    client.release(true)
  }
}
