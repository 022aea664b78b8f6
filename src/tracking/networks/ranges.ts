import { compare, type Range, type Words } from './address.ts'

/** Many ranges, asked for one address: sorted words and a binary search, 8 or 32 bytes a range. */
export interface Ranges {
  readonly size: number
  has(words: Words): boolean
}

export function newRanges(ranges: readonly Range[]): Ranges {
  const four = table(ranges, 1)
  const six = table(ranges, 4)
  return {
    size: ranges.length,
    has: (words) => find(words.length === 1 ? four : six, words),
  }
}

interface Table {
  readonly width: number
  readonly starts: Uint32Array
  readonly ends: Uint32Array
}

/** Sorted, and with what overlaps made one, so that the last range that begins before an address is the only candidate. */
function table(ranges: readonly Range[], width: number): Table {
  const sorted = ranges.filter(({ from }) => from.length === width).sort((a, b) => compare(a.from, b.from))
  const merged: { from: Words; to: Words }[] = []
  for (const { from, to } of sorted) {
    const last = merged.at(-1)
    if (last && compare(from, last.to) <= 0) last.to = compare(to, last.to) > 0 ? to : last.to
    else merged.push({ from, to })
  }
  return {
    width,
    starts: Uint32Array.from(merged.flatMap(({ from }) => from)),
    ends: Uint32Array.from(merged.flatMap(({ to }) => to)),
  }
}

function find({ width, starts, ends }: Table, words: Words): boolean {
  let low = 0
  let high = starts.length / width - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (order(starts, middle * width, words) <= 0) low = middle + 1
    else high = middle - 1
  }
  return high >= 0 && order(ends, high * width, words) >= 0
}

function order(list: Uint32Array, at: number, words: Words): number {
  for (let index = 0; index < words.length; index++) {
    const difference = list[at + index]! - words[index]!
    if (difference !== 0) return difference
  }
  return 0
}
