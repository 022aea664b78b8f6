import { holdsAddress } from '../../../base/index.ts'
import { housePurposes } from '../../../gate/index.ts'
import { catalogue, keyCatalogue, type Table, tables } from '../../catalogue/index.ts'
import type { Sql } from '../../sql.ts'
import { getTableColumns } from '../drizzle.ts'
import * as keySchema from '../key-schema.ts'
import * as dataSchema from '../schema.ts'
import { breathe } from '../store.ts'
import { answer, type Check } from './answer.ts'
import { noneOf, wrong } from './says.ts'

const chunk = 2000

/** A column as the schema has it: its type, and its words where they are a closed set. */
interface Typed {
  readonly dataType: string
  readonly enumValues?: readonly string[] | undefined
}

interface Asked {
  readonly db: Sql
  readonly name: string
  readonly table: Table
  readonly types: Readonly<Record<string, Typed>>
}

/**
 * Columns in clear may still say what nothing grants: an address, a user agent or a server's reply in the place of a browser's
 * name, a text in the place of a number. Every column is held against its type, and each text against what the catalogue,
 * or the schema's closed set, lets it say.
 */
export const wordsOurs: Check = async ({ db, keys, policies }, policy) => {
  const known = [...policies.all.values(), policy]
  const purposes = [...new Set([...housePurposes, ...known.flatMap((each) => [...each.purposes.keys()])])]
  const contacts = known.map(({ controller }) => controller.contact)
  const asked = [...schemaOf(db, catalogue, dataSchema), ...schemaOf(keys.db, keyCatalogue, keySchema)]
  const faults: string[] = []
  for (const each of asked) {
    const tests = testsOf(each, purposes)
    const counts = new Map<string, number>()
    const count = (column: string, n: number) => counts.set(column, (counts.get(column) ?? 0) + n)
    for await (const range of ranges(each)) {
      await countOdd(each, tests, range, count)
      await countForeign(each, contacts, range, count)
    }
    for (const [column, n] of counts) if (n > 0) faults.push(`${each.name}.${column}: ${n} say what is no word of ours`)
  }
  return answer(faults, 'what is not sealed is made of numbers, words and codes of ours')
}

function schemaOf(
  db: Sql,
  described: Readonly<Record<string, Table>>,
  schema: Readonly<Record<string, Parameters<typeof getTableColumns>[0]>>,
): readonly Asked[] {
  return tables(described).map(([name, table]) => ({ db, name, table, types: getTableColumns(schema[name]!) }))
}

/** Each column with the condition under which it says something else than it should. Sealed ones have a check of their own. */
function testsOf({ db, name, table, types }: Asked, purposes: readonly string[]): ReadonlyMap<string, string> {
  const { notBytes, notInteger, notText } = db.dialect
  const clear = Object.entries(table.columns).filter(([, { sealedBy }]) => sealedBy === undefined)
  return new Map(
    clear.map(([column, { says }]) => {
      // Behind its table's name, `right` is a column for PostgreSQL too.
      const place = `${name}.${column}`
      const { dataType, enumValues } = types[column]!
      if (dataType === 'number') return [column, notInteger(place)]
      if (dataType === 'buffer') return [column, notBytes(place)]
      const odd = enumValues?.length
        ? noneOf(enumValues, place)
        : says
          ? wrong(says, place, db.dialect, purposes)
          : 'true'
      return [column, `${notText(place)} OR ${odd}`]
    }),
  )
}

/** A part of a table, in SQL, with its values. */
interface Range {
  readonly where: string
  readonly values: readonly unknown[]
}

/** A table's rows in the order of its id, so that hits get through between two parts. */
async function* ranges({ db, name, table: { id } }: Asked): AsyncIterable<Range> {
  const end = `ORDER BY ${id} LIMIT 1 OFFSET ${chunk}`
  const first = db.prepare<[], unknown>(`SELECT ${id} FROM ${name} WHERE ${id} IS NOT NULL ${end}`).pluck()
  const next = db.prepare<[unknown], unknown>(`SELECT ${id} FROM ${name} WHERE ${id} > ? ${end}`).pluck()
  let from: unknown
  for (let to = await first.get(); to !== undefined; from = to, to = await next.get(from)) {
    yield from === undefined
      ? { where: `${id} <= ?`, values: [to] }
      : { where: `${id} > ? AND ${id} <= ?`, values: [from, to] }
    await breathe()
  }
  // An id that is nothing at all is in no order: SQLite lets it be.
  yield from === undefined ? { where: 'true', values: [] } : { where: `${id} > ? OR ${id} IS NULL`, values: [from] }
}

type Count = (column: string, n: number) => void

async function countOdd(
  { db, name }: Asked,
  tests: ReadonlyMap<string, string>,
  { where, values }: Range,
  count: Count,
): Promise<void> {
  const sums = [...tests].map(
    ([column, odd]) =>
      `coalesce(sum(CASE WHEN ${name}.${column} IS NOT NULL AND (${odd}) THEN 1 ELSE 0 END), 0) AS odd_${column}`,
  )
  const found = await db
    .prepare<readonly unknown[], Record<string, number>>(`SELECT ${sums.join(', ')} FROM ${name} WHERE ${where}`)
    .get(...values)
  for (const column of tests.keys()) count(column, found?.[`odd_${column}`] ?? 0)
}

/** Words of the operator's own in which somebody's address stands, or that of a machine; `contacts` are the controller's. */
async function countForeign(
  { db, name, table }: Asked,
  contacts: readonly string[],
  { where, values }: Range,
  count: Count,
): Promise<void> {
  for (const [column, { says }] of Object.entries(table.columns)) {
    if (says !== 'own words') continue
    const texts = db.prepare<readonly unknown[], unknown>(`SELECT ${column} FROM ${name} WHERE ${where}`).pluck()
    const foreign = (await texts.all(...values)).filter(
      (text) => typeof text === 'string' && holdsAddress(text, contacts),
    )
    count(column, foreign.length)
  }
}
