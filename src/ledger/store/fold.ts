import { dayOf } from '../../base/index.ts'
import { suppressSmall } from '../../gate/index.ts'
import type { EventKind } from '../../policy/policy.ts'
import type { Purged } from '../ledger.ts'
import { breathe, type Store, writing } from './store.ts'

interface Whole {
  readonly campaign: Buffer
  readonly kind: EventKind
  readonly class: string
  readonly estimated: number
  readonly day: number
}

interface Row {
  readonly id: number
  /** What the row is part of: a trait, or the days of the whole. */
  readonly by: string
  readonly name: string
  readonly people: number
  readonly shown: number
}

/**
 * Small cells outlive the events that they were counted from, and would then be the last that is known of somebody: so they
 * are folded before. Cohorts too small to be told join those that nobody can tell; links lose theirs, whose people stand in
 * the whole; days with few people become one row. Sums stay, and no report changes: nothing of this was ever shown. Where
 * hits are only counted, the end of their day is the time for it.
 */
export function folding(store: Store) {
  const { db, policies } = store
  // Events go on the day after `day + retention`; a whole that is told apart by days waits for nothing but its day's end.
  const due = db.prepare<[Record<string, number>], Whole>(
    `SELECT campaign, kind, class, estimated, min(day) AS day FROM tallies
     WHERE link = 0 AND rest = 0 AND (estimated = 0 OR day < @today)
     GROUP BY campaign, kind, class, estimated, CASE WHEN estimated = 1 THEN day ELSE 0 END
     HAVING estimated = 1
       OR min(day) + CASE WHEN kind = 'open' THEN CAST(@open AS bigint) ELSE CAST(@click AS bigint) END <= @today`,
  )
  const mine = 'campaign = @campaign AND kind = @kind AND class = @class AND estimated = @estimated'
  const whole = `${mine} AND (@estimated = 0 OR day = @day)`
  const ofCohorts = db.prepare<[Whole], Row>(
    `SELECT min(rowid) AS id, trait AS "by", value AS name, sum(people) AS people, sum(shown) AS shown FROM cohorts
     WHERE ${whole} GROUP BY trait, value`,
  )
  const ofLinks = db.prepare<[Whole], Row>(
    `SELECT min(rowid) AS id, 'link' AS "by", link AS name, sum(people) AS people, sum(shown_people) AS shown
     FROM tallies WHERE ${whole} AND link > 0 GROUP BY link`,
  )
  const ofDays = db.prepare<[Whole & { readonly until: number }], Row>(
    `SELECT rowid AS id, 'day' AS "by", CASE WHEN rest = 1 THEN '' ELSE CAST(day AS text) END AS name, people,
       shown_people AS shown
     FROM tallies WHERE ${whole} AND link = 0 AND (rest = 1 OR day <= @until)`,
  )
  type Named = Whole & { readonly by: string; readonly name: string }
  const cohort = `${whole} AND trait = @by AND value = @name`
  const joinCohort = db.prepare<[Named]>(
    `INSERT INTO cohorts (campaign, day, kind, class, estimated, trait, value, people, shown, expires_on)
     SELECT campaign, day, kind, class, estimated, trait, '', people, shown, expires_on FROM cohorts WHERE ${cohort}
     ON CONFLICT (campaign, kind, class, estimated, day, trait, value)
       DO UPDATE SET people = cohorts.people + excluded.people, shown = cohorts.shown + excluded.shown`,
  )
  const dropCohort = db.prepare<[Named]>(`DELETE FROM cohorts WHERE ${cohort}`)
  const dropLink = db.prepare<[Named]>(`DELETE FROM tallies WHERE ${whole} AND link = CAST(@name AS bigint)`)
  const takeDay = `SELECT campaign,
      (SELECT min(day) - CASE WHEN max(rest) = 0 THEN 1 ELSE 0 END FROM tallies WHERE ${mine} AND link = 0) AS day, kind,
      0 AS link, class, estimated, count, CASE WHEN estimated = 1 THEN 0 ELSE people END AS people, shown,
      CASE WHEN estimated = 1 THEN 0 ELSE shown_people END AS shown_people, 1 AS rest, expires_on
    FROM tallies WHERE rowid = @id`
  const joinDay = db.prepare<[Whole & { readonly id: number }]>(
    `INSERT INTO tallies (campaign, day, kind, link, class, estimated, count, people, shown, shown_people, rest, expires_on)
     ${takeDay} ON CONFLICT (campaign, kind, link, class, estimated, day)
       DO UPDATE SET count = tallies.count + excluded.count, people = tallies.people + excluded.people,
         shown = tallies.shown + excluded.shown, shown_people = tallies.shown_people + excluded.shown_people`,
  )
  const dropDay = db.prepare<[{ readonly id: number }]>('DELETE FROM tallies WHERE rowid = @id')

  /** The parts that are not to stand alone; a part counts by the more of what it has and what was shown of it. */
  function small(rows: readonly Row[], k: number): readonly Row[] {
    const parts = rows.map((row) => ({ ...row, name: String(row.name), people: Math.max(row.people, row.shown) }))
    const stay = new Set(suppressSmall(parts, k).map(({ id }) => id))
    return rows.filter(({ id, name }) => String(name) !== '' && !stay.has(id))
  }

  /** `until`: the last day whose events are about to go, or on which nobody can join any more. */
  async function look(each: Whole, until: number, k: number) {
    const days = await ofDays.all({ ...each, until })
    const shares = Map.groupBy(await ofCohorts.all(each), ({ by }) => by)
    const links = await ofLinks.all(each)
    return {
      cohorts: [...shares.values()].flatMap((rows) => small(rows, k)),
      // People click several links: they are no parts of a whole, and nothing is left over.
      links: links.filter(({ people, shown }) => Math.max(people, shown) < k),
      days: each.estimated === 1 ? days.filter((day) => Math.max(day.people, day.shown) < k) : small(days, k),
    }
  }

  async function fold(each: Whole, { cohorts, links, days }: Awaited<ReturnType<typeof look>>): Promise<void> {
    for (const row of cohorts) {
      await joinCohort.run({ ...each, ...row })
      await dropCohort.run({ ...each, ...row })
    }
    for (const row of links) await dropLink.run({ ...each, ...row, name: String(row.name) })
    for (const row of days) {
      await joinDay.run({ ...each, id: row.id })
      await dropDay.run({ id: row.id })
    }
  }

  return async (now: number, dryRun: boolean): Promise<readonly Purged[]> => {
    const { tallies, events } = policies.inForce
    if (!tallies) return []
    const [open, click] = [events.open.retentionDays, events.click.retentionDays]
    const today = dayOf(now)
    let count = 0
    for (const each of await due.all({ today, open, click })) {
      const found = await writing(store, async () => {
        const some = await look(each, today - (each.estimated === 1 ? 1 : events[each.kind].retentionDays), tallies.k)
        if (!dryRun) await fold(each, some)
        return some
      })
      count += found.cohorts.length + found.links.length + found.days.length
      await breathe()
    }
    return [{ what: 'tallies.small', count }]
  }
}
