import { bytesOf, dayOf } from '../../base/index.ts'
import {
  forgery,
  forms,
  isCount,
  isPermittedEvent,
  type Measured,
  type PermittedEvent,
  type Wire,
} from '../../gate/index.ts'
import type { EventField, EventKind } from '../../policy/policy.ts'
import { outlivesRecording, recordingMode } from '../grants.ts'
import { traits } from '../views.ts'
import { correcting } from './correct.ts'
import { holdsOf, inOrder } from './hold.ts'
import { lastOpens } from './last-open.ts'
import { isMachine } from './machine.ts'
import { type Sight, type Sighted, sights } from './sight.ts'
import type { Store } from './store.ts'
import { type Cells, type Hit, newCells, tallying } from './tally.ts'

const fields: readonly EventField[] = [
  ...(['at', 'link', 'country', 'region', 'browser', 'os', 'device', 'language', 'agent'] as const),
]

/** Days for which the queue might bring a hit twice that was only counted. */
const seenDays = 2

interface Known {
  readonly campaign: Buffer | null
  readonly accepted_on: number
  readonly state: string | null
  readonly objected: number | null
  readonly decided: number | null
}

/** A hit that may be recorded, and the campaign to count it for. */
interface Admitted {
  readonly wire: Wire
  readonly subject: Buffer
  readonly counted: boolean
  readonly campaign: Buffer | null
  /** The day on which its message was accepted; of a hit that names none it is not asked. */
  readonly accepted: number
}

/**
 * Each event once, with its tally in the same transaction. The person is asked for again: an event waited in the queue, and
 * a withdrawal, a restriction or an erasure may have come since. Batches stand beside each other: each holds the messages
 * that it records for, so that who is new to one of them is new once.
 */
