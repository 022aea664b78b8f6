import { digest, Fault, isFault } from '../base/index.ts'
import { catalogue, keyCatalogue, type Table, tables } from './catalogue/index.ts'
import { type Databases, type LedgerOptions, openDatabases } from './open.ts'
import type { Sql, Value } from './sql.ts'

type Row = Readonly<Record<string, Value>>

export interface Copied {
  readonly table: string
  readonly rows: number
}

type Where = Pick<LedgerOptions, 'keysPath' | 'keysUrl'>

/** Made anew by every store of its own. */
const own: ReadonlySet<string> = new Set(['migrations'])
const page = 500

/**
 * Copies a store and its key store into an empty one, or goes on with one that was begun from the same source. Values go as
 * they are, sealed: the epoch keys and the operator's keys stay what they were. Nothing may write to either meanwhile. At the
 * end both are read again, row by row. Throws `copy_target` for a target that holds something else, `copy_differs` when the
 * two disagree at the end, and what opening throws.
 */
export async function copyStore(
  from: { readonly url: string } & Where,
  to: { readonly url: string } & Where,
  copied: (done: Copied) => void,
): Promise<readonly Copied[]> {
  const source = await openDatabases(from.url, from)
  try {
    const target = await openDatabases(to.url, to)
    try {
      return await copyBetween(source, target, copied)
    } catch (cause) {
      const told = [target, source].map(({ engine }) => engine.fault(cause))
      throw told.find((each) => isFault(each) && each.code !== 'store_failed') ?? told[0]
    } finally {
      await Promise.allSettled([target.db.close(), target.keyDb.close()])
    }
  } finally {
    await Promise.allSettled([source.db.close(), source.keyDb.close()])
  }
}

async function copyBetween(source: Databases, target: Databases, copied: (done: Copied) => void) {
  const all: Copied[] = []
  // Keys before the rows that need them, and what is referred to before what refers to it.
  const halves = [
    [source.keyDb, target.keyDb, keyCatalogue],
    [source.db, target.db, catalogue],
  ] as const
  for (const [from, to] of halves) await pairable(from, to)
  for (const [from, to, described] of halves) {
    for (const [name, table] of [...tables(described)].reverse()) {
      if (own.has(name)) continue
      const rows = await copyTable(from, to, name, table)
      all.push({ table: name, rows })
      copied({ table: name, rows })
    }
  }
  return all
}

/** A target that is new, or that was begun from this source: the mark of the pair is the first thing that comes over. */
async function pairable(from: Sql, to: Sql): Promise<void> {
  const markOf = (db: Sql) => db.prepare<[], Buffer>("SELECT value FROM meta WHERE name = 'pair'").pluck().get()
  const [mine, theirs] = [await markOf(from), await markOf(to)]
  if (!mine) throw targetFault('There is no store to copy: the source was never used.', 'Check the first URL.')
  if (theirs && !theirs.equals(mine)) {
    throw targetFault(
      'The target holds another store.',
      'Name an empty database or schema (?schema=…) as the second URL.',
    )
  }
  if (!theirs) await to.prepare("INSERT INTO meta (name, value) VALUES ('pair', ?)").run(mine)
}

const targetFault = (sentence: string, next: string): Fault => new Fault('copy_target', sentence, next)

async function copyTable(from: Sql, to: Sql, name: string, { id, columns }: Table): Promise<number> {
  const names = Object.keys(columns)
  const put = to.prepare(
    `INSERT INTO ${name} (${names.map(quoted).join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
  )
  const key = keys[name] ?? [id]
  // In the order in which they came: people are shown their rows in it.
  for await (const rows of walk(from, name, names, rowless.has(name) ? key : ['rowid'])) {
    if (names.includes('expires_on')) await to.makeRoom(name, rows.flatMap(dayIn))
    await to.beside(async () => {
      await Promise.all(rows.map((row) => put.run(...names.map((column) => row[column] ?? null))))
    })
  }
  return compare(name, walk(from, name, names, key), walk(to, name, names, key))
}

async function* walk(
  db: Sql,
  name: string,
  names: readonly string[],
  order: readonly string[],
): AsyncGenerator<readonly Row[]> {
  const listed = [...new Set([...names, ...order])].map(quoted).join(', ')
  const by = order.map(quoted).join(', ')
  const first = db.prepare<[number], Row>(`SELECT ${listed} FROM ${name} ORDER BY ${by} LIMIT ?`)
  const next = db.prepare<readonly Value[], Row>(
    `SELECT ${listed} FROM ${name} WHERE (${by}) > (${order.map(() => '?').join(', ')}) ORDER BY ${by} LIMIT ?`,
  )
  let rows = await first.all(page)
  while (rows.length > 0) {
    yield rows
    const last = rows.at(-1)!
    rows = await next.all(...order.map((column) => last[column] ?? null), page)
  }
}

const dayIn = ({ expires_on: day }: Row): readonly number[] => (typeof day === 'number' ? [day] : [])

/** Columns by which every row has one place, the same in both engines, where that is not the id alone. */
const keys: Readonly<Record<string, readonly string[]>> = {
  objections: ['handle', 'purpose'],
  suppressions: ['hash', 'purpose'],
  certificate_templates: ['digest', 'name'],
  mail_templates: ['name', 'digest'],
  tallies: ['campaign', 'kind', 'link', 'class', 'estimated', 'day'],
  cohorts: ['campaign', 'kind', 'class', 'estimated', 'day', 'trait', 'value'],
}

/** Tables whose rows have no number of the engine's own, in one engine or the other. */
const rowless: ReadonlySet<string> = new Set([
  ...['meta', 'objections', 'suppressions', 'policies', 'pending_policy', 'api_keys', 'audit_log'],
  ...['root_keys', 'subject_keys', 'content_keys'],
])

// `rowid` in quotes would be a text to SQLite where there is no such column.
const quoted = (column: string): string => (column === 'rowid' ? column : `"${column}"`)

/** Row by row; the count where both agree. */
async function compare(
  name: string,
  mine: AsyncGenerator<readonly Row[]>,
  theirs: AsyncGenerator<readonly Row[]>,
): Promise<number> {
  let count = 0
  for (;;) {
    const [here, there] = [await mine.next(), await theirs.next()]
    if (here.done && there.done) return count
    if (here.done || there.done || pageDigest(here.value) !== pageDigest(there.value)) throw differs(name, count)
    count += here.value.length
  }
}

const pageDigest = (rows: readonly Row[]): string =>
  digest(
    JSON.stringify(
      rows.map((row) =>
        Object.values(row).map((each) => (each instanceof Uint8Array ? [Buffer.from(each).toString('hex')] : each)),
      ),
    ),
  )

const differs = (name: string, after: number): Fault =>
  new Fault(
    'copy_differs',
    `The table ${name} is not the same in both stores, within the ${page} rows behind row ${after}.`,
    'Stop everything that writes to either store, empty the target and copy again.',
  )
