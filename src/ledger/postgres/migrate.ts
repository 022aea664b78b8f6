import type { Pool } from 'pg'
import { dueOf, readMigrations } from '../migrations.ts'

/**
 * Brings the schema to the newest version. One process at a time, whoever else starts: the others wait for its advisory lock
 * and then find nothing to do. A migration and the note of it are one transaction. Throws as `dueOf` does.
 */
export async function migrate(pool: Pool, schema: string, folder: string): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('SET lock_timeout = 0; SET statement_timeout = 0')
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`lethe migrations ${schema}`])
    try {
      // Asked before it is made: a role that may not make schemas can use one that its administrator made.
      const there = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
      if (there.rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`)
      await client.query('CREATE TABLE IF NOT EXISTS migrations (number bigint PRIMARY KEY, digest text NOT NULL)')
      const applied = await client.query<{ number: number; digest: string }>('SELECT number, digest FROM migrations')
      const due = dueOf(readMigrations(folder), applied.rows)
      for (const { number, sql, digest } of due) {
        await client.query('BEGIN')
        try {
          await client.query(sql)
          await client.query('INSERT INTO migrations (number, digest) VALUES ($1, $2)', [number, digest])
          await client.query('COMMIT')
        } catch (cause) {
          await client.query('ROLLBACK')
          throw cause
        }
      }
      return due.length
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtext($1))', [`lethe migrations ${schema}`])
    }
  } finally {
    // Its settings are not those of the others.
    client.release(true)
  }
}
