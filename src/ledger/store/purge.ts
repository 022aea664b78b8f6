import { type Day, dayOf } from '../../base/index.ts'
import { catalogue, type Table, tables } from '../catalogue/index.ts'
import type { Purged } from '../ledger.ts'
import { folding } from './fold.ts'
import { inChunks } from './pace.ts'
import { type Store, writing } from './store.ts'
import { sweepKeys } from './sweep.ts'
import { dropUnreferenced, unreferenced } from './unreferenced.ts'

/**
 * Rows of a restricted person are held: kept, and shown to nobody, until the restriction is lifted. Whether there is anybody
 * is asked once a statement: mostly there is nobody, and no row has to be asked whose it is.
 */
const held = (owner: string): string =>
  `AND (NOT EXISTS (SELECT 1 FROM subjects WHERE state = 'restricted')
     OR NOT EXISTS (SELECT 1 FROM subjects s WHERE s.handle = ${owner} AND s.state = 'restricted'))`
const hold: Readonly<Record<string, string>> = {
  messages: held('messages.handle'),
  consents: held('consents.handle'),
  requests: held('requests.handle'),
  cases: held('cases.handle'),
  subjects: `AND state = 'active'`,
  events: held('(SELECT m.handle FROM messages m WHERE m.id = events.message)'),
}

/** What a row must have lost before it may go itself. */
const free: Readonly<Record<string, string>> = {
  campaigns: `AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.campaign = campaigns.id)
    AND NOT EXISTS (SELECT 1 FROM tallies t WHERE t.campaign = campaigns.id)
    AND NOT EXISTS (SELECT 1 FROM cohorts c WHERE c.campaign = campaigns.id)`,
}

interface Step {
  readonly what: string
  readonly table: string
  readonly where: string
  /** Stands for the place in `where`, if it has one. */
  readonly given: readonly number[]
  readonly today: Day
  /** Whether the row as a whole ends with a day. */
  readonly byDay: boolean
  /** Set where columns go and the row stays. */
  readonly clears?: readonly string[]
}

/** The catalogue, as the removals that it promises. */
function stepsAt(now: number): readonly Step[] {
  const today = dayOf(now)
  const stepsOf = ([name, table]: readonly [string, Table]): readonly Step[] => {
    const groups = Object.entries(table.columns).filter(([, column]) => column.ends === 'group')
    const clearing = groups.map(([column]) => ({
      what: `${name}.${column}`,
      table: name,
      where: `${column}_until < ? AND ${column}_until IS NOT NULL ${hold[name] ?? ''}`,
      given: [today],
      today,
      byDay: false,
      clears: [column, `${column}_until`],
    }))
    const { expiry } = table
    const where = expiry ? `${expiry.column} < ? ${hold[name] ?? ''} ${free[name] ?? ''}` : unreferenced[name]
    if (!where) return clearing
    const given = expiry ? [expiry.unit === 'milli' ? now : today] : []
    return [...clearing, { what: name, table: name, where, given, today, byDay: expiry?.unit === 'day' }]
  }
  return tables(catalogue).flatMap(stepsOf)
}

/** Removes what has expired, a chunk at a time. A dry run counts what is due as things stand, and touches nothing. */
export function purge(store: Store, lapse: (today: number) => Promise<void>) {
  const { db, engine } = store
  const fold = folding(store)
  const noteEnd = db.prepare<[Buffer]>(
    `INSERT INTO meta (name, value) VALUES ('purged_at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  )

  // Where the schema has them go with their message, there are none left.
  const eventsOf = db.prepare<[string]>(
    `DELETE FROM events WHERE message IN (SELECT id FROM ${db.dialect.rows('?', { id: 'bytes' })} AS gone)`,
  )

  /** Removes a chunk, and returns how many rows that were. */
  function removal({ table, where, given, clears }: Step): (most: number) => Promise<number> {
    const chosen = `rowid IN (SELECT rowid FROM ${table} WHERE ${where} LIMIT ?)`
    const set = clears?.map((column) => `${column} = NULL`).join(', ')
    const change = `${set ? `UPDATE ${table} SET ${set}` : `DELETE FROM ${table}`} WHERE ${chosen}`
    if (set || table !== 'messages') {
      const remove = db.prepare<readonly number[]>(change)
      return async (most) => (await remove.run(...given, most)).changes
    }
    const remove = db.prepare<readonly number[], Buffer>(`${change} RETURNING id`).pluck()
    return async (most) => {
      const ids = await remove.all(...given, most)
      if (ids.length > 0) await eventsOf.run(JSON.stringify(ids.map((id) => ({ id: id.toString('hex') }))))
      return ids.length
    }
  }

  async function run(step: Step, chunk: number): Promise<Purged> {
    const { what, table, today, byDay } = step
    if (table === 'consents') await writing(store, () => lapse(today))
    // What a whole day left goes at once where the engine can; what stays of it goes the ordinary way.
    const dropped = byDay ? ((await engine.dropExpired(table, today)) ?? 0) : 0
    return { what, count: dropped + (await rest(step, chunk)) }
  }

  function rest(step: Step, chunk: number): Promise<number> {
    if (step.given.length === 0) return dropUnreferenced(store, step.table, chunk)
    const remove = removal(step)
    return inChunks(store, chunk, async (size) => {
      const gone = await remove(size)
      return { gone, more: gone >= size }
    })
  }

  async function due({ what, table, where, given }: Step): Promise<Purged> {
    const count = db.prepare<readonly number[], number>(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck()
    return { what, count: (await count.get(...given)) ?? 0 }
  }

  return async (now: number, { chunk, dryRun }: { readonly chunk: number; readonly dryRun: boolean }) => {
    // Before the events go: what stays of them must not be about anybody.
    const purged: Purged[] = [...(await fold(now, dryRun))]
    for (const step of stepsAt(now)) purged.push(await (dryRun ? due(step) : run(step, chunk)))
    purged.push(...(await sweepKeys(store, chunk, dryRun)))
    if (!dryRun) await noteEnd.run(Buffer.from(String(now)))
    return purged
  }
}

/** From the note that a purge leaves at its end. */
export function purgedAt({ db }: Store) {
  const get = db.prepare<[], Buffer>("SELECT value FROM meta WHERE name = 'purged_at'").pluck()
  return async (): Promise<number | null> => {
    const text = (await get.get())?.toString()
    return text === undefined ? null : Number(text)
  }
}
