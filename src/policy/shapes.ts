import { z } from 'zod'
import { dayMillis, isFault, parseDuration } from '../base/index.ts'

const longest = 3650

/** A table of known keys. The error carries the known keys, so that a slip can be told what was meant. */
export const table = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  })

/** One line or paragraph for people. Controls and direction marks would let a notice show what is not in the file. */
export const sentence = z
  .string()
  .min(1)
  .max(600)
  .refine((text) => !/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text.replace(/\n/g, ' ')), {
    params: { code: 'text_hidden', next: 'Write it again by hand, without hidden characters.' },
    error: 'This text holds hidden characters.',
  })

// One label alone is a name of a private network: `queue` beside Lethe in one composition.
const host = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
export const hostName = z.string().refine((text) => host.test(text), {
  params: { code: 'host_odd', next: 'Write the name alone, in small letters, as smtp.mail.example.' },
  error: 'A host is a name: no port, no scheme, no address in numbers. This machine itself needs no entry.',
})

export const countryCode = z.string().refine((text) => /^[A-Z]{2}$/.test(text), {
  params: { code: 'country_odd', next: 'Write it as DE.' },
  error: 'A country is two capital letters of ISO 3166.',
})

/** A promise in whole days: rows carry the day on which they end, so an hour cannot be kept to. */
export const days = z.string().superRefine((text, context) => {
  const millis = millisOf(text)
  const wrong = (code: string, message: string, next: string) =>
    context.addIssue({ code: 'custom', message, params: { code, next } })
  if (millis === null) {
    wrong('duration_invalid', 'This is not a period of time.', 'Write it in ISO 8601, as P30D or P1Y.')
  } else if (millis === 0) {
    wrong('duration_zero', 'Nothing can be kept for no time.', 'Write `off` where nothing is to be kept, or P1D.')
  } else if (millis > longest * dayMillis) {
    wrong(
      'duration_endless',
      'Nothing may be kept for longer than ten years.',
      'Write the period that its purpose needs.',
    )
  } else if (millis % dayMillis) {
    wrong('duration_not_days', 'This is kept to the day, not to the hour.', 'Write whole days, as P1D.')
  }
})

/** How long content may lie sealed in the outbox: an hour to three days. */
export const contentPeriod = z.string().superRefine((text, context) => {
  const millis = millisOf(text)
  if (millis !== null && millis >= 3_600_000 && millis <= 3 * dayMillis && millis % 3_600_000 === 0) return
  const params = { code: 'content_period', next: 'Write PT72H, or fewer whole hours.' }
  context.addIssue({ code: 'custom', message: 'Content may wait for 1 to 72 whole hours.', params })
})

function millisOf(text: string): number | null {
  try {
    const millis = parseDuration(text)
    return Number.isFinite(millis) ? millis : null
  } catch (error) {
    if (isFault(error)) return null
    throw error
  }
}

export const hoursOf = (text: string): number => parseDuration(text) / 3_600_000

/** A day of the calendar, as `2027-01-01`. */
export const day = z.string().refine(isDay, {
  params: { code: 'date_invalid', next: 'Write it as 2027-01-01.' },
  error: 'This is not a day of the calendar.',
})

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
