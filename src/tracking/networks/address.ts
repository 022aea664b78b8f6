/** Words of 32 bits: one for IPv4, four for IPv6. */
export type Words = readonly number[]

/**
 * The number behind an address in its normal spelling (IPv4 mapped into IPv6 counts as IPv4); null for anything else.
 * Written by hand because it is asked for each hit: `net.BlockList` takes 40 us for the lists that are looked up here.
 */
export function wordsOf(address: string): Words | null {
  if (!address.includes(':')) return ipv4(address)
  const zone = address.indexOf('%')
  const bare = zone < 0 ? address : address.slice(0, zone)
  const tail = bare.slice(bare.lastIndexOf(':') + 1)
  const dotted = tail.includes('.') ? ipv4(tail) : null
  if (tail.includes('.') && dotted === null) return null
  const value = dotted?.[0] ?? 0
  const hex = dotted
    ? `${bare.slice(0, -tail.length)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`
    : bare
  const groups = groupsOf(hex)
  if (groups === null) return null
  const word = (at: number): number => ((groups[at]! << 16) | groups[at + 1]!) >>> 0
  const words = [word(0), word(2), word(4), word(6)]
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff
  return mapped ? words.slice(3) : words
}

function ipv4(text: string): Words | null {
  let value = 0
  let dots = 0
  let part = -1
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      if (part < 0 || ++dots > 3) return null
      value = value * 256 + part
      part = -1
    } else {
      // A nought in front would be octal to some.
      if (code < 48 || code > 57 || part === 0) return null
      part = part < 0 ? code - 48 : part * 10 + code - 48
      if (part > 255) return null
    }
  }
  return dots === 3 && part >= 0 ? [value * 256 + part] : null
}

/** Eight numbers of 16 bits; `::` stands for as many noughts as are missing, once. */
function groupsOf(text: string): readonly number[] | null {
  const groups: number[] = []
  let gap = -1
  let group = -1
  let digits = 0
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 58
    if (code !== 58) {
      const digit = digitOf(code)
      if (digit < 0 || ++digits > 4) return null
      group = (group < 0 ? 0 : group * 16) + digit
      continue
    }
    if (group >= 0) groups.push(group)
    else if (index === text.length) {
      // A single colon at the end ends nothing.
      if (gap !== groups.length || !text.endsWith('::')) return null
    } else if (index === 0) {
      if (text.charCodeAt(1) !== 58) return null
    } else {
      if (gap >= 0) return null
      gap = groups.length
    }
    if (groups.length > 8) return null
    group = -1
    digits = 0
  }
  if (gap < 0) return groups.length === 8 ? groups : null
  if (groups.length > 7) return null
  groups.splice(gap, 0, ...zeros.slice(groups.length))
  return groups
}

const zeros: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0]

const digitOf = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** A range as its first and last address. */
export interface Range {
  readonly from: Words
  readonly to: Words
}

/** `192.0.2.0/24`, `2001:db8::/32` or one address; null for anything else, a range with host bits set included. */
export function rangeOf(text: string): Range | null {
  const [address = '', prefix, ...rest] = text.split('/')
  const from = wordsOf(address)
  if (from === null || rest.length > 0 || (address.includes(':') && from.length === 1)) return null
  const widest = from.length * 32
  const bits = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
  if (bits < 0 || bits > widest) return null
  const to = from.map((word, index) => {
    const fixed = Math.min(Math.max(bits - index * 32, 0), 32)
    return fixed === 32 ? word : (word | (0xffffffff >>> fixed)) >>> 0
  })
  const clean = from.every((word, index) => {
    const fixed = Math.min(Math.max(bits - index * 32, 0), 32)
    return fixed === 32 || (word & (0xffffffff >>> fixed)) === 0
  })
  return clean ? { from, to } : null
}

/** The bits that a range leaves open, for the widest one that is still believed. */
export const prefixOf = ({ from, to }: Range): number => {
  let bits = 0
  for (const [index, word] of from.entries()) {
    const differing = (word ^ to[index]!) >>> 0
    bits += Math.clz32(differing)
    if (differing !== 0) break
  }
  return bits
}

export function compare(a: Words, b: Words): number {
  for (const [index, word] of a.entries()) if (word !== b[index]) return word - b[index]!
  return 0
}
