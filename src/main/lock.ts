import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Fault, isFault } from '../base/index.ts'
import { openDataFolder } from './folder.ts'

export interface FolderLock {
  release(): void
}

/**
 * Holds `folder` for this process alone, and makes it (mode 0700) if there is none. Throws `data_locked` when another
 * process holds it, `data_unwritable` when it cannot be made or written.
 *
 * Node has no flock, and a file with a process number in it outlives kill -9. SQLite's exclusive lock is a lock of the
 * operating system on an open file: it ends with the process, however that ends (sqlite.org/lockingv3.html).
 */
export function lockFolder(folder: string): FolderLock {
  const database = openLock(folder)
  try {
    // Rollback journal in memory: under WAL an exclusive lock needs a write first, and nothing is ever written here.
    database.pragma('journal_mode = MEMORY')
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw refusal(error)
  }
  return { release: () => void database.close() }
}

function openLock(folder: string): Database.Database {
  try {
    openDataFolder(folder)
    const file = join(folder, 'lock')
    const database = new Database(file, { timeout: 0 })
    chmodSync(file, 0o600)
    return database
  } catch (error) {
    throw isFault(error) ? error : refusal(error)
  }
}

function refusal(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new Fault(
      'data_locked',
      'Another Lethe process works on this data folder.',
      'Use its API or its commands, stop it first, or give this one a folder of its own in LETHE_DATA.',
    )
  }
  return new Fault(
    'data_unwritable',
    `The data folder cannot be made, written or locked (${code}).`,
    'Check that LETHE_DATA is a folder of this user on a local disk; if the file "lock" in it is damaged, remove it.',
  )
}
