import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { type Day, deriveKey, equalBytes, keyedHash } from '../../base/index.ts'
import type { ErasureRight } from '../ledger.ts'

/**
 * Who was erased, noted outside every database: a store that is restored from a backup of before knows them again, and
 * only this tells. One line an erasure, appended and synced before the first row goes; two keyed hashes and a day, and no
 * one's name. Each line is signed under the key store's own key, so that nobody can have somebody erased by writing here.
 */
export interface ErasedEntry {
  /** Counts on for ever: a store remembers up to which it has followed. */
  readonly sequence: number
  readonly day: Day
  readonly right: ErasureRight
  /** Keyed hash of the handle; null for an address that nothing was held of. */
  readonly handle: string | null
  /** The address's entry on the suppression list, as hex: a backup of before does not have it. */
  readonly stop: string
}

export interface ErasedList {
  /** The newest line's number; 0 while there is none. Reads the end of the file only. */
  last(): number
  entries(): { readonly entries: readonly ErasedEntry[]; readonly damaged: number }
  append(entry: ErasedEntry): void
  hashOf(handle: Uint8Array): string
  has(handle: Uint8Array): boolean
}

const tail = 4096

export function openErased(path: string, logKey: Buffer): ErasedList {
  const key = deriveKey(logKey, 'l.erased')
  const hashOf = (handle: Uint8Array): string =>
    keyedHash(key, Buffer.concat([Buffer.from('handle '), handle])).toString('hex')
  const signatureOf = (words: string): Buffer => keyedHash(key, `entry ${words}`)

  function parse(line: string): ErasedEntry | null {
    const words = line.split(' ')
    const signature = words.pop() ?? ''
    const [sequence, day, right, handle = '-', stop = ''] = words
    if (!equalBytes(signatureOf(words.join(' ')), Buffer.from(signature, 'hex'))) return null
    const kind = right === 'minor' ? 'minor' : 'erase'
    return { sequence: Number(sequence), day: Number(day), right: kind, handle: handle === '-' ? null : handle, stop }
  }

  /** What stands behind the last line break is half an entry: a crash came before its erasure began. */
  const linesOf = (text: string): readonly string[] =>
    text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1)

  function last(): number {
    if (!existsSync(path)) return 0
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const end = Buffer.alloc(Math.min(size, tail))
      readSync(file, end, 0, end.length, size - end.length)
      const newest = linesOf(end.toString('latin1')).map(parse).findLast(Boolean)
      return newest?.sequence ?? 0
    } finally {
      closeSync(file)
    }
  }

  function entries(): { readonly entries: readonly ErasedEntry[]; readonly damaged: number } {
    const lines = existsSync(path) ? linesOf(readFileSync(path, 'latin1')) : []
    const read = lines.flatMap((line) => parse(line) ?? [])
    return { entries: read, damaged: lines.length - read.length }
  }

  function append({ sequence, day, right, handle, stop }: ErasedEntry): void {
    const fresh = !existsSync(path)
    const words = [sequence, day, right, handle ?? '-', stop].join(' ')
    const file = openSync(path, fresh ? 'wx+' : 'r+', 0o600)
    try {
      const { size } = fstatSync(file)
      const end = Buffer.alloc(Math.min(size, tail))
      readSync(file, end, 0, end.length, size - end.length)
      const whole = size - end.length + end.lastIndexOf(10) + 1
      if (whole < size) ftruncateSync(file, whole)
      writeSync(file, `${words} ${signatureOf(words).toString('hex')}\n`, whole)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (fresh) syncFolder(dirname(path))
  }

  return {
    last,
    entries,
    append,
    hashOf,
    has: (handle) => {
      const wanted = hashOf(handle)
      return entries().entries.some((each) => each.handle === wanted)
    },
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  fsyncSync(folder)
  closeSync(folder)
}
