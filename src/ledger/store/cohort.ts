import type { EventKind } from '../../policy/policy.ts'
import type { Trait } from '../views.ts'
import { untilOf } from './promised-end.ts'
import type { Store } from './store.ts'

/** People who are new to a campaign and share a trait. */
export interface Cohort {
  readonly campaign: Buffer
  readonly day: number
  readonly kind: EventKind
  readonly class: 'person' | 'machine'
  readonly estimated: number
  readonly trait: Trait
  readonly value: string
  people: number
}

/** Adds people to a cohort, or takes them back. Whoever is told apart over all days is in one row with those of other days. */
export function cohorts({ db }: Store) {
  const day = `CASE WHEN @estimated = 1 THEN @day
    ELSE coalesce((SELECT min(day + rest) FROM tallies WHERE campaign = @campaign), @day) END`
  const bump = db.prepare<[Cohort & { readonly until: number }]>(
    `INSERT INTO cohorts (campaign, day, kind, class, estimated, trait, value, people, shown, expires_on)
     VALUES (@campaign, ${day}, @kind, @class, @estimated, @trait, @value, @people, 0, ${untilOf})
     ON CONFLICT (campaign, kind, class, estimated, day, trait, value)
       DO UPDATE SET people = cohorts.people + excluded.people`,
  )
  const lower = db.prepare<[Cohort]>(
    `UPDATE cohorts SET people = CASE WHEN people + @people > 0 THEN people + @people ELSE 0 END
     WHERE campaign = @campaign AND day = ${day} AND kind = @kind AND class = @class AND estimated = @estimated
       AND trait = @trait AND value = @value`,
  )
  return async (cohort: Cohort, until: number): Promise<void> => {
    if (cohort.people > 0) await bump.run({ ...cohort, until })
    if (cohort.people < 0) await lower.run(cohort)
  }
}
