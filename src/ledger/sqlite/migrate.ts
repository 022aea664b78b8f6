import type { Database } from 'better-sqlite3'
import { dueOf, readMigrations } from '../migrations.ts'

/** Brings the file to the newest schema, each step in a transaction of its own. Throws as `dueOf` does. */
export function migrate(db: Database, folder: string): number {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, digest TEXT NOT NULL)')
  const applied = db.prepare<[], { number: number; digest: string }>('SELECT number, digest FROM migrations').all()
  const due = dueOf(readMigrations(folder), applied)
  const note = db.prepare('INSERT INTO migrations (number, digest) VALUES (?, ?)')
  for (const each of due) {
    db.transaction(() => {
      db.exec(each.sql)
      note.run(each.number, each.digest)
    }).immediate()
  }
  return due.length
}
