import { catalogue, type Says } from '../../catalogue/index.ts'
import type { Dialect } from '../../sql.ts'
import { traits } from '../../views.ts'

/** A condition for a text that says something else than it should; `purposes` are those of all policies on record. */
type Odd = (column: string, dialect: Dialect, purposes: readonly string[]) => string

const only =
  (set: string, most: number): Odd =>
  (column, { outside }) =>
    `length(${column}) > ${most} OR ${outside(column, set)}`
/** What begins otherwise than with `count` characters of `set`. */
const begins =
  (set: string, count: number): Odd =>
  (column, { outside }) =>
    `length(${column}) < ${count} OR ${outside(`substr(${column}, 1, ${count})`, set)}`
const all =
  (...odds: readonly Odd[]): Odd =>
  (...asked) =>
    odds.map((odd) => `(${odd(...asked)})`).join(' OR ')

const quoted = (word: string): string => `'${word.replaceAll("'", "''")}'`
/** A closed set, as the schema lists it. */
export const noneOf = (words: readonly string[], column: string): string =>
  `${column} NOT IN (${words.map(quoted).join(', ')})`

const dashed: Odd = (column) => `substr(${column}, 3, 1) <> '-'`
/** Four numbers with dots between, whatever stands before them. */
const dotted: Odd = (column) => `${column} LIKE '%.%.%.%'`
/** Empty is all of them. */
const purpose: Odd = (column, _dialect, purposes) => noneOf(['', ...purposes], column)
/** What an export brings back may name a purpose of a policy that this store never had. */
const oncePurpose: Odd = (...asked) => `(${purpose(...asked)}) AND (${only('A-Za-z0-9_ -', 64)(...asked)})`
/** What people share is of the column that they share it by; empty is what was too few. */
const trait: Odd = (column, ...known) => {
  const each = traits.map(
    (name) => `WHEN '${name}' THEN ${wrong(catalogue.events.columns[name].says, column, ...known)}`,
  )
  return `${column} <> '' AND CASE cohorts.trait ${each.join(' ')} ELSE true END`
}
const anything: Odd = () => 'false'

const odd: Readonly<Record<Says, Odd>> = {
  word: only('a-z', 12),
  code: all(only('a-z0-9_.-', 64), begins('a-z', 1), dotted),
  id: only('A-Za-z0-9_-', 80),
  digest: only('0-9a-f', 64),
  words: only('a-z ', 100),
  secret: all(only('A-Za-z0-9$=,+/', 200), begins('$', 1)),
  name: only('A-Za-z ', 24),
  country: all(only('A-Z', 2), begins('A-Z', 2)),
  region: all(only('A-Z0-9-', 6), begins('A-Z', 2), dashed),
  language: only('a-z', 3),
  purpose,
  'once a purpose': oncePurpose,
  trait,
  // Read as a whole, for what nobody's words should hold: see there.
  'own words': anything,
  published: anything,
}

export const wrong = (says: Says, ...asked: Parameters<Odd>): string => `(${odd[says](...asked)})`
