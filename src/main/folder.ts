import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '../base/index.ts'

/** The data folder, made (mode 0700) if there is none, closed if it was open to others. Throws `data_unwritable`. */
export function openDataFolder(folder: string): string {
  try {
    make(folder)
    // A folder that was there before may be open to others.
    chmodSync(folder, 0o700)
    return folder
  } catch (cause) {
    throw unwritable(cause)
  }
}

export const unwritable = (cause: unknown): Fault =>
  new Fault(
    'data_unwritable',
    'The data folder cannot be made or written to.',
    'Point LETHE_DATA to a folder that this user may write to, on a disk with room.',
    { cause },
  )

// Level by level: Node's own recursive mkdir never ends on a file system that denies that its folders exist (/proc).
function make(folder: string): void {
  if (existsSync(folder)) return
  make(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
