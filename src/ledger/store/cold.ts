import type { Sql } from '../sql.ts'
import { drizzle } from './drizzle.ts'

/** Drizzle over the port, for what people and reports ask: what it writes for SQLite is common SQL for these queries. */
export const coldOf = (db: Sql) =>
  drizzle(async (text, params, method) => {
    const statement = db.prepare<readonly unknown[], Record<string, unknown>>(text)
    if (method === 'run') {
      await statement.run(...params)
      return { rows: [] }
    }
    const rows = (await statement.all(...params)).map((row) => Object.values(row))
    return { rows: method === 'get' ? (rows[0] ?? (undefined as unknown as unknown[])) : rows } // no row is nothing, as it expects
  })

export type Cold = ReturnType<typeof coldOf>
