import type { Database } from 'better-sqlite3'
import { type Table, unlike } from '../catalogue/index.ts'

/**
 * Live tables and columns against the catalogue, both ways; and whatever could write or show what no table of it says. An index
 * holds values a second time: there are those of the migrations, and those of keys.
 */
export function drift(
  db: Database,
  described: Readonly<Record<string, Table>>,
  indexes: readonly string[],
): readonly string[] {
  const live = db
    .prepare<[], string>(
      `SELECT t.name || '.' || c.name AS place FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .pluck()
    .all()
  const strange = db
    .prepare<[string], string>(
      `SELECT type || ' ' || name AS place FROM sqlite_schema WHERE type IN ('trigger', 'view') OR (type = 'index'
         AND sql IS NOT NULL AND name NOT IN (SELECT value FROM json_each(?)))`,
    )
    .pluck()
    .all(JSON.stringify(indexes))
  return unlike(described, live, strange)
}

/** The settings under which a deleted value is gone, where they are not as they must be. */
export function settings(dbs: readonly Database[]): readonly string[] {
  const wanted = { secure_delete: 1, auto_vacuum: 2, journal_mode: 'wal', foreign_keys: 1 }
  return dbs.flatMap((each) =>
    Object.entries(wanted)
      .filter(([name, value]) => each.pragma(name, { simple: true }) !== value)
      .map(([name]) => `${name} is not as it must be`),
  )
}
