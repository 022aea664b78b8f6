import { type Address, bytesOf, type Handle, keyedHash, newHandle } from '../../base/index.ts'
import { places } from '../keys/place.ts'
import { Contested, holdsOf, inOrder } from './hold.ts'
import type { Store } from './store.ts'

export interface Person {
  readonly handle: Buffer
  readonly state: 'active' | 'restricted'
  readonly source: string | null
}

/** Somebody who is to become known. */
export interface Newcomer {
  readonly address: Address
  readonly stopHash: Buffer
  readonly handle: Handle
}

/** Finding and making data subjects. An address is only ever compared by its keyed hash. */
export function people(store: Store) {
  const { db, keys } = store
  const indexed = 'SELECT handle, state, source FROM subjects WHERE address_index = ?'
  const byIndex = db.prepare<[Buffer], Person>(indexed)
  const heldByIndex = db.prepare<[Buffer], Person>(`${indexed} ${holdsOf(db).rows}`)
  const byHandle = db.prepare<[Buffer], Person>('SELECT handle, state, source FROM subjects WHERE handle = ?')
  const insert = db.prepare(
    'INSERT INTO subjects (handle, address_index, stop) VALUES (?, ?, ?) ON CONFLICT (address_index) DO NOTHING',
  )
  const name = db.prepare('UPDATE subjects SET address = ? WHERE handle = ? AND address IS NULL')
  const source = db.prepare('UPDATE subjects SET source = ? WHERE handle = ? AND source IS NULL')
  const sealedStop = db.prepare<[Buffer], Person & { readonly stop: Buffer }>(
    'SELECT handle, state, source, stop FROM subjects WHERE handle = ?',
  )
  const indexOf = (address: Address): Buffer => keyedHash(keys.index, address.normal)

  async function makeAll(newcomers: readonly Newcomer[]): Promise<void> {
    const rows = newcomers.map((each) => ({ ...each, handle: bytesOf(each.handle), index: indexOf(each.address) }))
    const keyed = await Promise.all(
      inOrder(rows, ({ index }) => index).map(async (row) => ({ ...row, key: await keys.newSubjectKey(row.handle) })),
    )
    const made = await Promise.all(
      keyed.map(({ handle, index, key, stopHash }) =>
        insert.run(handle, index, places.stop.seal(key, handle, stopHash)),
      ),
    )
    if (made.some(({ changes }) => changes === 0)) throw new Contested()
  }

  /** The person with their entry for the suppression list, in one look, for whoever gets their key as well. */
  async function withStop(handle: Buffer, key: Promise<Buffer>): Promise<readonly [Person, Buffer]> {
    const [own, row] = await Promise.all([key, sealedStop.get(handle)])
    return [row!, places.stop.open(own, handle, row!.stop)]
  }

  async function sealAddress(handle: Buffer, text: string | Uint8Array): Promise<void> {
    await name.run(places.address.seal(await keys.subjectKey(handle), handle, text), handle)
  }

  return {
    /** The person's entry for the suppression list, under the key of that list. */
    stopHash: (address: Address): Buffer => keyedHash(keys.suppression, address.normal),
    find: async (address: Address): Promise<Person | null> => (await byIndex.get(indexOf(address))) ?? null,
    /** Finds each, in the order asked, and holds their rows until the transaction's end. */
    findHeld: async (addresses: readonly Address[]): Promise<readonly (Person | null)[]> => {
      const asked = addresses.map((address, place) => ({ place, index: indexOf(address) }))
      const found = new Array<Person | null>(addresses.length).fill(null)
      await Promise.all(
        inOrder(asked, ({ index }) => index).map(async ({ place, index }) => {
          found[place] = (await heldByIndex.get(index)) ?? null
        }),
      )
      return found
    },
    get: async (handle: string): Promise<Person | null> => (await byHandle.get(bytesOf(handle))) ?? null,
    /** A handle is given only to somebody who comes back with an export: the links in their old mail name it. */
    make: async (address: Address, stopHash: Buffer, handle: Handle = newHandle()): Promise<Person> => {
      // Together: the newest epoch is looked up while nobody begins or ends one.
      await keys.together(() => makeAll([{ address, stopHash, handle }]))
      return newPerson(handle)
    },
    /** Throws Contested where one of them became known in the meantime: only to who stands beside others. */
    makeAll,
    /** Keeps the address itself: only where a consent needs to say whose it is. */
    keepAddress: (handle: Buffer, address: Address): Promise<void> => sealAddress(handle, address.text),
    /** The same with an address that was sealed elsewhere. */
    sealAddress: (handle: Buffer, text: Uint8Array): Promise<void> => sealAddress(handle, text),
    /** Written once: what an address was given for does not change with what it is used for. */
    keepSource: async (handle: Buffer, purpose: string): Promise<void> => void (await source.run(purpose, handle)),
    stopHashOf: async (handle: Buffer): Promise<Buffer> => (await withStop(handle, keys.subjectKey(handle)))[1],
    withStop,
  }
}

export type People = ReturnType<typeof people>

export const newPerson = (handle: Handle): Person => ({ handle: bytesOf(handle), state: 'active', source: null })
