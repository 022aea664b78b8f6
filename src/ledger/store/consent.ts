import { type Address, bytesOf, dayOf, digest, Fault, type Handle, type Id, idOf, newId } from '../../base/index.ts'
import type { ConsentRecord } from '../../gate/index.ts'
import { trackingPurposes } from '../grants.ts'
import type { Stops } from '../ledger.ts'
import { holdsOf } from './hold.ts'
import type { People } from './people.ts'
import type { Stopping } from './stops.ts'
import { type Store, writing } from './store.ts'

interface Row {
  readonly id: Buffer
  readonly state: string
  readonly decided_at: number
}

/** A consent that its owner confirmed: the request's own id, when it was asked for, and the wording that is kept already. */
export interface Confirmed {
  readonly id: Buffer
  readonly requestedAt: number
  readonly wording: string
}

/**
 * Consents, in the order in which they were decided: an older record that arrives late (a re-imported list) never undoes a
 * withdrawal. What was superseded or withdrawn is kept as proof for the policy's days from then on.
 */
export function consents(store: Store, people: People, stopping: Stopping) {
  const { db } = store
  const addWording = db.prepare('INSERT INTO wordings (digest, text) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const add = db.prepare(
    `INSERT INTO consents (id, handle, purpose, state, decided_at, source, wording, requested_at, policy)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  // Acceptances stand beside each other: two decisions of one person must not both take themselves for the newest.
  const hold = db.prepare<[Buffer]>(`SELECT 1 FROM subjects WHERE handle = ? ${holdsOf(db).rows}`)
  const same = db
    .prepare<[Buffer, string, number, string], Buffer>(
      'SELECT id FROM consents WHERE handle = ? AND purpose = ? AND decided_at = ? AND state = ?',
    )
    .pluck()
  const latest = db.prepare<[Buffer, string], Row>(
    `SELECT id, state, decided_at FROM consents WHERE handle = ? AND purpose = ?
     ORDER BY decided_at DESC, state DESC LIMIT 1`,
  )
  const suppressed = db.prepare<[Buffer], number>("SELECT 1 FROM suppressions WHERE hash = ? AND purpose = ''").pluck()
  const end = db.prepare(
    'UPDATE consents SET expires_on = ? WHERE handle = ? AND purpose = ? AND expires_on IS NULL AND id IS DISTINCT FROM ?',
  )

  /** A wording is kept once, however many people read it. */
  async function keepWording(text: string): Promise<string> {
    const name = digest(text)
    await addWording.run(name, text)
    return name
  }

  /** Within an open transaction. A record that is there already is not kept twice. */
  async function keep(
    handle: Buffer,
    record: ConsentRecord,
    confirmed?: Confirmed,
  ): Promise<{ readonly receipt: Id; readonly stops: Stops }> {
    const now = store.clock.now()
    const decided = decidedAt(record.at, now)
    const tracking = trackingPurposes(store.policies.inForce).has(record.purpose)
    const [, known, before] = await Promise.all([
      hold.get(handle),
      same.get(handle, record.purpose, decided, record.state),
      tracking && stopping.isStopped(handle),
    ])
    if (known) return { receipt: idOf(known), stops: null }
    const id = confirmed?.id ?? bytesOf(newId())
    const wording = confirmed?.wording ?? (await keepWording(record.wording))
    const asked = confirmed?.requestedAt ?? null
    const { number, consentDays } = store.policies.inForce
    const [, newest] = await Promise.all([
      add.run(id, handle, record.purpose, record.state, decided, record.source, wording, asked, number),
      latest.get(handle, record.purpose),
    ])
    const inForce = newest?.state === 'granted' ? newest.id : null
    const [, stopped] = await Promise.all([
      end.run(dayOf(now) + consentDays, handle, record.purpose, inForce),
      tracking && stopping.isStopped(handle),
    ])
    const receipt = idOf(id)
    if (!tracking) return { receipt, stops: null }
    if (stopped) return { receipt, stops: 'stop' }
    return { receipt, stops: before ? 'lift' : null }
  }

  return {
    keep,
    keepWording,
    latest: async (handle: Buffer, purpose: string): Promise<Row | null> => (await latest.get(handle, purpose)) ?? null,
    recordConsent: (address: Address, record: ConsentRecord) =>
      writing(store, async () => {
        const stopHash = people.stopHash(address)
        const found = await people.find(address)
        // An old list that comes in after an erasure makes nobody known again.
        if (!found && (await suppressed.get(stopHash))) return { receipt: null, handle: null, stops: null }
        const person = found ?? (await people.make(address, stopHash))
        await people.keepAddress(person.handle, address)
        const { sends } = store.policies.inForce.purposes.get(record.purpose) ?? {}
        if (sends) await people.keepSource(person.handle, record.purpose)
        return { ...(await keep(person.handle, record)), handle: idOf(person.handle) as Handle } // 12 bytes as base64url
      }),
    recordConsentOf: (handle: Handle, record: ConsentRecord) =>
      writing(store, async () => {
        const person = await people.get(handle)
        return person ? keep(person.handle, record) : null
      }),
  }
}

export type Consents = ReturnType<typeof consents>

/** A decision dated in the future counts from now on: else nothing could ever withdraw it. */
export function decidedAt(text: string, now: number): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) {
    throw new Fault('consent_undated', 'A consent record has no readable date.', 'Give `at` as an ISO 8601 instant.')
  }
  return Math.min(at, now)
}
