import type { Address } from '../../base/index.ts'
import { catalogue, keyCatalogue, type Table, tables } from '../catalogue/index.ts'
import type { People } from './people.ts'
import type { Store } from './store.ts'

/** Columns in clear by which a person can be found: as much theirs as a ciphertext. The suppression list has a life of its own. */
const indexes: Readonly<Record<string, readonly string[]>> = { subjects: ['address_index'] }

const length = 32

/** What an auditor looks for in the bytes of disks, before an erasure and after it. */
export function fingerprints(store: Store, people: People) {
  const walk = (described: Readonly<Record<string, Table>>, source: Store['db']) =>
    tables(described).flatMap(([name, { reach, columns }]) => {
      if (reach.by !== 'handle' && reach.by !== 'message') return []
      const sealed = Object.keys(columns).filter((column) => columns[column]!.sealedBy !== undefined)
      return [...sealed, ...(indexes[name] ?? [])].map((column) => ({
        source,
        by: reach.by,
        sql: `SELECT substr(${column}, 1, ${length}) FROM ${name} WHERE ${column} IS NOT NULL AND ${reach.column}`,
      }))
    })
  const walks = [...walk(catalogue, store.db), ...walk(keyCatalogue, store.keys.db)].map(({ source, by, sql }) => ({
    by,
    rows: source.prepare<[Buffer], Buffer>(`${sql} = ?`).pluck(),
  }))
  const messages = store.db.prepare<[Buffer], Buffer>('SELECT id FROM messages WHERE handle = ?').pluck()

  return (address: Address): Promise<readonly string[]> =>
    store.db.glance(async () => {
      const person = await people.find(address)
      if (!person) return []
      const ids = await messages.all(person.handle)
      const found = new Set<string>()
      for (const { by, rows } of walks) {
        for (const id of by === 'handle' ? [person.handle] : ids) {
          for (const bytes of await rows.all(id)) found.add(bytes.toString('hex'))
        }
      }
      return [...found].sort()
    })
}
