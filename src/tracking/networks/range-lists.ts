import type { Range, Words } from './address.ts'
import { newRanges } from './ranges.ts'

/** Several lists of ranges, asked for one address at once. */
export interface RangeLists {
  /** The number of the first list that has the address; -1 where none has. */
  first(words: Words): number
}

const beginnings = 65_536

/**
 * In front of the lists stands one byte for each beginning of 16 bits, with a bit for each list that has anything there:
 * of most addresses nothing more has to be looked at. At most eight lists.
 */
export function newRangeLists(lists: readonly (readonly Range[])[]): RangeLists {
  const tables = lists.map(newRanges)
  const four = new Uint8Array(beginnings)
  const six = new Uint8Array(beginnings)
  for (const [index, list] of lists.entries()) {
    for (const { from, to } of list) {
      const near = from.length === 1 ? four : six
      for (let at = from[0]! >>> 16; at <= to[0]! >>> 16; at++) near[at]! |= 1 << index
    }
  }
  return {
    first(words) {
      const near = (words.length === 1 ? four : six)[words[0]! >>> 16]!
      for (let index = 0; near >>> index !== 0; index++) {
        if ((near >>> index) & 1 && tables[index]!.has(words)) return index
      }
      return -1
    },
  }
}
