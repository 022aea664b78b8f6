import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { Fault } from '../../base/index.ts'
import { type Range, rangeOf, type Words } from './address.ts'
import { isNetworkKind, type NetworkSet } from './kind.ts'

const version = 1

const unreadable = (cause?: unknown) =>
  new Fault(
    'networks_unreadable',
    'The file of networks in the data folder cannot be read.',
    'Remove networks.json from the data folder, or run lethe data update again.',
    { cause },
  )

/** The sets that updates brought; none when there was no update yet. Throws `networks_unreadable`. */
export function readNetworkFile(path: string): readonly NetworkSet[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw unreadable(cause)
  }
  try {
    const file: unknown = JSON.parse(text)
    const sets = typeof file === 'object' && file !== null && 'version' in file && 'sets' in file ? file : null
    if (sets?.version !== version || !Array.isArray(sets.sets)) throw unreadable()
    return sets.sets.map(setOf)
  } catch (cause) {
    throw unreadable(cause)
  }
}

function setOf(value: unknown): NetworkSet {
  const { name, kind, date, ranges } = value as Readonly<Record<string, unknown>> // each part is checked below
  const sound =
    typeof name === 'string' &&
    typeof kind === 'string' &&
    isNetworkKind(kind) &&
    typeof date === 'string' &&
    Array.isArray(ranges)
  if (!sound) throw unreadable()
  return {
    ...{ name, kind, date },
    ranges: ranges.map((text) => {
      const range = typeof text === 'string' ? spanOf(text) : null
      if (range === null) throw unreadable()
      return range
    }),
  }
}

/**
 * Puts `set` into the place of the one of its name. The new file is whole on disk before it takes the old one's place, so
 * that a reader, or a crash, finds one or the other.
 */
export function putNetworkSet(path: string, set: NetworkSet): readonly NetworkSet[] {
  const sets = [...readNetworkFile(path).filter(({ name }) => name !== set.name), set]
  const text = JSON.stringify({ version, sets: sets.map((each) => ({ ...each, ranges: each.ranges.map(spell) })) })
  const fresh = `${path}.${process.pid}.new`
  try {
    const file = openSync(fresh, 'w', 0o600)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(fresh, path)
  } catch (cause) {
    rmSync(fresh, { force: true })
    throw new Fault(
      'networks_unwritable',
      'The networks cannot be written to the data folder.',
      'Point LETHE_DATA to a folder that this user may write to, on a disk with room.',
      { cause },
    )
  }
  return sets
}

/** Tells one state of the file from the next; null while there is none. */
export function stampOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : null
}

// First and last address, so that any range has one spelling, and reading back is the same as having read the owner's file.
const spell = ({ from, to }: Range): string => `${spellWords(from)}-${spellWords(to)}`
const spellWords = (words: Words): string =>
  words.length === 1
    ? [24, 16, 8, 0].map((shift) => (words[0]! >>> shift) & 255).join('.')
    : words.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':')

function spanOf(text: string): Range | null {
  const [first, last, ...rest] = text.split('-').map((each) => rangeOf(each))
  return first && last && rest.length === 0 && first.from.length === last.from.length
    ? { from: first.from, to: last.to }
    : null
}
