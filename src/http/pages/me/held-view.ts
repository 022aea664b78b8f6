import { html } from 'hono/html'
import type { Held, HeldValue } from '../../../ledger/index.ts'
import type { Markup } from '../layout.ts'
import { day, moment, type Reader } from '../reader.ts'
import { fill } from '../words/index.ts'
import { purposeName } from './purposes.ts'

type Row = Readonly<Record<string, HeldValue>>

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const isoDay = /^\d{4}-\d\d-\d\d$/
/** What an export says in the place of a hash. */
const hashed = 'a keyed hash, not shown'
const flags: ReadonlySet<string> = new Set(['opens', 'clicks', 'uncertain'])
const unfolded = 3

// Who one is and what came of it first; what only makes the machine work last.
const order = ['subjects', 'messages', 'events', 'consents', 'requests', 'objections', 'suppressions', 'cases']
const rank = (table: string): number => (order.includes(table) ? order.indexOf(table) : order.length)

const named = (names: Readonly<Record<string, string>>, word: string): string => names[word] ?? word

/** Everything of an export, table by table and row by row, nothing left out: what has no name in a language keeps its own. */
export const heldView = (reader: Reader, held: Held): Markup =>
  html`${Object.entries(held)
    .filter(([, rows]) => rows.length > 0)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([table, rows]) => tableView(reader, table, rows))}`

function tableView(reader: Reader, table: string, rows: readonly Row[]): Markup {
  const { overview } = reader.words
  return html`<section aria-labelledby="t-${table}"><h3 id="t-${table}">${named(reader.held.tables, table)}</h3>
${rows.length > unfolded ? html`<p class="note">${fill(overview.rows, { count: rows.length })}</p>` : ''}
${rows.map(
  (
    row,
    index,
  ) => html`<details${rows.length > unfolded ? '' : html` open`}><summary>${summaryOf(reader, row, index)}</summary>
${fields(reader, row)}</details>`,
)}</section>`
}

/** The number of the row, and the day that says most about it. */
function summaryOf(reader: Reader, row: Row, index: number): string {
  const number = fill(reader.words.overview.row, { number: index + 1 })
  const at = ['at', 'accepted_at', 'decided_at', 'opened_at'].map((column) => row[column]).find(Boolean)
  return typeof at === 'string' ? `${number} · ${day(reader, at)}` : number
}

const fields = (reader: Reader, row: Row): Markup =>
  html`<dl>${Object.entries(row).map(
    ([column, value]) => html`<dt>${named(reader.held.columns, column)}</dt><dd>${shown(reader, column, value)}</dd>`,
  )}</dl>`

function shown(reader: Reader, column: string, value: HeldValue): Markup | string {
  const { overview } = reader.words
  if (value === null || value === '') return overview.empty
  if (typeof value === 'number') return counted(reader, column, value)
  if (typeof value === 'string') return text(reader, column, value)
  if (Array.isArray(value)) return list(reader, column, value)
  return html`<dl>${Object.entries(value).map(
    ([name, each]) => html`<dt>${named(reader.held.columns, name)}</dt><dd>${shown(reader, name, each)}</dd>`,
  )}</dl>`
}

/** A version of the policy is spelled as /privacy spells it. */
function counted({ words: { overview } }: Reader, column: string, value: number): string {
  if (flags.has(column)) return value ? overview.yes : overview.no
  return column === 'policy' ? value.toString(16).padStart(8, '0') : String(value)
}

const list = (reader: Reader, column: string, values: readonly HeldValue[]): Markup | string =>
  values.length === 0
    ? reader.words.overview.empty
    : html`<ul>${values.filter((each) => each !== null).map((each) => html`<li>${shown(reader, column, each)}</li>`)}</ul>`

function text(reader: Reader, column: string, value: string): Markup | string {
  const { overview } = reader.words
  if (value === hashed) return overview.hashed
  if (instant.test(value)) return html`<time datetime="${value}">${moment(reader, value)}</time>`
  if (isoDay.test(value)) return html`<time datetime="${value}">${day(reader, value)}</time>`
  if (column === 'purpose') return value === 'all' ? overview.everything : purposeName(reader, value)
  const word = named(reader.held.values, `${column}.${value}`)
  if (word !== `${column}.${value}`) return word
  // A person's source is the purpose that their address was first given for.
  return column === 'source' ? purposeName(reader, value) : html`<pre>${value}</pre>`
}
