/** What a font file is called and which characters it can draw. */
export interface FontFace {
  /** As a template names it; in lower case, since families are found without regard to case. */
  readonly family: string
  draws(codePoint: number): boolean
}

type Range = readonly [first: number, last: number]

/** Reads a TrueType or OpenType file (ISO/IEC 14496-22); null for bytes that are none. */
export function readFont(bytes: Buffer): FontFace | null {
  try {
    const tables = tablesOf(bytes)
    const [characters, names] = [tables.get('cmap'), tables.get('name')]
    if (!characters || !names || !tables.has('head')) return null
    const ranges = rangesOf(characters)
    const family = familyOf(names)
    if (ranges.length === 0 || !family) return null
    return { family: family.toLowerCase(), draws: (codePoint) => within(ranges, codePoint) }
  } catch {
    return null
  }
}

const versions = new Set([0x00010000, 0x4f54544f, 0x74727565])

function tablesOf(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const count = versions.has(bytes.readUInt32BE(0)) ? bytes.readUInt16BE(4) : 0
  const rows = Array.from({ length: count }, (_, index) => 12 + 16 * index)
  return new Map(
    rows.map((row) => {
      const [offset, length] = [bytes.readUInt32BE(row + 8), bytes.readUInt32BE(row + 12)]
      return [bytes.toString('latin1', row, row + 4), bytes.subarray(offset, offset + length)] as const
    }),
  )
}

/** Of the character maps, the widest that we know: format 12 (all of Unicode) before format 4 (its first plane). */
function rangesOf(table: Buffer): readonly Range[] {
  const count = table.readUInt16BE(2)
  const maps = Array.from({ length: count }, (_, index) => table.subarray(table.readUInt32BE(8 + 8 * index)))
  const full = maps.find((map) => map.readUInt16BE(0) === 12)
  const plane = maps.find((map) => map.readUInt16BE(0) === 4)
  return full ? fullRanges(full) : plane ? planeRanges(plane) : []
}

const fullRanges = (map: Buffer): readonly Range[] =>
  Array.from({ length: map.readUInt32BE(12) }, (_, index) => {
    const row = 16 + 12 * index
    return [map.readUInt32BE(row), map.readUInt32BE(row + 4)] as const
  })

function planeRanges(map: Buffer): readonly Range[] {
  const doubled = map.readUInt16BE(6)
  return Array.from({ length: doubled / 2 }, (_, index) => {
    const last = map.readUInt16BE(14 + 2 * index)
    return [map.readUInt16BE(16 + doubled + 2 * index), Math.min(last, 0xfffe)] as const
  })
}

function within(ranges: readonly Range[], codePoint: number): boolean {
  let [low, high] = [0, ranges.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = ranges[middle]!
    if (codePoint < first) high = middle - 1
    else if (codePoint > last) low = middle + 1
    else return true
  }
  return false
}

/** The typographic family (16), else the family (1), in the names for Windows, which every font of use has. */
function familyOf(table: Buffer): string | null {
  const texts = table.readUInt16BE(4)
  const found = new Map<number, string>()
  for (let index = 0; index < table.readUInt16BE(2); index++) {
    const row = 6 + 12 * index
    const [platform, which] = [table.readUInt16BE(row), table.readUInt16BE(row + 6)]
    if (platform !== 3 || found.has(which)) continue
    const from = texts + table.readUInt16BE(row + 10)
    const wide = Buffer.from(table.subarray(from, from + table.readUInt16BE(row + 8)))
    found.set(which, wide.swap16().toString('utf16le'))
  }
  return found.get(16) ?? found.get(1) ?? null
}
