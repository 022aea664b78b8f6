/** One attribute in the source of a start tag; offsets count from the `<`. */
export interface Attribute {
  /** In lower case, as HTML compares names. */
  readonly name: string
  readonly start: number
  readonly end: number
  /** Where the value stands, quotes included; null for an attribute without one. */
  readonly value: { readonly start: number; readonly end: number; readonly quote: '"' | "'" | '' } | null
}

// HTML standard, 13.2.5.32 to 13.2.5.38: a name may begin with "=", ends at blank, slash, ">" or "=".
const attribute = /[\s/]*(=?[^\s/>=]+|=)(\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?/gy

/**
 * Every attribute of a start tag in order, repeated ones among them: the parser drops those, but a marker that is written
 * twice must go twice.
 */
export function attributesOf(tag: string): readonly Attribute[] {
  const found: Attribute[] = []
  attribute.lastIndex = /^<[^\s/>]*/.exec(tag)![0].length
  for (let match = attribute.exec(tag); match; match = attribute.exec(tag)) {
    const [all, name, assigned, value] = match
    const end = match.index + all.length
    const start = end - name!.length - (assigned?.length ?? 0)
    const first = value?.[0]
    const quote = first === '"' || first === "'" ? first : ''
    found.push({
      name: name!.toLowerCase(),
      start,
      end,
      value: value ? { start: end - value.length, end, quote } : null,
    })
  }
  return found
}

/** `data-no-track` with any value or none, and `clicktracking=off` as other systems spell it. */
export function isMarker(tag: string, { name, value }: Attribute): boolean {
  if (name === 'data-no-track') return true
  if (name !== 'clicktracking' || !value) return false
  const inside = value.quote ? tag.slice(value.start + 1, value.end - 1) : tag.slice(value.start, value.end)
  return inside.trim().toLowerCase() === 'off'
}

/** What to cut so that a marker leaves no trace and its neighbours do not grow together. */
export function markerRange(tag: string, { start, end }: Attribute): { readonly start: number; readonly end: number } {
  let edge = start
  while (blank.test(tag[edge - 1]!)) edge -= 1
  const before = tag[edge - 1]
  const next = tag[end]!
  const closes = next === '>' || (next === '/' && (before === '"' || before === "'"))
  return { start: closes || blank.test(next) ? edge : start, end }
}

const blank = /\s/
