import { dayMillis, dayOf } from '../../base/index.ts'
import type { EventField, EventKind, EventRule, Grain, MessageGroup } from '../../policy/policy.ts'
import type { Purged } from '../ledger.ts'
import { traits } from '../views.ts'
import { pages } from './pages.ts'
import { type Store, writing } from './store.ts'

const grainMillis: Readonly<Record<Grain, number>> = { second: 1e3, minute: 6e4, hour: 36e5, day: dayMillis, value: 1 }
const fields: readonly EventField[] = ['link', 'country', 'region', 'browser', 'os', 'device', 'language', 'agent']
const groups = ['recipient', 'subject', 'links'] as const satisfies readonly MessageGroup[]

/** Restricted data is kept as it is, and cut down once the restriction is lifted. */
const free = (handle: string): string =>
  `NOT EXISTS (SELECT 1 FROM subjects r WHERE r.handle = ${handle} AND r.state = 'restricted')`

/** One cut: of `table`, where `where`, by `change` (`DELETE FROM events` or an UPDATE up to its WHERE). */
interface Cut {
  readonly what: string
  readonly table: string
  readonly change: string
  readonly where: string
  /** The day to which it brings the end of a row forward, where rows are kept by that day. */
  readonly day?: string
}

/**
 * What is stored, cut down to the policy in force. Each cut names the rows that are still too wide, so that a second run
 * finds nothing: it may run at any time, and a crash in the middle costs nothing. Numbers in the SQL are the policy's own.
 */
export function retighten(store: Store) {
  const { db, policies } = store

  function* cuts(today: number): Generator<Cut> {
    const { events, message, tallies, hygiene, consentDays, unconfirmedDays } = policies.inForce
    for (const kind of ['open', 'click'] as const) yield eventCut(kind, events[kind], policies.inForce.number)
    const delivery = message.retentionDays.get('delivery') ?? 0
    yield messageCut(message.retentionDays, delivery)
    // Cohorts first: the day on which a campaign's counts end is read off its tallies.
    for (const table of ['cohorts', 'tallies']) {
      yield tallies
        ? earlier(table, `${firstDay(table)} + ${tallies.retentionDays}`, 'true')
        : { what: table, table, change: `DELETE FROM ${table}`, where: 'true' }
    }
    for (const kind of ['open', 'click'] as const) yield cohortCut(kind, events[kind])
    const made = `created_at / ${dayMillis}`
    yield earlier('campaigns', `${made} + ${Math.max(delivery, tallies?.retentionDays ?? 0)}`, 'true')
    yield earlier('consents', `${today + consentDays}`, free('consents.handle'))
    yield earlier('requests', `requested_at / ${dayMillis} + ${unconfirmedDays}`, free('requests.handle'))
    yield {
      what: 'subjects.last_open',
      table: 'subjects',
      ...(hygiene
        ? {
            change: `UPDATE subjects SET last_open_until = last_open + ${hygiene.retentionDays}`,
            where: `last_open_until > last_open + ${hygiene.retentionDays} AND state = 'active'`,
          }
        : {
            change: 'UPDATE subjects SET last_open = NULL, last_open_until = NULL',
            where: "last_open IS NOT NULL AND state = 'active'",
          }),
    }
  }

  /** Makes one cut in the rows of a range, and counts them. */
  function cutting({ table, change, where, day }: Cut): (from: number, to: number) => Promise<number> {
    const range = `rowid > ? AND rowid <= ? AND ${where}`
    const cut = db.prepare<[number, number]>(`${change} WHERE ${range}`)
    if (day === undefined) return async (from, to) => (await writing(store, () => cut.run(from, to))).changes
    const days = db
      .prepare<[number, number], number>(
        `SELECT DISTINCT ${day} AS day FROM ${table} WHERE ${range} AND expires_on > ${day}`,
      )
      .pluck()
    const ready = new Set<number>()
    return async (from, to) => {
      for (;;) {
        // To which days they move shows for certain within the transaction; the room for them is made outside of it.
        const { count, missing } = await writing(store, async () => {
          const missing = (await days.all(from, to)).filter((each) => !ready.has(each))
          return { missing, count: missing.length > 0 ? 0 : (await cut.run(from, to)).changes }
        })
        if (missing.length === 0) return count
        await db.makeRoom(table, missing)
        for (const each of missing) ready.add(each)
      }
    }
  }

  async function run(cut: Cut, chunk: number): Promise<Purged> {
    const { what, table } = cut
    const apply = cutting(cut)
    let count = 0
    for await (const [from, to] of pages(db, table, chunk)) count += await apply(from, to)
    return { what, count }
  }

  return async (now: number, { chunk }: { readonly chunk: number }): Promise<readonly Purged[]> => {
    const done: Purged[] = []
    for (const cut of cuts(dayOf(now))) done.push(await run(cut, chunk))
    return done
  }
}

