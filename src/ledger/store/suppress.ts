import { type Address, type Handle, type Id, idOf, newId } from '../../base/index.ts'
import { trackingPurposes } from '../grants.ts'
import { type Lift, lifts, marksUnder } from '../keys/mark.ts'
import type { Stops } from '../ledger.ts'
import type { People } from './people.ts'
import { type Store, writing } from './store.ts'

export interface Entry {
  readonly purpose: string
  readonly mark: Buffer | null
}

/**
 * The list of those who must not be written to. An entry says neither who nor when nor why. A person who is known is also
 * marked by handle, so that hits of mail that is already sent stop at the door. An empty purpose means all of them.
 */
export function suppressions(store: Store, people: People) {
  const { db } = store
  const marks = marksUnder(store.keys.suppression)
  const of = db.prepare<[Buffer], Entry>('SELECT purpose, mark FROM suppressions WHERE hash = ?')
  const one = db.prepare<[Buffer, string], Entry>(
    'SELECT purpose, mark FROM suppressions WHERE hash = ? AND purpose = ?',
  )
  const put = db.prepare(
    `INSERT INTO suppressions (hash, purpose, mark) VALUES (?, ?, ?)
     ON CONFLICT (hash, purpose) DO UPDATE SET mark = excluded.mark`,
  )
  const remove = db.prepare('DELETE FROM suppressions WHERE hash = ? AND purpose = ?')
  const object = db.prepare('INSERT INTO objections (handle, purpose) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const objected = db.prepare<[Buffer], string>('SELECT purpose FROM objections WHERE handle = ?').pluck()
  const allow = db.prepare('DELETE FROM objections WHERE handle = ? AND purpose = ?')
  const stopsFor = (purpose: string | null): Stops =>
    purpose === null || trackingPurposes(store.policies.inForce).has(purpose) ? 'stop' : null

  /** Within an open transaction. What is harder to lift stays so: a bounce after an erasure makes nothing easier. */
  async function keepHash(hash: Buffer, purpose: string | null, lift: Lift = 'evidence'): Promise<void> {
    const scope = purpose ?? ''
    const known = await one.get(hash, scope)
    if (known && lifts.indexOf(marks.read(hash, scope, known.mark) ?? 'nobody') >= lifts.indexOf(lift)) return
    await put.run(hash, scope, marks.of(hash, scope, lift))
  }

  async function keepAddress(address: Address, purpose: string | null) {
    const person = await people.find(address)
    await keepHash(people.stopHash(address), purpose)
    if (!person) return null
    await object.run(person.handle, purpose ?? '')
    return { handle: idOf(person.handle), stops: stopsFor(purpose) }
  }

  /** Who may lift what stands against `purpose`; `evidence` where nothing does. An unreadable mark is lifted by nobody (law 7). */
  async function liftOf(hash: Buffer, purpose: string | null): Promise<Lift> {
    const entries = await of.all(hash)
    const against = entries.filter((each) => purpose === null || each.purpose === '' || each.purpose === purpose)
    const ranks = against.map((each) => lifts.indexOf(marks.read(hash, each.purpose, each.mark) ?? 'nobody'))
    return lifts[Math.max(0, ...ranks)]!
  }

  const othersThan = (purpose: string): readonly string[] =>
    [...store.policies.inForce.purposes.keys()].filter((each) => each !== purpose)

  /** Within an open transaction: `purpose` is free again. A no to everything goes on as a no to everything else. */
  async function lift(hash: Buffer, handle: Buffer | null, purpose: string | null): Promise<void> {
    for (const entry of await of.all(hash)) {
      if (purpose !== null && entry.purpose !== '' && entry.purpose !== purpose) continue
      await remove.run(hash, entry.purpose)
      if (purpose === null || entry.purpose !== '') continue
      const kept = marks.read(hash, '', entry.mark) ?? 'nobody'
      for (const other of othersThan(purpose)) await keepHash(hash, other, kept)
    }
    for (const each of handle ? await objected.all(handle) : []) {
      if (purpose !== null && each !== '' && each !== purpose) continue
      await allow.run(handle, each)
      if (purpose !== null && each === '') for (const other of othersThan(purpose)) await object.run(handle, other)
    }
  }

  /**
   * Within an open transaction: what a person said no to goes along to their corrected address, since their objections end
   * with their row. What was said of the old address alone, such as that no mail arrives there, stays with it.
   */
  async function follow(handle: Buffer, from: Buffer, to: Buffer): Promise<void> {
    const named = (await of.all(from)).flatMap(({ purpose }) => (purpose === '' ? [] : [purpose]))
    for (const purpose of new Set([...(await objected.all(handle)), ...named])) {
      const scope = purpose === '' ? null : purpose
      await keepHash(to, scope, await liftOf(from, scope))
    }
  }

  return {
    keepHash,
    liftOf,
    lift,
    follow,
    isStopped: async (hash: Buffer, purpose: string): Promise<boolean> =>
      Boolean((await one.get(hash, '')) ?? (await one.get(hash, purpose))),
    isKnown: async (hash: Buffer): Promise<boolean> => (await of.get(hash)) !== undefined,
    suppressOf: (handle: Handle, purpose: string | null): Promise<Id | null> =>
      writing(store, async () => {
        const person = await people.get(handle)
        if (!person) return null
        await keepHash(await people.stopHashOf(person.handle), purpose)
        await object.run(person.handle, purpose ?? '')
        return newId()
      }),
    suppress: (address: Address, purpose: string | null) => writing(store, () => keepAddress(address, purpose)),
    suppressAll: (addresses: readonly Address[], purpose: string | null) =>
      writing(store, async () => {
        const kept: NonNullable<Awaited<ReturnType<typeof keepAddress>>>[] = []
        for (const each of addresses) {
          const known = await keepAddress(each, purpose)
          if (known) kept.push(known)
        }
        return kept
      }),
  }
}

export type Suppressions = ReturnType<typeof suppressions>
