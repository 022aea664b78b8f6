import { isFault, keyedHash, parseAddress } from '../../../base/index.ts'
import { places } from '../../keys/place.ts'
import type { Store } from '../store.ts'
import { answer, type Check } from './answer.ts'

const sample = 200

interface Subject {
  readonly handle: Buffer
  readonly address_index: Buffer
  readonly address: Buffer | null
  readonly stop: Buffer
}

/** Who objected is on the suppression list too: the objection goes with its person, the entry stays. */
export const suppressionsWhole: Check = async (store) => {
  const { db, keys } = store
  const rows = await db
    .prepare<[], Pick<Subject, 'handle' | 'stop'> & { readonly purpose: string }>(
      `SELECT o.handle, o.purpose, s.stop FROM objections o JOIN subjects s ON s.handle = o.handle LIMIT ${sample}`,
    )
    .all()
  const entry = db
    .prepare<[Buffer, string], number>('SELECT 1 FROM suppressions WHERE hash = ? AND purpose = ?')
    .pluck()
  // Asked again: person, objection and entry may have gone, or changed, between the looks.
  const still = db
    .prepare<[Buffer, string, Buffer], number>(
      `SELECT 1 FROM objections o JOIN subjects s ON s.handle = o.handle
       WHERE o.handle = ? AND o.purpose = ? AND s.stop = ?`,
    )
    .pluck()
  let lost = 0
  for (const { handle, purpose, stop } of rows) {
    const hash = await opened(async () => places.stop.open(await keys.subjectKey(handle), handle, stop))
    if (hash !== null && (await entry.get(hash, purpose)) !== undefined) continue
    if ((await still.get(handle, purpose, stop)) !== undefined) lost += 1
  }
  const faults = lost > 0 ? [`${lost} of ${rows.length} objections have no entry in the suppression list`] : []
  return answer(faults, `${rows.length} objections, each with its entry in the suppression list`)
}

/** The index by which a person is found, and the hash that would suppress them, are those of the address that is held. */
export const indexesAgree: Check = async (store) => {
  const { db } = store
  const index = db.dialect.bytes('address_index')
  const rows = await db
    .prepare<[], Subject>(
      `SELECT handle, ${index} AS address_index, address, stop FROM subjects
       WHERE address IS NOT NULL ORDER BY rowid DESC LIMIT ${sample}`,
    )
    .all()
  const still = db
    .prepare<readonly (Buffer | null)[], number>(
      `SELECT 1 FROM subjects WHERE handle = ? AND ${index} = ? AND address = ? AND stop = ?`,
    )
    .pluck()
  let odd = 0
  for (const row of rows) {
    if (await agrees(store, row)) continue
    if ((await still.get(row.handle, row.address_index, row.address, row.stop)) !== undefined) odd += 1
  }
  const faults = odd > 0 ? [`${odd} of ${rows.length} people are not found by their address`] : []
  return answer(faults, `${rows.length} people are found by their address`)
}

async function agrees({ keys }: Store, { handle, address_index: index, address, stop }: Subject): Promise<boolean> {
  const key = await opened(() => keys.subjectKey(handle))
  const text = key && address && (await opened(async () => places.address.open(key, handle, address)))
  const hash = key && (await opened(async () => places.stop.open(key, handle, stop)))
  const known = text && parseAddress(text.toString())
  if (!known || !hash) return false
  return keyedHash(keys.index, known.normal).equals(index) && keyedHash(keys.suppression, known.normal).equals(hash)
}

async function opened(open: () => Promise<Buffer>): Promise<Buffer | null> {
  try {
    return await open()
  } catch (cause) {
    if (isFault(cause)) return null
    throw cause
  }
}
