import {
  type Address,
  bytesOf,
  type Day,
  dayMillis,
  dayOf,
  type Handle,
  type Id,
  idOf,
  newId,
} from '../../base/index.ts'
import { places } from '../keys/place.ts'
import type { ConsentRequest, Requested, Stops } from '../ledger.ts'
import type { Consents } from './consent.ts'
import type { People } from './people.ts'
import type { Stopping } from './stops.ts'
import { type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'

interface Row {
  readonly id: Buffer
  readonly handle: Buffer
  readonly purpose: string
  readonly requested_at: number
  readonly wording: string
  readonly address: Buffer
  readonly mail: Buffer
  readonly mailed_at: number
  readonly expires_on: Day
}

const columns = 'id, handle, purpose, requested_at, wording, address, mail, mailed_at, expires_on'

/**
 * Double opt-in: asked -> a mail to the address -> confirmed by its owner, or deleted after the policy's days. Until then it
 * grants nothing. Whoever had said no to everything, or was erased, comes back this way and by no other.
 */
export function consentRequests(
  store: Store,
  people: People,
  consents: Consents,
  suppressions: Suppressions,
  stopping: Stopping,
) {
  const { db, keys, clock } = store
  const pending = db.prepare<[Buffer, string], Row>(`SELECT ${columns} FROM requests WHERE handle = ? AND purpose = ?`)
  const byId = db.prepare<[Buffer, Buffer], Row>(`SELECT ${columns} FROM requests WHERE id = ? AND handle = ?`)
  const put = db.prepare(
    `INSERT INTO requests (id, handle, purpose, requested_at, wording, policy, address, mail, mailed_at, expires_on)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const remove = db.prepare('DELETE FROM requests WHERE id = ?')
  const given = db.prepare<[Buffer, Buffer], Buffer>('SELECT id FROM consents WHERE id = ? AND handle = ?').pluck()

  async function requestConsent(address: Address, { purpose, wording }: ConsentRequest): Promise<Requested | null> {
    const stopHash = people.stopHash(address)
    if ((await suppressions.liftOf(stopHash, purpose)) === 'nobody') return null
    const found = await people.find(address)
    if (found?.state === 'restricted') return null
    const granted = found && (await consents.latest(found.handle, purpose))?.state === 'granted'
    if (granted && !(await suppressions.isStopped(stopHash, purpose))) return null
    const now = clock.now()
    const { handle } = found ?? (await people.make(address, stopHash))
    const before = await pending.get(handle, purpose)
    if (before && now - before.mailed_at < dayMillis) return viewOf(before)
    const text = await consents.keepWording(wording)
    // The link of an earlier mail goes on working, unless it was about other words.
    const id = before?.wording === text ? before.id : bytesOf(newId())
    const sealed = places.requested.seal(await keys.subjectKey(handle), id, address.text)
    const { number, unconfirmedDays } = store.policies.inForce
    const row: Row = {
      ...{ id, handle, purpose, requested_at: now, wording: text, address: sealed },
      ...{ mail: bytesOf(newId()), mailed_at: now, expires_on: dayOf(now) + unconfirmedDays },
    }
    if (before) await remove.run(before.id)
    await put.run(id, handle, purpose, now, text, number, sealed, row.mail, now, row.expires_on)
    return viewOf(row)
  }

  async function confirmConsent(
    handle: Handle,
    id: Id,
  ): Promise<{ readonly receipt: Id; readonly stops: Stops } | null> {
    const person = await people.get(handle)
    if (!person || person.state === 'restricted') return null
    const row = await byId.get(bytesOf(id), person.handle)
    // Pressed twice: what was said once is said.
    if (!row) return (await given.get(bytesOf(id), person.handle)) ? { receipt: id, stops: null } : null
    if (row.expires_on < dayOf(clock.now())) return null
    const before = await stopping.isStopped(person.handle)
    await suppressions.lift(await people.stopHashOf(person.handle), person.handle, row.purpose)
    const key = await keys.subjectKey(person.handle)
    await people.sealAddress(person.handle, places.requested.open(key, row.id, row.address))
    if (store.policies.inForce.purposes.get(row.purpose)?.sends) await people.keepSource(person.handle, row.purpose)
    const decision = { purpose: row.purpose, state: 'granted', source: 'double-opt-in', wording: '' } as const
    const at = new Date(clock.now()).toISOString()
    const kept = { id: row.id, requestedAt: row.requested_at, wording: row.wording }
    const { receipt } = await consents.keep(person.handle, { ...decision, at }, kept)
    await remove.run(row.id)
    const after = await stopping.isStopped(person.handle)
    return { receipt, stops: after ? 'stop' : before ? 'lift' : null }
  }

  return {
    requestConsent: (address: Address, request: ConsentRequest) =>
      writing(store, () => requestConsent(address, request)),
    confirmConsent: (handle: Handle, id: Id) => writing(store, () => confirmConsent(handle, id)),
  }
}

const viewOf = ({ id, handle, mail, expires_on: until }: Row): Requested => ({
  ...{ id: idOf(id), handle: idOf(handle), mail: idOf(mail), until },
})
