import { type Address, Fault, isFault } from '../base/index.ts'
import { csvRows, type Row } from './csv.ts'
import { breathe, type Line, linesOf } from './lines.ts'
import { ndjsonValues } from './ndjson.ts'
import { readAddress } from './recipient.ts'

/** One line of another system's list: whose it is, or why it cannot be read. */
export type AddressRow =
  | { readonly line: number; readonly address: Address; readonly code?: never }
  | { readonly line: number; readonly code: string; readonly address?: never }

export type SuppressionFormat = 'csv' | 'ndjson' | 'json'

const batchSize = 500

/**
 * What the exports of listmonk, Postmark, SES, Mailgun and SendGrid call the column, letters only; the first that is there
 * counts. Everything else of a line (reasons, dates, names) is not even looked at.
 */
const names: readonly string[] = [
  'email',
  'emailaddress',
  'address',
  'recipient',
  'emailrecipient',
  'mail',
  'subscriber',
]
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')
const columnOf = (columns: readonly string[]): string | undefined =>
  names.flatMap((name) => columns.find((column) => bare(column) === name) ?? [])[0]

/** Addresses in batches, in constant memory. Throws `header_missing` when no column of a CSV can be an address. */
export async function* addressesIn(
  format: SuppressionFormat,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly AddressRow[]> {
  if (format === 'json') yield* fromJson(source)
  else if (format === 'ndjson') yield* fromLines(linesOf(source))
  else yield* fromRows(csvRows(linesOf(source), (columns) => columnOf(columns) !== undefined))
}

async function* fromRows(rows: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly AddressRow[]> {
  for await (const batch of rows) yield batch.map(rowOf)
}

/** Each line a bare address in quotes, or an object with one of the names. */
async function* fromLines(lines: AsyncIterable<Line>): AsyncGenerator<readonly AddressRow[]> {
  for await (const batch of ndjsonValues(lines)) {
    yield batch.map(({ line, value, code }) => (code === undefined ? readItem(line, value) : { line, code }))
  }
}

function rowOf({ line, values, code }: Row): AddressRow {
  if (code !== undefined) return { line, code }
  const column = columnOf(Object.keys(values))
  return column === undefined ? { line, code: 'field_missing' } : read(line, values[column]!)
}

/** One item of a list: `"ada@example.org"` or `{"EmailAddress": "ada@example.org", …}`. */
function readItem(line: number, value: unknown): AddressRow {
  if (typeof value === 'string') return read(line, value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, code: 'line_malformed' }
  const column = columnOf(Object.keys(value))
  const text: unknown = column === undefined ? undefined : Reflect.get(value, column)
  return typeof text === 'string' ? read(line, text) : { line, code: 'field_missing' }
}

function read(line: number, text: string): AddressRow {
  try {
    return { line, address: readAddress(text) }
  } catch (cause) {
    if (isFault(cause)) return { line, code: cause.code }
    throw cause
  }
}

/** JSON is read whole; what is longer comes as a stream. */
const longestJson = 16_777_216

/**
 * A bare list, one address alone, or the first list that an object holds, as the answers of Postmark (`Suppressions`), SES
 * and Mailgun (`items`) do; a fault names the item by its place, from 1. Throws `body_malformed`, `body_too_large`.
 */
async function* fromJson(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly AddressRow[]> {
  const body = await parsed(source)
  const held = typeof body === 'object' && body !== null ? Object.values(body) : []
  const found: unknown = Array.isArray(body) ? body : held.find((each) => Array.isArray(each))
  const items: readonly unknown[] = Array.isArray(found) ? found : [body]
  for (let at = 0; at < items.length; at += batchSize) {
    yield items.slice(at, at + batchSize).map((item, index) => readItem(at + index + 1, item))
    await breathe()
  }
}

async function parsed(source: AsyncIterable<Uint8Array>): Promise<unknown> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of source) {
    length += part.length
    if (length > longestJson) {
      throw new Fault('body_too_large', `The list is longer than ${longestJson} bytes.`, 'Send it as NDJSON or CSV.')
    }
    parts.push(part)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))) as unknown
  } catch {
    // The parser's own message quotes the list, so it is no cause to keep.
    throw new Fault('body_malformed', 'The list is not JSON in UTF-8.', 'Send an array of addresses, CSV or NDJSON.')
  }
}

/** Of a Content-Type; JSON where there is none. Throws `media_type_unknown`. */
export function suppressionFormat(contentType: string | null): SuppressionFormat {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/csv') return 'csv'
  if (type === 'application/x-ndjson' || type === 'application/jsonl') return 'ndjson'
  if (type === '' || /^application\/(?:[\w.-]+\+)?json$/.test(type)) return 'json'
  throw new Fault(
    'media_type_unknown',
    'The list is neither JSON, CSV nor newline-delimited JSON.',
    'Send Content-Type: application/json, text/csv or application/x-ndjson.',
  )
}
