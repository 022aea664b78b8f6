import type { Dialect } from '../../sql.ts'
import { answer, type Check } from './answer.ts'

/** A condition for what says something else than it should. */
type Odd = (column: string, dialect: Dialect) => string

const only =
  (set: string, most: number): Odd =>
  (column, { notText, outside }) =>
    `${notText(column)} OR length(${column}) > ${most} OR ${outside(column, set)}`
/** What begins otherwise than with `count` characters of `set`. */
const begins =
  (set: string, count: number): Odd =>
  (column, { outside }) =>
    `length(${column}) < ${count} OR ${outside(`substr(${column}, 1, ${count})`, set)}`
const all =
  (...odds: readonly Odd[]): Odd =>
  (column, dialect) =>
    odds.map((odd) => odd(column, dialect)).join(' OR ')

const name = only('A-Za-z ', 24)
const word = only('a-z', 12)
const code = all(only('a-z0-9_.-', 64), begins('a-z', 1))
const number: Odd = (column, { notInteger }) => notInteger(column)
const dashed: Odd = (column) => `substr(${column}, 3, 1) <> '-'`

/** What a column that is not sealed may say: a word out of a table of ours. */
const odd: readonly (readonly [table: string, column: string, is: Odd])[] = [
  ['events', 'kind', word],
  ['events', 'at', number],
  ['events', 'link', number],
  ['events', 'country', all(only('A-Z', 2), begins('A-Z', 2))],
  ['events', 'region', all(only('A-Z0-9-', 6), begins('A-Z', 2), dashed)],
  ['events', 'browser', name],
  ['events', 'os', name],
  ['events', 'device', word],
  ['events', 'language', only('a-z', 3)],
  ['events', 'agent', word],
  ['messages', 'status', word],
  ['messages', 'reason', code],
  ['subjects', 'source', code],
  ['cases', 'right', word],
]

/**
 * Columns that are granted may still say what nothing grants: an address, a user agent or a server's reply in the place of
 * a browser's name. None of these has the shape of one.
 */
export const wordsOurs: Check = async ({ db }) => {
  const faults: string[] = []
  for (const [table, column, is] of odd) {
    // Behind its table's name, `right` is a column for PostgreSQL too.
    const place = `${table}.${column}`
    const sql = `SELECT count(*) FROM ${table} WHERE ${place} IS NOT NULL AND (${is(place, db.dialect)})`
    const n = await db.prepare<[], number>(sql).pluck().get()
    if (n) faults.push(`${place}: ${n} say what is no word of ours`)
  }
  return answer(faults, 'what is not sealed is made of words and codes of ours')
}
