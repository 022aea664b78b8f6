import { Fault } from '../../base/index.ts'
import { prefixOf, type Range, rangeOf } from './address.ts'
import { jsonFormats, type Listed, readLines } from './formats.ts'
import type { NetworkKind, NetworkSet } from './kind.ts'

const mostRanges = 400_000
// A vendor's list with a wider range than the largest that anybody holds is broken, and would call half the world a proxy.
const narrowest = { 1: 7, 4: 16 } as const

const malformed = (sentence: string, cause?: unknown) =>
  new Fault(
    'networks_malformed',
    sentence,
    "Give the owner's own file: Apple's CSV, Google's, Amazon's or Microsoft's JSON, or one CIDR range a line.",
    cause === undefined ? {} : { cause },
  )

/**
 * Reads an owner's file whole or not at all. A plain list does not say what it is of, so `kind` has to. Throws
 * `networks_malformed` with the place, or `networks_kind_missing`.
 */
export function readNetworks(
  text: string,
  told: { readonly kind?: NetworkKind; readonly name?: string; readonly date?: string; readonly today: string },
): NetworkSet {
  const listed = parse(text)
  const kind = told.kind ?? listed.kind
  if (kind === null) {
    throw new Fault(
      'networks_kind_missing',
      'A plain list of ranges does not say what networks these are.',
      'Add --kind relay, image-proxy, microsoft, scanner or cloud.',
    )
  }
  const { ranges } = listed
  if (ranges.length === 0) throw malformed('The file holds no range at all.')
  if (ranges.length > mostRanges) throw malformed(`The file holds more than ${mostRanges} ranges.`)
  const name = told.name ?? (listed.name === 'list' ? `list-${kind}` : listed.name)
  return { name, kind, date: told.date ?? listed.date ?? told.today, ranges: ranges.map(sound) }
}

function sound({ text, line }: Listed['ranges'][number]): Range {
  const range = rangeOf(text)
  if (range === null) throw malformed(`Entry ${line} of the file is no CIDR range.`)
  if (prefixOf(range) < narrowest[range.from.length === 1 ? 1 : 4]) {
    throw malformed(`Entry ${line} of the file is wider than any network that one owner holds.`)
  }
  return range
}

function parse(text: string): Listed {
  if (!/^\s*[[{]/.test(text)) return readLines(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw malformed('The file begins like JSON and is none.', cause)
  }
  for (const { read } of jsonFormats) {
    const listed = read(value)
    if (listed) return listed
  }
  throw malformed("The file is JSON of a form that is none of the owners'.")
}
