import type { EventField, EventRule, Grain } from '../policy/policy.ts'

/** What then and now both grant, at the coarser of their two grains; computed once for each pair of policies. */
export interface Admission {
  readonly open: boolean
  readonly retentionDays: number
  readonly recordingDays: number
  readonly honours: ReadonlySet<string>
  readonly fields: readonly (readonly [EventField, Grain])[]
}

const grains: readonly Grain[] = ['second', 'minute', 'hour', 'day']
export const grainMillis: Readonly<Record<Grain, number>> = {
  second: 1e3,
  minute: 6e4,
  hour: 36e5,
  day: 864e5,
  value: 1,
}
export const coarser = (a: Grain, b: Grain): Grain => (grains.indexOf(a) > grains.indexOf(b) ? a : b)

const admissions = new WeakMap<EventRule, WeakMap<EventRule, Admission>>()

export function admissionOf(then: EventRule, now: EventRule): Admission {
  const known = admissions.get(then)?.get(now)
  if (known) return known
  const both = [...then.fields].filter(([field]) => now.fields.has(field))
  const made: Admission = {
    open: then.mode !== 'off' && now.mode !== 'off',
    retentionDays: Math.min(then.retentionDays, now.retentionDays),
    recordingDays: Math.min(then.recordingDays, now.recordingDays),
    honours: new Set([...then.honours, ...now.honours]),
    fields: both.map(([field, grain]) => [field, coarser(grain, now.fields.get(field)!)] as const),
  }
  if (!admissions.has(then)) admissions.set(then, new WeakMap())
  admissions.get(then)!.set(now, made)
  return made
}
