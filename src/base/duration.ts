import { Fault } from './fault.ts'

export type Millis = number

const hour = 3_600_000
const day = 24 * hour

// Years and months are taken at their longest common reading (365 and 30 days) so that a promise is a fixed number of days.
const pattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * An ISO 8601 duration (`P90D`, `PT72H`, `P1Y`) in milliseconds; a year counts 365 days, a month 30.
 * Throws `duration_invalid` for anything else, an empty `P` included.
 */
export function parseDuration(text: string): Millis {
  const parts = pattern.exec(text)
  if (!parts || !/\d/.test(text) || text.endsWith('T')) {
    throw new Fault('duration_invalid', 'This is not an ISO 8601 duration.', 'Write it as P90D, PT72H or P1Y.')
  }
  const [years, months, weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  const inDays = years! * 365 + months! * 30 + weeks! * 7 + days!
  return inDays * day + hours! * hour + minutes! * 60_000 + seconds! * 1000
}

/** The same in whole days, rounded up: a row is never kept for less than a whole day of its promise's unit. */
export const daysOf = (text: string): number => Math.ceil(parseDuration(text) / day)
