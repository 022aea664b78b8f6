import { parseDuration } from './duration.ts'
import { Fault } from './fault.ts'

/** Milliseconds since 1970-01-01 UTC. Injected everywhere, so that tests and rehearsals can move time. */
export interface Clock {
  now(): number
  /** How far the clock is moved, in milliseconds; 0 for the real one. Every audit names it. */
  readonly shift: number
}

export const realClock: Clock = Object.freeze({ now: () => Date.now(), shift: 0 })

const longestShift = parseDuration('P50Y')

/** `+P90D` or `-PT1H`: the real clock, moved by an ISO 8601 duration of 50 years at most. Throws `duration_invalid`. */
export function shiftedClock(text: string): Clock {
  const sign = text.startsWith('-') ? -1 : 1
  const shift = sign * parseDuration(text.replace(/^[+-]/, ''))
  // A token's day of issue has two bytes: 1970 to 2149.
  if (Math.abs(shift) > longestShift) {
    throw new Fault('duration_invalid', 'The clock cannot be moved that far.', 'Move it by P50Y at most.')
  }
  return Object.freeze({ now: () => Date.now() + shift, shift })
}

/** Whole days since 1970-01-01 UTC: the unit of retention, small enough for a token and too coarse for a habit. */
export type Day = number

export const dayMillis = 86_400_000

export const dayOf = (millis: number): Day => Math.floor(millis / dayMillis)

/** `2026-11-21` */
export const isoDay = (day: Day): string => new Date(day * dayMillis).toISOString().slice(0, 10)
