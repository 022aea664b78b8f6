import { appendFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { Fault } from '../base/index.ts'

const rotateAt = 16 * 1024 * 1024

/** Makes the file (mode 0600) if there is none. Throws `log_unwritable`. */
export function openLogFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'a', mode: 0o600 })
  } catch (cause) {
    const next =
      'Point LETHE_LOG to a file in a folder that this user may write to, or leave it out for standard output.'
    throw new Fault('log_unwritable', 'The log file cannot be made or written to.', next, { cause })
  }
}

/**
 * Appends to a file that Lethe owns; a file past 16 MB is set aside as `.1`. Returns the writer for newLog. A line that the
 * disk does not take is dropped: a full disk must not end what only wanted to tell of it.
 */
export function logFile(path: string): (line: string) => void {
  openLogFile(path)
  let size = statSync(path).size
  return (line) => {
    try {
      if (size > rotateAt) {
        renameSync(path, `${path}.1`)
        size = 0
      }
      appendFileSync(path, line, { mode: 0o600 })
      size += Buffer.byteLength(line)
    } catch {
      // Nobody is left to tell.
    }
  }
}

/** Drops the lines of `path` and of its rotated part that are older than `before`; returns how many. */
export function ageLog(path: string, before: number): number {
  let dropped = 0
  for (const file of [path, `${path}.1`]) {
    if (!existsSync(file)) continue
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    const kept = lines.filter((line) => Date.parse(/"at":"([^"]+)"/.exec(line)?.[1] ?? '') >= before)
    if (kept.length === lines.length) continue
    dropped += lines.length - kept.length
    writeFileSync(file, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  }
  return dropped
}
