import { chmodSync, closeSync, openSync } from 'node:fs'
import Driver, { type Database } from 'better-sqlite3'

/**
 * Opens one file so that what is deleted is gone: overwritten in the page (secure_delete), given back from the free list
 * (auto_vacuum, which only takes before the first table) and, by `tidy`, out of the write-ahead log.
 *
 * synchronous=NORMAL: in WAL mode a killed process loses nothing and a power cut costs the last commits but never the
 * file (sqlite.org/pragma.html#pragma_synchronous); FULL would cost an fsync for each message handed to SMTP.
 */
export function openDatabase(path: string, busyMillis: number): Database {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const db = new Driver(path, { timeout: busyMillis })
  try {
    db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma('journal_mode = WAL')
    db.pragma('secure_delete = ON')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    db.pragma('temp_store = MEMORY')
    db.pragma('cache_size = -24000')
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}
