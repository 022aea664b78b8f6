import { parse } from 'csv-parse/sync'
import { Fault, hasControls } from '../base/index.ts'
import { charsetMissing } from './encoding.ts'
import { type Line, longestLine } from './lines.ts'

/** One record by its column's name, and the line it begins on; or why there is none. */
export type Row =
  | { readonly line: number; readonly values: Readonly<Record<string, string>>; readonly code?: never }
  | { readonly line: number; readonly code: string; readonly values?: never }

const batchSize = 500

const headerFault = (code: string, sentence: string): Fault =>
  new Fault(code, sentence, 'Begin the file with a line such as email,name,course; each column once.')

const cells = (text: string): readonly (readonly string[])[] =>
  parse(text, { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' })

/**
 * Records of CSV lines (RFC 4180) whose first one names the columns, in batches. csv-parse reads the records; here they
 * are only cut apart, so that one quote that never closes spoils one record and not the rest of the file.
 */
export async function* csvRows(
  lines: AsyncIterable<Line>,
  hasAddress: (columns: readonly string[]) => boolean = (columns) => columns.includes('email'),
): AsyncGenerator<readonly Row[]> {
  let columns: readonly string[] | null = null
  let batch: Row[] = []
  let plain: { readonly line: number; readonly text: string }[] = []
  const close = (): void => {
    if (columns) batch.push(...readPlain(plain, columns))
    plain = []
    batch.sort((a, b) => a.line - b.line)
  }
  for await (const record of recordsOf(lines)) {
    if (!columns && record.code === 'line_not_utf8') throw charsetMissing('The header line is not UTF-8.')
    if (record.code !== undefined) batch.push({ line: record.line, code: record.code })
    else if (!columns) columns = readHeader(record.text, hasAddress)
    else if (hasControls(record.text)) batch.push({ line: record.line, code: 'control_character' })
    else plain.push(record)
    if (plain.length + batch.length < batchSize) continue
    close()
    yield batch
    batch = []
  }
  if (!columns) throw headerFault('header_missing', 'The file has no header line.')
  close()
  if (batch.length > 0) yield batch
}

function readHeader(text: string, hasAddress: (columns: readonly string[]) => boolean): readonly string[] {
  let names: readonly string[]
  try {
    names = (cells(text)[0] ?? []).map((name) => name.trim().toLowerCase())
  } catch {
    throw headerFault('header_invalid', 'The header line is not CSV.')
  }
  if (hasControls(text) && hasAddress(names.map((name) => name.replaceAll('\0', '')))) {
    throw charsetMissing('The header line holds NUL bytes or other control characters.')
  }
  if (!hasAddress(names)) throw headerFault('header_missing', 'The header line names no email column.')
  if (names.includes('') || new Set(names).size < names.length) {
    throw headerFault('header_invalid', 'A column of the header line has no name, or two have the same.')
  }
  return names
}

interface Raw {
  readonly line: number
  readonly text: string
}

/** Many records in one call, which is what csv-parse is fast at; one by one only when something is wrong with one. */
function readPlain(records: readonly Raw[], columns: readonly string[]): readonly Row[] {
  try {
    const found = cells(records.map(({ text }) => text).join('\n'))
    if (found.length === records.length)
      return found.map((values, index) => rowOf(records[index]!.line, values, columns))
  } catch {
    // One of them is malformed: the slow way below says which.
  }
  return records.map(({ line, text }) => {
    try {
      const found = cells(text)
      return found.length === 1 ? rowOf(line, found[0]!, columns) : { line, code: 'line_malformed' }
    } catch {
      return { line, code: 'line_malformed' }
    }
  })
}

const rowOf = (line: number, values: readonly string[], columns: readonly string[]): Row =>
  values.length === columns.length
    ? { line, values: Object.fromEntries(columns.map((name, index) => [name, values[index]!])) }
    : { line, code: 'line_columns' }

interface Cut extends Raw {
  readonly code?: string
}

/**
 * Joins lines whose quotes are open. Where the joined text is no record, a stray quote stood in its first line: that line
 * alone is the fault, and the others are read again.
 */
async function* recordsOf(lines: AsyncIterable<Line>): AsyncGenerator<Cut> {
  let open: Raw[] = []
  let size = 0
  function* giveUp(): Generator<Cut> {
    const [first, ...rest] = open
    open = []
    if (first) yield { line: first.line, text: '', code: 'line_malformed' }
    for (const raw of rest) yield* take(raw)
  }
  function* take(raw: Raw): Generator<Cut> {
    const even = isEven(raw.text)
    if (open.length === 0 && even) {
      if (raw.text.trim() !== '') yield raw
      return
    }
    size = open.length === 0 ? raw.text.length : size + raw.text.length + 1
    open.push(raw)
    const closed = open.length > 1 && !even
    const joined = closed ? open.map(({ text }) => text).join('\n') : ''
    if (closed && isOneRecord(joined)) {
      const line = open[0]!.line
      open = []
      yield { line, text: joined }
    } else if (closed || size > longestLine || open.length > mostLines) yield* giveUp()
  }
  for await (const { number, text, code } of lines) {
    if (code === undefined) yield* take({ line: number, text })
    else {
      yield* giveUp()
      yield { line: number, text: '', code }
    }
  }
  while (open.length > 0) yield* giveUp()
}

// More lines than any merge field has; it bounds what one stray quote makes us read twice.
const mostLines = 1_000

function isEven(text: string): boolean {
  let even = true
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) even = !even
  return even
}

function isOneRecord(text: string): boolean {
  try {
    return cells(text).length === 1
  } catch {
    return false
  }
}
