import type { NetworkKind } from './kind.ts'

/** What a vendor's file says, before any of it is believed. */
export interface Listed {
  readonly name: string
  /** Null where the file does not say, and its owner has to. */
  readonly kind: NetworkKind | null
  /** As YYYY-MM-DD, if the file tells. */
  readonly date: string | null
  readonly ranges: readonly { readonly text: string; readonly line: number }[]
}

interface Format {
  readonly name: string
  /** Null when the file is of another format. */
  readonly read: (value: unknown) => Listed | null
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
const pick = (value: unknown, ...keys: readonly string[]): readonly string[] =>
  Array.isArray(value) ? value.filter(isFields).flatMap((each) => texts(keys.map((key) => each[key]))) : []
const numbered = (ranges: readonly string[]): Listed['ranges'] =>
  ranges.map((text, index) => ({ text, line: index + 1 }))
const dayIn = (value: unknown): string | null =>
  typeof value === 'string' ? (/^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? null) : null

/** The formats in which owners publish their networks as JSON; the first that knows the file reads it. */
export const jsonFormats: readonly Format[] = [
  {
    // https://ip-ranges.amazonaws.com/ip-ranges.json; its date is written 2026-11-01-12-00-00.
    name: 'amazon',
    read: (value) => {
      if (!isFields(value) || !Array.isArray(value.ipv6_prefixes)) return null
      const ranges = [...pick(value.prefixes, 'ip_prefix'), ...pick(value.ipv6_prefixes, 'ipv6_prefix')]
      return { name: 'amazon', kind: 'cloud', date: dayIn(value.createDate), ranges: numbered(ranges) }
    },
  },
  {
    // https://www.gstatic.com/ipranges/goog.json and cloud.json; Bing publishes its crawler's in the same form.
    name: 'google',
    read: (value) => {
      if (!isFields(value) || !Array.isArray(value.prefixes)) return null
      const ranges = pick(value.prefixes, 'ipv4Prefix', 'ipv6Prefix')
      return { name: 'google-cloud', kind: 'cloud', date: dayIn(value.creationTime), ranges: numbered(ranges) }
    },
  },
  {
    // Azure's service tags, ServiceTags_Public_*.json.
    name: 'microsoft-tags',
    read: (value) => {
      if (!isFields(value) || !Array.isArray(value.values)) return null
      const properties = value.values.filter(isFields).map((each) => each.properties)
      const ranges = properties.filter(isFields).flatMap((each) => texts(each.addressPrefixes))
      return { name: 'microsoft', kind: 'microsoft', date: null, ranges: numbered([...new Set(ranges)]) }
    },
  },
  {
    // https://endpoints.office.com/endpoints/worldwide: services, each with its addresses.
    name: 'microsoft-365',
    read: (value) => {
      if (!Array.isArray(value) || !value.some((each) => isFields(each) && 'serviceArea' in each)) return null
      const ranges = value.filter(isFields).flatMap((each) => texts(each.ips))
      return { name: 'microsoft-365', kind: 'microsoft', date: null, ranges: numbered([...new Set(ranges)]) }
    },
  },
  {
    name: 'list',
    read: (value) => {
      const list = isFields(value) ? value.list : value
      if (!Array.isArray(list) || texts(list).length !== list.length) return null
      return { name: 'list', kind: null, date: null, ranges: numbered(texts(list)) }
    },
  },
]

/** Apple's egress-ip-ranges.csv (`range,country,region,city,`), or one range a line; `#` begins a comment. */
export function readLines(text: string): Listed {
  const lines = text.split(/\r?\n/).map((each, index) => ({ text: each.replace(/#.*/, '').trim(), line: index + 1 }))
  const ranges = lines.filter((each) => each.text !== '')
  const isApple = ranges.length > 0 && ranges.every((each) => /^[^,]+,[A-Z]{2}?,[^,]*,[^,]*,?$/.test(each.text))
  if (!isApple) return { name: 'list', kind: null, date: null, ranges }
  const addresses = ranges.map((each) => ({ ...each, text: each.text.slice(0, each.text.indexOf(',')) }))
  return { name: 'apple-private-relay', kind: 'relay', date: null, ranges: addresses }
}
