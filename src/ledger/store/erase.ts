import { type Address, bytesOf, type Day, dayOf, Fault, type Handle, type Id, idOf } from '../../base/index.ts'
import { recordingEnds } from '../../policy/policy.ts'
import { catalogue, tables } from '../catalogue/index.ts'
import type { CaseFacts, Erasure, Right } from '../ledger.ts'
import type { Cases } from './cases.ts'
import type { People } from './people.ts'
import { followed } from './restored.ts'
import { type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'
import { sweepKeys } from './sweep.ts'

interface Row {
  readonly id: Buffer
  readonly right: Right
  readonly handle: Buffer
  readonly until: Day
  readonly asked_at: number
  readonly told_at: number | null
  readonly rows_at: number | null
  readonly removed: number
  readonly in_flight: number
  readonly keys_at: number | null
  readonly store_at: number | null
  readonly queue_at: number | null
  readonly queue_state: 'done' | 'refused' | null
}

const sweepChunk = 2000

/**
 * What is theirs, found along the catalogue: every table that reaches a person, what refers before what is referred to.
 * Each look-up has its index, so that the time grows with this person's rows and not with the store.
 */
export const removals: readonly string[] = tables(catalogue).flatMap(([name, { reach }]) => {
  if (reach.by === 'handle') return [`DELETE FROM ${name} WHERE ${reach.column} = @handle`]
  if (reach.by !== 'message') return []
  return [`DELETE FROM ${name} WHERE ${reach.column} IN (SELECT id FROM messages WHERE handle = @handle)`]
})

/** An erasure is put on record first, and from then on comes to its end, over as many restarts as it takes. */
export function erasing(store: Store, people: People, suppressions: Suppressions, cases: Cases) {
  const { db, keys, clock, policies, erased } = store
  const follow = followed(store)
  const rows = `SELECT e.id, c."right", e.handle, t.expires_on AS until, e.asked_at, e.told_at, e.rows_at, e.removed,
      e.in_flight, e.keys_at, e.store_at, e.queue_at, e.queue_state
    FROM erasures e JOIN cases c ON c.id = e.id JOIN tombstones t ON t.handle = e.handle`
  const byId = db.prepare<[Buffer], Row>(`${rows} WHERE e.id = ?`)
  const byHandle = db.prepare<[Buffer], Row>(`${rows} WHERE e.handle = ?`)
  const pending = db.prepare<[], Row>(`${rows} ORDER BY e.asked_at, e.id`)
  const begin = db.prepare('INSERT INTO erasures (id, handle, asked_at) VALUES (?, ?, ?)')
  const bury = db.prepare(
    `INSERT INTO tombstones (handle, expires_on) VALUES (?, ?)
     ON CONFLICT (handle) DO UPDATE SET expires_on = excluded.expires_on`,
  )
  const end = db.prepare('DELETE FROM erasures WHERE id = ?')
  const removal = removals.map((sql) => db.prepare<[{ handle: Buffer }]>(sql))
  const sealed = db
    .prepare<[Buffer], Buffer>(
      'SELECT id FROM messages WHERE handle = ? AND (content IS NOT NULL OR merge IS NOT NULL)',
    )
    .pluck()
  const flying = db
    .prepare<[Buffer], number>(
      `SELECT count(*) FROM messages WHERE handle = ? AND status = 'sending' AND handed_over = 1`,
    )
    .pluck()
  const gone = db.prepare('UPDATE erasures SET rows_at = ?, removed = ?, in_flight = ? WHERE id = ?')
  const keyless = db.prepare('UPDATE erasures SET keys_at = ? WHERE id = ?')
  const note = {
    told: db.prepare('UPDATE erasures SET told_at = @now WHERE id = @id'),
    store: db.prepare('UPDATE erasures SET store_at = @now WHERE id = @id'),
    queue: db.prepare('UPDATE erasures SET queue_at = @now, queue_state = @state WHERE id = @id'),
  }

  const found = async (id: Id): Promise<Row> => (await byId.get(bytesOf(id))) ?? unknownErasure()

  /** On the list outside the databases before anything goes, so that no backup brings them back. */
  async function list(facts: CaseFacts, handle: Buffer | null, stop: Buffer): Promise<void> {
    const sequence = Math.max(erased.last(), await follow.store.get()) + 1
    const right = facts.right === 'minor' ? 'minor' : 'erase'
    const hash = handle && erased.hashOf(handle)
    erased.append({ sequence, day: dayOf(clock.now()), right, handle: hash, stop: stop.toString('hex') })
    await follow.store.put(sequence)
  }

  async function start(handle: Buffer, facts: CaseFacts): Promise<Erasure> {
    const known = await byHandle.get(handle)
    if (known) return viewOf(known)
    await cases.add(facts, null)
    await bury.run(handle, recordingEnds(policies, dayOf(clock.now())))
    await begin.run(bytesOf(facts.id), handle, facts.openedAt)
    return viewOf(await found(facts.id))
  }

  function beginErasure(address: Address, facts: CaseFacts): Promise<Erasure | null> {
    return writing(store, async () => {
      const stop = people.stopHash(address)
      const person = await people.find(address)
      const isNew = person ? !(await byHandle.get(person.handle)) : !(await suppressions.isStopped(stop, ''))
      if (isNew) await list(facts, person?.handle ?? null, stop)
      await suppressions.keepHash(stop, null, facts.right === 'minor' ? 'nobody' : 'person')
      if (person) return start(person.handle, facts)
      await cases.add(facts, null)
      return null
    })
  }

  /** Returns the content keys that have lost their messages; null where another call was faster. */
  function removeRows(id: Id): Promise<readonly Buffer[] | null> {
    return writing(store, async () => {
      const { handle, rows_at: before } = await found(id)
      if (before !== null) return null
      const messages = await sealed.all(handle)
      const inFlight = (await flying.get(handle)) ?? 0
      let removed = 0
      for (const each of removal) removed += (await each.run({ handle })).changes
      await gone.run(clock.now(), removed, inFlight, bytesOf(id))
      return messages
    })
  }

  async function eraseSubject(id: Id): Promise<Erasure> {
    const row = await found(id)
    const keyed = row.rows_at === null ? await removeRows(id) : null
    if (keyed) await keys.dropContentKeys(keyed)
    // A crash in between lost the list of their messages: then every key without a row is looked for.
    else if (row.keys_at === null) await sweepKeys(store, sweepChunk, false)
    if (row.keys_at === null) {
      await keys.dropSubjectKeys([row.handle])
      await follow.keyStore.put(await follow.store.get())
      await keyless.run(clock.now(), row.id)
    }
    return viewOf(await found(id))
  }

  return {
    beginErasure,
    beginErasureOf: (handle: Handle, facts: CaseFacts): Promise<Erasure | null> =>
      writing(store, async () => ((await people.get(handle)) ? start(bytesOf(handle), facts) : null)),
    eraseSubject,
    noteErasure: (id: Id, step: keyof typeof note, state: 'done' | 'refused' | null = null): Promise<Erasure> =>
      writing(store, async () => {
        await note[step].run({ now: clock.now(), id: bytesOf(id), state })
        return viewOf(await found(id))
      }),
    erasures: async (): Promise<readonly Erasure[]> => (await pending.all()).map(viewOf),
    endErasure: async (id: Id): Promise<void> => {
      await end.run(bytesOf(id))
    },
  }
}

const viewOf = (row: Row): Erasure => ({
  id: idOf(row.id),
  right: row.right,
  handle: idOf(row.handle),
  until: row.until,
  askedAt: row.asked_at,
  toldAt: row.told_at,
  rowsAt: row.rows_at,
  removed: row.removed,
  inFlight: row.in_flight,
  keysAt: row.keys_at,
  storeAt: row.store_at,
  queueAt: row.queue_at,
  queueState: row.queue_state,
})

function unknownErasure(): never {
  throw new Fault('erasure_unknown', 'There is no such erasure under way.', 'Look at its case: it may be done.')
}