/** What has no last day keeps none. */
const earliest = (column: string, day: string): string => `CASE WHEN ${column} > ${day} THEN ${day} ELSE ${column} END`

const earlier = (table: string, until: string, also: string): Cut => ({
  what: table,
  table,
  change: `UPDATE ${table} SET expires_on = ${until}`,
  where: `expires_on > ${until} AND ${also}`,
})

/** What is counted of a campaign ends on one day, that of the first hit: fallen away one by one, its days would be told. */
const firstDay = (table: string): string =>
  `(SELECT min(t.day + t.rest) FROM tallies t WHERE t.campaign = ${table}.campaign)`

/** By what nobody may be told apart any more, nobody is counted either. */
function cohortCut(kind: EventKind, { fields: granted }: EventRule): Cut {
  const gone = traits.filter((trait) => !granted.has(trait)).map((trait) => `'${trait}'`)
  const where = gone.length > 0 ? `kind = '${kind}' AND trait IN (${gone.join(', ')})` : 'false'
  return { what: `cohorts.${kind}`, table: 'cohorts', change: 'DELETE FROM cohorts', where }
}

/** The columns that this rule does not grant; the set of rules goes with the class that it gave. */
const withheld = ({ fields: granted }: EventRule): readonly string[] => [
  ...fields.filter((field) => !granted.has(field)),
  ...(granted.has('agent') ? [] : ['rules']),
]

/** What is wrong with a stored event of `kind` under this rule, as SQL; also what an audit asks. */
export function eventExcess(kind: EventKind, rule: EventRule, number: number | null = null): string {
  const { mode, fields: granted, retentionDays } = rule
  if (mode !== 'individual') return `kind = '${kind}'`
  const grain = granted.get('at')
  const excess = [
    ...withheld(rule).map((column) => `${column} IS NOT NULL`),
    grain ? `at % ${grainMillis[grain]} <> 0` : 'at IS NOT NULL',
    `expires_on > ${eventDay(rule, number)} + ${retentionDays}`,
  ]
  return `kind = '${kind}' AND (${excess.join(' OR ')})`
}

/**
 * The day of a hit. Where no time of it is kept, it was between its message and the end of recording; for a row of another
 * policy than the one `number` names, the earlier of the two: an end that comes early, and never late.
 */
function eventDay({ recordingDays }: EventRule, number: number | null): string {
  const last = number === null ? recordingDays : `CASE WHEN events.policy = ${number} THEN ${recordingDays} ELSE 0 END`
  return `coalesce(at / ${dayMillis}, (SELECT m.accepted_on FROM messages m WHERE m.id = events.message) + ${last})`
}

function eventCut(kind: EventKind, rule: EventRule, number: number): Cut {
  const { mode, fields: granted, retentionDays } = rule
  const where = `${eventExcess(kind, rule, number)} AND ${free('(SELECT m.handle FROM messages m WHERE m.id = events.message)')}`
  const what = `events.${kind}`
  if (mode !== 'individual') return { what, table: 'events', change: 'DELETE FROM events', where }
  const grain = granted.get('at')
  const day = `${eventDay(rule, number)} + ${retentionDays}`
  const set = [
    ...withheld(rule).map((column) => `${column} = NULL`),
    grain ? `at = at - at % ${grainMillis[grain]}` : 'at = NULL',
    `expires_on = ${earliest('expires_on', day)}`,
  ]
  return { what, table: 'events', change: `UPDATE events SET ${set.join(', ')}`, where, day }
}

/** A group that waits for its outcome has no last day yet: the outcome decides it. */
export function messageExcess(kept: ReadonlyMap<MessageGroup, number>, delivery: number): string {
  const excess = groups.map((group) => {
    const days = kept.get(group)
    return days === undefined ? `${group}_until IS NOT NULL` : `${group}_until > accepted_on + ${days}`
  })
  return `(expires_on > accepted_on + ${delivery} OR ${excess.join(' OR ')})`
}

function messageCut(kept: ReadonlyMap<MessageGroup, number>, delivery: number): Cut {
  const set = groups.flatMap((group) => {
    const days = kept.get(group)
    return days === undefined
      ? [`${group} = CASE WHEN ${group}_until IS NULL THEN ${group} END`, `${group}_until = NULL`]
      : [`${group}_until = ${earliest(`${group}_until`, `accepted_on + ${days}`)}`]
  })
  const change = `UPDATE messages SET expires_on = ${earliest('expires_on', `accepted_on + ${delivery}`)}, ${set.join(', ')}`
  const where = `${messageExcess(kept, delivery)} AND ${free('messages.handle')}`
  return { what: 'messages', table: 'messages', change, where }
}