export function record(store: Store) {
  const { db, policies, clock } = store
  // One row of scalar look-ups: measured at a third of the same as joins with an ORDER BY. `decided` is the latest decision
  // for the purpose, odd for a withdrawal, which wins at the same instant. By its handle alone: people object to few things.
  const look = db.prepare<[string, string, Buffer], Known>(
    `SELECT m.campaign, m.accepted_on, (SELECT s.state FROM subjects s WHERE s.handle = m.handle) AS state,
       (SELECT max(1) FROM objections o WHERE o.handle = m.handle AND (o.purpose || '') IN ('', ?)) AS objected,
       (SELECT max(c.decided_at * 2 + CASE WHEN c.state = 'withdrawn' THEN 1 ELSE 0 END) FROM consents c
        WHERE c.handle = m.handle AND c.purpose = ?) AS decided
     FROM messages m WHERE m.id = ? ${holdsOf(db).rows}`,
  )
  const running = db.prepare<[Buffer], number>('SELECT 1 FROM campaigns WHERE id = ?').pluck()
  const insert = db.prepare(
    `INSERT INTO events (id, message, kind, policy, expires_on, ${fields.join(', ')}, rules)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const better = correcting(store)
  const see = db.prepare('INSERT INTO seen_events (id, expires_on) VALUES (?, ?) ON CONFLICT (id) DO NOTHING')
  const sighted = sights(store)
  const tally = tallying(store)
  const granted = (kind: EventKind) => traits.filter((trait) => policies.inForce.events[kind].fields.has(trait))
  const lastOpen = lastOpens(store)

  const dayOfHit = (values: Measured): number => dayOf(typeof values.at === 'number' ? values.at : clock.now())
  const modeOf = ([, kind, policy]: Wire) => recordingMode(policies, policy, kind)
  const isCounted = (wire: Wire): boolean => isCount(wire[4]) || modeOf(wire) === 'tally'

  /** The campaign to count it for; undefined when it may not be recorded at all. */
  async function placeOf(
    id: Buffer,
    [, kind, , , form]: Wire,
  ): Promise<Pick<Admitted, 'campaign' | 'accepted'> | undefined> {
    if (isCount(form)) return (await running.get(id)) ? { campaign: id, accepted: 0 } : undefined
    const { purpose } = policies.inForce.events[kind]
    const known = await look.get(purpose, purpose, id)
    if (known?.state !== 'active' || known.objected) return undefined
    const silenceMeansNo = policies.inForce.purposes.get(purpose)?.consent === 'opt-in'
    const no = known.decided === null ? silenceMeansNo : known.decided % 2 === 1
    return no ? undefined : { campaign: known.campaign, accepted: known.accepted_on }
  }

  /** In the order of their messages; those of one message as they came. */
  async function admit(hits: readonly Wire[]): Promise<readonly Admitted[]> {
    const open = hits.filter((wire) => modeOf(wire) !== 'off')
    const asked = open.map((wire) => ({ wire, subject: bytesOf(wire[3]), counted: isCounted(wire) }))
    const found = await Promise.all(
      inOrder(asked, ({ subject }) => subject).map(async (each) => ({
        ...each,
        place: await placeOf(each.subject, each.wire),
      })),
    )
    return found.flatMap(({ place, ...each }) => (place === undefined ? [] : [{ ...each, ...place }]))
  }

  /** How many were new. */
  async function keepCounts(hits: readonly Admitted[], cells: Cells): Promise<number> {
    const named = hits.map((hit) => ({ ...hit, id: bytesOf(hit.wire[0]) }))
    const until = dayOf(clock.now()) + seenDays
    const kept = await Promise.all(
      inOrder(named, ({ id }) => id).map(async (hit) => ({ hit, isNew: (await see.run(hit.id, until)).changes > 0 })),
    )
    const fresh = kept.filter(({ isNew }) => isNew)
    for (const { hit } of fresh) if (hit.campaign) cells.add(hit.campaign, hitOfCount(hit.wire))
    return fresh.length
  }

  /** How many were new. New ones are kept and counted first; then what came again is corrected. */
  async function keepRows(hits: readonly Admitted[], cells: Cells): Promise<number> {
    if (hits.length === 0) return 0
    const seen = hits.map(sightOf)
    const before = await sighted(seen, since(hits))
    const names = new Set<string>()
    const kept = await Promise.all(
      hits.map(async (hit, index) => {
        const isFirst = !before[index]!.same && !names.has(hit.wire[0])
        names.add(hit.wire[0])
        const isNew = isFirst && (await insert.run(...columns(hit, seen[index]!.id))).changes > 0
        return { hit, isNew, sight: seen[index]!, known: before[index]! }
      }),
    )
    const fresh = kept.filter(({ isNew }) => isNew)
    const met = meeting()
    for (const { hit, sight, known } of fresh) {
      const first = met(sight, known)
      if (hit.campaign) cells.add(hit.campaign, hitOfRow(hit.wire, first))
    }
    for (const { hit, isNew } of kept) if (!isNew) await better(hit.wire, cells)
    return fresh.length
  }

  /** The earliest last day that an event of these messages can have; a day less, for clocks that disagree. */
  const since = (hits: readonly Admitted[]): number =>
    hits.reduce((least, { accepted }) => Math.min(least, accepted), Number.POSITIVE_INFINITY) + shortest() - 1
  const shortest = (): number =>
    [...policies.all.values(), policies.inForce]
      .flatMap(({ events }) => [events.open.retentionDays, events.click.retentionDays])
      .reduce((least, days) => Math.min(least, days))

  const sightOf = ({ wire: [name, kind, , , , , { link, agent }], subject }: Admitted): Sight => ({
    ...{ id: bytesOf(name), message: subject, kind, link: Number(link ?? 0), machine: isMachine(agent) },
  })

  function columns(
    { wire: [, kind, policy, , , expiresOn, values], subject }: Admitted,
    id: Buffer,
  ): readonly unknown[] {
    const told = fields.map((field) => values[field] ?? null)
    return [id, subject, kind, policy, expiresOn, ...told, values.rules ?? null]
  }

  const factsOf = ([, kind, , , , , values]: Wire) => ({
    ...{ day: dayOfHit(values), kind, link: Number(values.link ?? 0), machine: isMachine(values.agent), values },
  })

  /** One that names no message. Once a policy has narrowed to counts nobody knows any more, and nobody is new. */
  function hitOfCount(wire: Wire): Hit {
    const newcomer = wire[4] === forms.countNewcomer
    return {
      ...factsOf(wire),
      ...{ estimated: true, newcomer, newToLink: newcomer || wire[4] === forms.countNewToLink },
    }
  }

  /** One that names its message is new if there is no event of that message yet: exact while events outlive the recording. */
  function hitOfRow(wire: Wire, { atAll, here }: Pick<Sighted, 'atAll' | 'here'>): Hit {
    const [, kind, policy] = wire
    const estimated = !outlivesRecording(policies, policy, kind)
    return { ...factsOf(wire), estimated, newcomer: !atAll, newToLink: !here }
  }

  return async (events: readonly PermittedEvent[]) => {
    for (const event of events) if (!isPermittedEvent(event)) throw forgery()
    const wires = events.map(({ wire }) => wire)
    const dates = wires.filter(([, , , , form]) => form === forms.lastOpen)
    const hits = wires.filter(([, , , , form]) => form !== forms.lastOpen)
    const days = hits.flatMap((wire) => (modeOf(wire) === 'off' || isCounted(wire) ? [] : [wire[5]]))
    await db.makeRoom('events', days)
    return db.beside(async () => {
      const cells = newCells(granted)
      const admitted = await admit(hits)
      const dated = await lastOpen.keepAll(dates)
      const rows = await keepRows(
        admitted.filter(({ counted }) => !counted),
        cells,
      )
      const counts = await keepCounts(
        admitted.filter(({ counted }) => counted),
        cells,
      )
      await tally.write(cells)
      return { recorded: rows + counts + dated, refused: events.length - admitted.length - dated }
    })
  }
}

/** Of each hit in its turn: what the store knew of its message before, or the batch since. */
function meeting() {
  const met = new Set<string>()
  const meet = (key: string, known: boolean): boolean => {
    const before = known || met.has(key)
    met.add(key)
    return before
  }
  return ({ message, kind, machine, link }: Sight, known: Sighted): Pick<Sighted, 'atAll' | 'here'> => {
    const key = `${message.toString('latin1')} ${kind} ${machine}`
    return { atAll: meet(key, known.atAll), here: meet(`${key} ${link}`, known.here) }
  }
}
