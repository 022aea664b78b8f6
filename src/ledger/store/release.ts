import type { Store } from './store.ts'
import type { Cell } from './tally.ts'

interface Joined {
  readonly people: number
  readonly shown: number
}

/**
 * A whole is a kind of hit in a campaign, of people or of machines; where people are told apart for a day only, each day is
 * one of its own. Its days, links and cohorts are shown as they are in the moment that `k` people more (or, after
 * corrections, fewer) are in it than when they were shown last. Nothing changes in between: a look before and one after a
 * single hit are the same, or differ by `k` people at least, of whom that one cannot be told.
 */
export function releasing({ db }: Store) {
  const whole =
    'campaign = @campaign AND kind = @kind AND class = @class AND estimated = @estimated AND (@estimated = 0 OR day = @day)'
  const joined = db.prepare<[Cell], Joined>(
    `SELECT sum(people) AS people, sum(shown_people) AS shown FROM tallies WHERE ${whole} AND link = 0`,
  )
  const showTallies = db.prepare<[Cell]>(
    `UPDATE tallies SET shown = count, shown_people = people
     WHERE ${whole} AND (shown <> count OR shown_people <> people)`,
  )
  const showCohorts = db.prepare<[Cell]>(`UPDATE cohorts SET shown = people WHERE ${whole} AND shown <> people`)

  /** Of campaigns that the caller holds. */
  return async (cells: readonly Cell[], k: number): Promise<void> => {
    const wholes = await Promise.all(cells.map(async (cell) => ({ cell, of: await joined.get(cell) })))
    const ripe = wholes.filter(({ of }) => of !== undefined && Math.abs(of.people - of.shown) >= k)
    await Promise.all(ripe.flatMap(({ cell }) => [showTallies.run(cell), showCohorts.run(cell)]))
  }
}
