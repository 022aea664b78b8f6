import { type Address, bytesOf, dayOf, type Handle, idOf, parseAddress } from '../../base/index.ts'
import { sourceOf } from '../../gate/index.ts'
import { places } from '../keys/place.ts'
import type { Held, TakenBack } from '../ledger.ts'
import type { Consents } from './consent.ts'
import type { People, Person } from './people.ts'
import type { Stopping } from './stops.ts'
import { type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'
import { type Brought, takingBackMail } from './take-back-mail.ts'
import { bytesAt, dayAt, type HeldRow, instantAt, numberAt, textAt } from './take-back-values.ts'

interface Parts {
  readonly people: People
  readonly consents: Consents
  readonly suppressions: Suppressions
  readonly stopping: Stopping
}

/**
 * An export, read back. Whoever is here keeps what is here: rows are added, never overwritten, and a no that was said here or
 * there stands. Links that were mailed, answers to be repeated and unconfirmed requests are left out: they end within hours.
 */
export function takeBack(store: Store, { people, consents, suppressions, stopping }: Parts) {
  const { db, keys, erased, policies, clock } = store
  const mailOf = takingBackMail(store)
  const buried = db.prepare<[Buffer], number>('SELECT 1 FROM tombstones WHERE handle = ?').pluck()
  const set = db.prepare('UPDATE subjects SET state = ?, last_open = ?, last_open_until = ? WHERE handle = ?')
  const isHere = db.prepare<[Buffer], number>('SELECT 1 FROM consents WHERE id = ?').pluck()
  const object = db.prepare('INSERT INTO objections (handle, purpose) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const asGiven = db.prepare(
    `UPDATE consents SET requested_at = @asked, policy = @policy,
       expires_on = CASE WHEN expires_on > @until THEN @until ELSE expires_on END WHERE id = @id`,
  )
  const addCase = db.prepare(
    `INSERT INTO cases (id, handle, "right", status, opened_at, due_at, closed_at, about, receipt, expires_on)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const today = (): number => dayOf(clock.now())

  async function makePerson(address: Address, row: HeldRow): Promise<Person> {
    const handle = bytesOf(textAt(row, 'handle') ?? '')
    // A key without its row, as a crash leaves one: it opens nothing that anybody should read.
    await keys.dropSubjectKeys([handle])
    const person = await people.make(address, people.stopHash(address), idOf(handle))
    const source = textAt(row, 'source')
    if (source !== null) await people.keepSource(handle, source)
    const lastOpen = dayAt(row, 'last_open')
    const days = policies.inForce.hygiene?.retentionDays
    const until = lastOpen !== null && days !== undefined ? lastOpen + days : null
    const kept = until !== null && until >= today()
    const state = textAt(row, 'state') === 'restricted' ? 'restricted' : 'active'
    await set.run(state, kept ? lastOpen : null, kept ? until : null, handle)
    return person
  }

  async function takeConsent(row: HeldRow, handle: Buffer, stop: Buffer, newest: boolean): Promise<boolean> {
    const [id, purpose, at] = [bytesAt(row, 'id'), textAt(row, 'purpose'), textAt(row, 'decided_at')]
    if (!id || purpose === null || at === null || (await isHere.get(id))) return false
    const state = textAt(row, 'state') === 'granted' ? 'granted' : 'withdrawn'
    const until = dayAt(row, 'expires_on')
    if (until !== null && until < today()) {
      // The proof is over, the no is not: as when it lapses here.
      const silenceMeansNo = policies.inForce.purposes.get(purpose)?.consent === 'opt-in'
      if (newest && state === 'withdrawn' && !silenceMeansNo) await suppressions.keepHash(stop, purpose)
      return false
    }
    const record = { purpose, state, at, source: sourceOf(textAt(row, 'source') ?? '') } as const
    const wording = await consents.keepWording(textAt(row, 'wording') ?? '')
    const asked = instantAt(row, 'requested_at')
    const { receipt } = await consents.keep(
      handle,
      { ...record, wording: textAt(row, 'wording') ?? '' },
      { id, requestedAt: asked ?? 0, wording },
    )
    if (receipt !== idOf(id)) return false
    await asGiven.run({ asked, policy: numberAt(row, 'policy'), until: until ?? Number.MAX_SAFE_INTEGER, id })
    return true
  }

  async function takeCase(row: HeldRow, handle: Buffer): Promise<boolean> {
    const [id, status, given] = [bytesAt(row, 'id'), textAt(row, 'status'), dayAt(row, 'expires_on')]
    // Of a policy elsewhere, which may have promised less.
    const until = given === null ? null : Math.min(given, today() + policies.inForce.consentDays)
    if (!id || (status !== 'done' && status !== 'open') || (until !== null && until < today())) return false
    const [right, opened, due] = [textAt(row, 'right'), instantAt(row, 'opened_at'), instantAt(row, 'due_at')]
    if (right === null || opened === null || due === null) return false
    const about = textAt(row, 'about')
    const sealed = about === null ? null : places.about.seal(await keys.subjectKey(handle), id, about)
    const { changes } = await addCase.run(
      ...[id, handle, right, status, opened, due, instantAt(row, 'closed_at'), sealed],
      ...[row.receipt === undefined ? null : JSON.stringify(row.receipt), until],
    )
    return changes === 1
  }

  async function takeAll(person: Person, address: Address, held: Held): Promise<Brought> {
    const { handle } = person
    const stop = people.stopHash(address)
    const own = parseAddress(textAt(held.subjects?.[0] ?? {}, 'address') ?? '')
    if (own) await people.keepAddress(handle, own)
    const given = held.consents ?? []
    const newest = (row: HeldRow): boolean =>
      !given.some((each) => each.purpose === row.purpose && String(each.decided_at) > String(row.decided_at))
    const mail = await mailOf.take(held.messages ?? [], held.events ?? [], handle)
    const rows: boolean[] = []
    for (const row of given) rows.push(await takeConsent(row, handle, stop, newest(row)))
    for (const row of held.objections ?? []) {
      rows.push((await object.run(handle, textAt(row, 'purpose') ?? '')).changes === 1)
    }
    for (const row of held.cases ?? []) rows.push(await takeCase(row, handle))
    const brought = rows.filter(Boolean).length
    return { brought: mail.brought + brought, left: mail.left + rows.length - brought }
  }

  async function silence(address: Address, held: Held): Promise<number> {
    const stop = people.stopHash(address)
    const given = (held.suppressions ?? []).map((row) => textAt(row, 'purpose') ?? '')
    for (const purpose of given) await suppressions.keepHash(stop, purpose === 'all' ? null : purpose)
    return given.length
  }

  return async (address: Address, held: Held): Promise<TakenBack | 'erased' | 'moved'> => {
    await db.makeRoom('events', mailOf.lastDays(held.messages ?? [], held.events ?? []))
    return writing(store, async () => {
      const row = held.subjects?.[0]
      const handle = row ? (textAt(row, 'handle') ?? '') : null
      const here = await people.find(address)
      if (handle !== null && (erased.has(bytesOf(handle)) || (await buried.get(bytesOf(handle))))) return 'erased'
      // Nobody, and not to be written to: they were erased, or left, and an old export makes nobody known again.
      if (!here && row && (await suppressions.isStopped(people.stopHash(address), ''))) return 'erased'
      const there = handle === null ? null : await people.get(handle)
      if (there && !here?.handle.equals(there.handle)) return 'moved'
      const silenced = await silence(address, held)
      if (!row) return { brought: silenced, left: 0, handle: null, stops: null }
      const person = here ?? (await makePerson(address, row))
      const { brought, left } = await takeAll(person, address, held)
      const stops = (await stopping.isStopped(person.handle)) ? 'stop' : null
      return { brought: brought + silenced + (here ? 0 : 1), left, handle: idOf(person.handle) as Handle, stops } // 12 bytes
    })
  }
}
