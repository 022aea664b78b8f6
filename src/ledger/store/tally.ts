import type { EventField, EventKind } from '../../policy/policy.ts'
import type { Trait } from '../views.ts'
import { type Cohort, cohorts } from './cohort.ts'
import { holdsOf, inOrder } from './hold.ts'
import { untilOf } from './promised-end.ts'
import { releasing } from './release.ts'
import type { Store } from './store.ts'

/** One recorded hit, as it counts. */
export interface Hit {
  readonly day: number
  readonly kind: EventKind
  readonly link: number
  readonly machine: boolean
  /** True where people are told apart within a day only. */
  readonly estimated: boolean
  /** Not seen before in this campaign; and at this link. */
  readonly newcomer: boolean
  readonly newToLink: boolean
  /** What is told of it, as far as the policy grants it. */
  readonly values: Readonly<Partial<Record<EventField | 'rules', string | number>>>
}

export interface Cell {
  readonly campaign: Buffer
  readonly day: number
  readonly kind: EventKind
  readonly link: number
  readonly class: 'person' | 'machine'
  readonly estimated: number
  count: number
  people: number
}

/** A batch, counted in memory first: one campaign's hits are a handful of cells. */
export interface Cells {
  add(campaign: Buffer, hit: Hit): void
  /** Takes back what was added for a person, when it turns out that none was there. */
  remove(campaign: Buffer, hit: Hit): void
  readonly all: Iterable<Cell>
  readonly cohorts: Iterable<Cohort>
}

/** `traitsOf`: by what the people of a kind may be told apart. */
export function newCells(traitsOf: (kind: EventKind) => readonly Trait[]): Cells {
  const cells = new Map<string, Cell>()
  const shares = new Map<string, Cohort>()
  const classOf = ({ machine }: Hit) => (machine ? 'machine' : 'person')

  function bump(campaign: Buffer, hit: Hit, link: number, isNew: boolean, by: 1 | -1): void {
    const { day, kind, estimated } = hit
    const key = `${campaign.toString('latin1')} ${day} ${kind} ${link} ${hit.machine} ${estimated}`
    const facts = { campaign, day, kind, link, estimated: Number(estimated), count: 0, people: 0 }
    const cell = cells.get(key) ?? { ...facts, class: classOf(hit) }
    cell.count += by
    cell.people += by * Number(isNew)
    cells.set(key, cell)
  }

  /** Whoever is new is counted where the first hit came from, and nowhere again: so that the parts make up the whole. */
  function share(campaign: Buffer, hit: Hit, by: 1 | -1): void {
    const { day, kind, estimated, machine } = hit
    for (const trait of traitsOf(kind)) {
      // Of machines only what they are is of use: they have no place and no program of their own.
      if (machine && trait !== 'agent') continue
      const value = String(hit.values[trait] ?? '')
      const key = `${campaign.toString('latin1')} ${day} ${kind} ${machine} ${estimated} ${trait} ${value}`
      const facts = { campaign, day, kind, estimated: Number(estimated), trait, value, people: 0 }
      const cohort = shares.get(key) ?? { ...facts, class: classOf(hit) }
      cohort.people += by
      shares.set(key, cohort)
    }
  }

  function both(campaign: Buffer, hit: Hit, by: 1 | -1): void {
    bump(campaign, hit, 0, hit.newcomer, by)
    if (hit.link > 0) bump(campaign, hit, hit.link, hit.newToLink, by)
    if (hit.newcomer) share(campaign, hit, by)
  }

  return {
    add: (campaign, hit) => both(campaign, hit, 1),
    remove: (campaign, hit) => both(campaign, hit, -1),
    all: { [Symbol.iterator]: () => cells.values() },
    cohorts: { [Symbol.iterator]: () => shares.values() },
  }
}

/** Adds to the tallies and cohorts, and lets them be shown anew where enough people have joined. */
export function tallying(store: Store) {
  const { db, policies } = store
  // Whatever is read of a campaign's counts is still so when they are shown.
  const hold = db.prepare<[Buffer]>(`SELECT 1 FROM campaigns WHERE id = ? ${holdsOf(db).rows}`)
  const bump = db.prepare<[Cell & { readonly until: number }]>(
    `INSERT INTO tallies (campaign, day, kind, link, class, estimated, count, people, shown, expires_on)
     VALUES (@campaign, @day, @kind, @link, @class, @estimated, @count, @people, 0, ${untilOf})
     ON CONFLICT (campaign, kind, link, class, estimated, day)
       DO UPDATE SET count = tallies.count + excluded.count, people = tallies.people + excluded.people`,
  )
  // What is taken back was counted before; where that cell is gone by now, there is nothing to take back.
  const lower = db.prepare<[Cell]>(
    `UPDATE tallies SET count = CASE WHEN count + @count > 0 THEN count + @count ELSE 0 END,
       people = CASE WHEN people + @people > 0 THEN people + @people ELSE 0 END
     WHERE campaign = @campaign AND kind = @kind AND link = @link AND class = @class AND estimated = @estimated
       AND day = @day`,
  )
  const share = cohorts(store)
  const release = releasing(store)

  return {
    /** Within an open transaction. The statements go together, one after the other: each sees what those before it wrote. */
    async write(cells: Cells): Promise<void> {
      const promise = policies.inForce.tallies
      if (!promise) return
      const { k, retentionDays } = promise
      const all = [...cells.all]
      const campaigns = new Map(all.map(({ campaign }) => [campaign.toString('latin1'), campaign]))
      await Promise.all(inOrder(campaigns.values(), (campaign) => campaign).map((campaign) => hold.get(campaign)))
      const counted = all.map((each) =>
        each.count <= 0 || each.people < 0 ? lower.run(each) : bump.run({ ...each, until: each.day + retentionDays }),
      )
      const shared = [...cells.cohorts].map((each) => share(each, each.day + retentionDays))
      await Promise.all([...counted, ...shared])
      await release(
        all.filter((each) => each.link === 0 && each.people !== 0),
        k,
      )
    },
  }
}
