import type { Day, Id } from '../base/index.ts'
import type { EventField, EventKind } from '../policy/policy.ts'

/**
 * Granted values only. `at` is milliseconds at the granted grain; everything else is a short word or the link's ordinal.
 * `rules` comes with `agent` alone: the number of the set of rules that gave the class.
 */
export type Measured = Readonly<Partial<Record<EventField | 'rules', string | number>>>

/**
 * What may become of a hit: a row about its message, a count for its campaign (nothing in it names a message), or the date
 * of the last open in the place of the one before. A count may say that its visitor was not seen before today, at this link
 * or in this campaign at all: that much, and no more, leaves the tracker's memory.
 */
export const forms = Object.freeze({ row: 0, count: 1, lastOpen: 2, countNewToLink: 3, countNewcomer: 4 })
export type Form = (typeof forms)[keyof typeof forms]

/** True for each form that names a campaign in the place of a message. */
export const isCount = (form: Form): boolean => form !== forms.row && form !== forms.lastOpen

/**
 * A permitted event as it travels through the queue: [id, kind, policy number, message or campaign, form, expires on,
 * values]. A tuple, because a hit a byte is a million bytes a million hits.
 */
export type Wire = readonly [
  id: Id,
  kind: EventKind,
  policy: number,
  subject: Id,
  form: Form,
  expiresOn: Day,
  values: Measured,
]

// A record, so that a new field of the language cannot be forgotten here.
const fields: Readonly<Record<EventField | 'rules', true>> = {
  ...{ at: true, link: true, country: true, region: true, browser: true },
  ...{ os: true, device: true, language: true, agent: true, rules: true },
}
const word = /^[\p{L}\p{N} .,()+/_-]{1,64}$/u
const id = /^[A-Za-z0-9_-]{22}$/

/** A wire read back from the queue, or null when it is not one: Redis is storage, and storage can be tampered with. */
export function openWire(value: unknown): Wire | null {
  if (!Array.isArray(value) || value.length !== 7) return null
  const [eventId, kind, policy, subject, form, expiresOn, values] = value as readonly unknown[]
  const sound =
    typeof eventId === 'string' &&
    id.test(eventId) &&
    (kind === 'open' || kind === 'click') &&
    Number.isInteger(policy) &&
    typeof subject === 'string' &&
    id.test(subject) &&
    Object.values<unknown>(forms).includes(form) &&
    (form !== forms.lastOpen || kind === 'open') &&
    isDay(expiresOn) &&
    typeof values === 'object' &&
    values !== null &&
    !Array.isArray(values) &&
    Object.entries(values).every(([key, each]) => soundValue(key, each))
  return sound ? (value as unknown as Wire) : null // every element was just checked
}

/** The last instant that a Date can hold, and its day: what is later could be kept, and never shown again. */
const lastInstant = 8.64e15
const isDay = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= lastInstant / 864e5
const isInstant = (value: unknown): boolean => Number.isInteger(value) && Math.abs(Number(value)) <= lastInstant

const numbers: ReadonlySet<string> = new Set(['at', 'link', 'rules'])

const soundValue = (key: string, value: unknown): boolean =>
  Object.hasOwn(fields, key) &&
  (key === 'at'
    ? isInstant(value)
    : numbers.has(key)
      ? Number.isSafeInteger(value)
      : typeof value === 'string' && word.test(value))
