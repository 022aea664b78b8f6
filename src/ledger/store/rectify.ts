import { type Address, keyedHash } from '../../base/index.ts'
import { places } from '../keys/place.ts'
import type { Correction } from '../ledger.ts'
import type { People } from './people.ts'
import { type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'

interface Queued {
  readonly id: Buffer
  readonly recipient: Buffer
  readonly merge: Buffer | null
}

/**
 * Name and address, corrected in everything that is still to be sent. What was sent says where it went: that is a fact
 * about then, and stays one.
 */
export function rectify(store: Store, people: People, suppressions: Pick<Suppressions, 'follow'>) {
  const { db, keys } = store
  const queued = db.prepare<[Buffer], Queued>(
    `SELECT id, recipient, merge FROM messages
     WHERE handle = ? AND status IN ('queued', 'sending') AND handed_over = 0 AND recipient IS NOT NULL`,
  )
  const readdress = db.prepare('UPDATE messages SET recipient = ? WHERE id = ?')
  const remerge = db.prepare('UPDATE messages SET merge = ? WHERE id = ?')
  const moved = db.prepare('UPDATE subjects SET address_index = ?, stop = ? WHERE handle = ?')
  // Whoever reads the old mailbox could confirm them for the new one.
  const unasked = db.prepare('DELETE FROM requests WHERE handle = ?')
  const named = db.prepare('UPDATE subjects SET address = ? WHERE handle = ? AND address IS NOT NULL')

  /** A merge field that says the name says the corrected one, or leaves it to the recipient's when there is none any more. */
  async function rename({ id, merge }: Queued, name: string | null): Promise<void> {
    if (!merge) return
    const key = await keys.contentKey(id)
    const fields = JSON.parse(places.merge.open(key, id, merge).toString()) as Record<string, string> // as accept sealed it
    const field = Object.keys(fields).find((each) => each.toLowerCase() === 'name')
    if (field === undefined) return
    const { [field]: _old, ...others } = fields
    const corrected = name === null ? others : { ...others, [field]: name }
    await remerge.run(places.merge.seal(key, id, JSON.stringify(corrected)), id)
  }

  return (
    address: Address,
    { address: next, name }: Correction,
  ): Promise<{ readonly queued: number } | 'unknown' | 'taken'> =>
    writing(store, async () => {
      const person = await people.find(address)
      if (!person) return 'unknown'
      const { handle } = person
      const key = await keys.subjectKey(handle)
      if (next && next.normal !== address.normal) {
        if (await people.find(next)) return 'taken'
        const stop = places.stop.seal(key, handle, people.stopHash(next))
        await suppressions.follow(handle, people.stopHash(address), people.stopHash(next))
        await moved.run(keyedHash(keys.index, next.normal), stop, handle)
        await unasked.run(handle)
      }
      if (next) await named.run(places.address.seal(key, handle, next.text), handle)
      const waiting = await queued.all(handle)
      for (const message of waiting) {
        const { id, recipient } = message
        // Sealed by accept, and authenticated.
        const [to, was] = JSON.parse(places.recipient.open(key, id, recipient).toString()) as [string, string | null]
        const corrected = JSON.stringify([next?.text ?? to, name === undefined ? was : name])
        await readdress.run(places.recipient.seal(key, id, corrected), id)
        if (name !== undefined) await rename(message, name)
      }
      return { queued: waiting.length }
    })
}
