import type { Database } from 'better-sqlite3'
import { breathe } from '../store/store.ts'

const pages = 2000

/** Gives free pages back and empties the write-ahead log. A reader can hold the log: then the answer is false, and next time. */
export async function tidy(db: Database): Promise<boolean> {
  while (free(db) > 0) {
    const before = free(db)
    db.pragma(`incremental_vacuum(${pages})`)
    if (free(db) >= before) break
    await breathe()
  }
  const [answer] = db.pragma('wal_checkpoint(TRUNCATE)') as readonly [{ busy: number; log: number }] // SQLite's row
  return answer.busy === 0 && answer.log <= 0 && free(db) === 0
}

const free = (db: Database): number => Number(db.pragma('freelist_count', { simple: true }))
