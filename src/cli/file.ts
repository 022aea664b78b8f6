import { readFileSync, statSync } from 'node:fs'
import { Fault } from '../base/index.ts'

/** Files that a command line names, read whole; what is wrong with one is told by the flag that named it. */
export function readable(path: string, flag: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return
  throw new Fault('file_missing', `The file behind ${flag} is not there.`, 'Check the path.')
}

export function readText(path: string, flag: string): string {
  readable(path, flag)
  return readFileSync(path, 'utf8')
}

export function readJson(path: string, flag: string): unknown {
  const text = readText(path, flag)
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The parser's own words quote the file.
    throw new Fault('file_malformed', `The file behind ${flag} is not JSON.`, 'Write one JSON object into it.')
  }
}
