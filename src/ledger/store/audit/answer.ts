import { dayOf } from '../../../base/index.ts'
import type { Policy } from '../../../policy/policy.ts'
import type { Store } from '../store.ts'

/** What one check found. No detail holds more than counts, days, codes and the names of columns. */
export interface Answer {
  readonly result: 'proved' | 'violated'
  readonly detail: string
}

export type Check = (store: Store, policy: Policy, now: number) => Answer | Promise<Answer>

/** Proved when `faults` is empty; else violated, and all of them are named. */
export const answer = (faults: readonly string[], proved: string): Answer =>
  faults.length > 0 ? { result: 'violated', detail: faults.join('; ') } : { result: 'proved', detail: proved }

/** How long the end of a row's last day may be past before the purge counts as late: it runs by a schedule. */
const lagMillis = 2 * 3_600_000
export const lastDay = (now: number): number => dayOf(now - lagMillis)
