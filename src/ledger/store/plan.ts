import type { TrackingPlan } from '../../gate/index.ts'

/** A plan in two columns: opens are 0 for not at all, 1 for recorded, 2 for the date of the last one alone. */
export const planColumns = ({ opens, clicks, lastOpen }: TrackingPlan): readonly [opens: number, clicks: number] => [
  opens ? 1 : lastOpen ? 2 : 0,
  clicks ? 1 : 0,
]

export const planOf = (opens: number, clicks: number, reason: TrackingPlan['reason']): TrackingPlan => ({
  opens: opens === 1,
  clicks: clicks === 1,
  ...(opens === 2 ? { lastOpen: true } : {}),
  reason,
})
