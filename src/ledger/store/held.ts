import { type Address, idOf, isoDay, keyedHash } from '../../base/index.ts'
import { type Category, catalogue, type Table, tables } from '../catalogue/index.ts'
import { type Place, placeOf } from '../keys/place.ts'
import type { DisclosedCategory, Held, HeldValue } from '../ledger.ts'
import { look } from './look.ts'
import type { People } from './people.ts'
import type { Store } from './store.ts'
import type { HeldRow } from './take-back-values.ts'

type Row = Readonly<Record<string, Buffer | string | number | null>>
type Read = (value: Buffer | string | number, row: Row, person: Buffer) => HeldValue | Promise<HeldValue>

/** Neither a key nor a hash leaves the store: that it is held is what its person may know. */
const hashed = 'a keyed hash, not shown'

const disclosable = new Set(['subjects', 'messages', 'events', 'consents', 'objections'])

/** Sealed values that are JSON inside. */
const structured = new Set(['messages.recipient', 'messages.links', 'messages.content', 'messages.merge'])
const instant = (value: Buffer | string | number): string => new Date(Number(value)).toISOString()

/**
 * Everything of one person in words, found along the catalogue, so that no table is forgotten: columns of the recipient,
 * and the day on which each row ends. Numbers that only make the machine work are left out.
 */
export function held(store: Store, people: People) {
  const { db, keys } = store
  const wording = db.prepare<[string], string>('SELECT text FROM wordings WHERE digest = ?').pluck()
  const suppressed = db
    .prepare<[Buffer], string>('SELECT purpose FROM suppressions WHERE hash = ? ORDER BY purpose')
    .pluck()

  function reader(name: string, column: string, table: Table): Read {
    const place = `${name}.${column}`
    const { sealedBy } = table.columns[column]!
    if (sealedBy) return opening(place, placeOf(name, column), sealedBy, table.id)
    if (place === 'subjects.address_index') return () => hashed
    if (column === 'wording') return async (value) => (await wording.get(String(value))) ?? String(value)
    if (place === 'cases.receipt') return (value) => JSON.parse(String(value)) as HeldValue
    if (/(^|_)at$/.test(column)) return instant
    if (/_on$|_until$|^last_open$/.test(column)) return (value) => isoDay(Number(value))
    return (value) => (Buffer.isBuffer(value) ? idOf(value) : value)
  }

  function opening(place: string, seal: Place, by: string, id: string): Read {
    if (place === 'subjects.stop') return () => hashed
    return async (value, row, person) => {
      const key = await (by === 'content' ? keys.contentKey(row[id] as Buffer) : keys.subjectKey(person)) // ids are blobs
      const text = seal.open(key, row[id] as Buffer, value as Buffer).toString() // as are sealed values
      return structured.has(place) ? (JSON.parse(text) as HeldValue) : text
    }
  }

  const walk = ([name, table]: readonly [string, Table], only?: ReadonlySet<Category>) => {
    const { reach, expiry, columns } = table
    if (reach.by !== 'handle' && reach.by !== 'message') return []
    const theirs = Object.keys(columns).filter((column) => columns[column]!.whose === 'recipient')
    const shown = only ? theirs.filter((column) => only.has(columns[column]!.category)) : theirs
    if (shown.length === 0) return []
    const all = expiry && !only && !shown.includes(expiry.column) ? [...shown, expiry.column] : shown
    const readers = all.map((column) => [column, reader(name, column, table)] as const)
    const mine =
      reach.by === 'handle' ? `${reach.column} = ?` : `${reach.column} IN (SELECT id FROM messages WHERE handle = ?)`
    const order = name === 'objections' ? 'purpose' : 'rowid'
    const selected = [...new Set([table.id, ...all])].map((column) => `"${column}"`).join(', ')
    const rows = db.prepare<[Buffer], Row>(`SELECT ${selected} FROM ${name} WHERE ${mine} ORDER BY ${order}`)
    return [{ name, rows, readers }]
  }
  type Walk = ReturnType<typeof walk>[number]
  const everything = tables(catalogue).flatMap((each) => walk(each))

  async function inWords(row: Row, readers: Walk['readers'], handle: Buffer): Promise<HeldRow> {
    const words: Record<string, HeldValue> = {}
    for (const [column, read] of readers) {
      const value = row[column]
      if (value !== null && value !== undefined) words[column] = await read(value, row, handle)
    }
    return words
  }

  async function found(walks: readonly Walk[], handle: Buffer) {
    const all: (readonly [name: string, kept: readonly HeldRow[]])[] = []
    for (const { name, rows, readers } of walks) {
      const kept: HeldRow[] = []
      for (const row of await rows.all(handle)) kept.push(await inWords(row, readers, handle))
      all.push([name, kept])
    }
    return all
  }

  async function ofPerson(address: Address): Promise<Held | null> {
    const person = await people.find(address)
    const hash = keyedHash(keys.suppression, address.normal)
    const suppressions = (await suppressed.all(hash)).map((purpose) => ({ hash: hashed, purpose: purpose || 'all' }))
    if (!person) return suppressions.length > 0 ? { suppressions } : null
    return Object.fromEntries([...(await found(everything, person.handle)), ['suppressions', suppressions]])
  }

  /** By tables that are named here, so that a new one is disclosed to nobody before somebody thought of it. */
  async function heldOf(address: Address, categories: readonly DisclosedCategory[]): Promise<Held | null> {
    const person = await people.find(address)
    if (!person) return null
    const only: ReadonlySet<Category> = new Set(categories)
    const walks = tables(catalogue).flatMap((each) => (disclosable.has(each[0]) ? walk(each, only) : []))
    const rows = (await found(walks, person.handle)).map(([name, kept]) => {
      return [name, kept.filter((row) => Object.keys(row).length > 0)] as const
    })
    return Object.fromEntries(rows.filter(([, kept]) => kept.length > 0))
  }

  return {
    held: (address: Address) => look(store, () => ofPerson(address)),
    heldOf: (address: Address, categories: readonly DisclosedCategory[]) =>
      look(store, () => heldOf(address, categories)),
  }
}
