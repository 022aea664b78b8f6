import { type Day, dayOf, Fault, newId } from '../base/index.ts'
import type { EventField, EventKind, Grain, Policy } from '../policy/policy.ts'
import { admissionOf, grainMillis } from './admission.ts'
import {
  type About,
  type Client,
  type Evidence,
  evidenceOf,
  type Novelty,
  type Place,
  type RawHit,
  type Readers,
  type Visitors,
} from './hit.ts'
import { hygieneOn } from './plan.ts'
import type { Claims } from './token.ts'
import { type Form, forms, type Measured, type Wire } from './wire.ts'

const mint: unique symbol = Symbol('mint')

let genuine: (value: unknown) => boolean

/** Proof that a policy granted each value inside. Only this file can make one: the constructor wants a symbol it does not export. */
export class PermittedEvent {
  readonly #wire: Wire

  constructor(key: typeof mint, wire: Wire) {
    if (key !== mint) throw forgery()
    this.#wire = wire
  }

  static {
    genuine = (value) => typeof value === 'object' && value !== null && #wire in value
  }

  get wire(): Wire {
    return this.#wire
  }
}

export const isPermittedEvent = (value: unknown): value is PermittedEvent => genuine(value)

export const forgery = () =>
  new Fault(
    'not_permitted',
    'A value that the gate did not permit was handed to an adapter.',
    'Make it with permitHit or permitMessage; a cast, a copy or parsed JSON is not enough.',
  )

export type Refusal =
  | 'head'
  | 'policy_unknown'
  | 'recording_over'
  | 'recording_off'
  | 'signal_gpc'
  | 'signal_dnt'
  | 'malformed'

export type Verdict =
  | { readonly permitted: PermittedEvent; readonly refused?: never }
  | { readonly refused: Refusal; readonly permitted?: never }

/** What a measure may look at. Each instrument is read at the first field that needs it, and once a hit. */
interface Sight {
  readonly evidence: Evidence
  readonly readers: Readers
  readonly about: About
  place: Place | null
  client: Client | null
  agent: string | null
}

// They fetch for a reader who is somewhere else: null rather than wrong.
const elsewhere: ReadonlySet<string> = new Set(['proxy', 'prefetch'])
const nowhere: Place = Object.freeze({ country: null, region: null })

const agentIn = (sight: Sight): string => {
  sight.agent ??= sight.readers.agent(sight.evidence, sight.about)
  return sight.agent
}
const placeIn = (sight: Sight): Place => {
  sight.place ??= elsewhere.has(agentIn(sight)) ? nowhere : sight.readers.place(sight.evidence.address)
  return sight.place
}
const clientIn = (sight: Sight): Client => {
  sight.client ??= sight.readers.client(sight.evidence.userAgent)
  return sight.client
}

const measures: Readonly<Record<EventField, (sight: Sight, grain: Grain) => string | number | null>> = {
  at: ({ evidence }, grain) => evidence.at - (evidence.at % grainMillis[grain]),
  link: ({ about }) => about.link || null,
  country: (sight) => placeIn(sight).country,
  region: (sight) => placeIn(sight).region,
  browser: (sight) => clientIn(sight).browser,
  os: (sight) => clientIn(sight).os,
  device: (sight) => clientIn(sight).device,
  language: ({ evidence }) => /^[a-z]{2,3}(?![a-z])/i.exec(evidence.acceptLanguage)?.[0].toLowerCase() ?? null,
  agent: agentIn,
}

type Values = { -readonly [K in keyof Measured]: Measured[K] }

const counts: Readonly<Record<Novelty, Form>> = {
  known: forms.count,
  new_to_link: forms.countNewToLink,
  newcomer: forms.countNewcomer,
}

/** Every policy version that a token or a row may still name, by its number. */
export type Policies = ReadonlyMap<number, Policy>

/**
 * Builds the record of one hit from nothing, field by field, as both the policy of the token and the one in force grant;
 * or says in a word why there is none. The hit cannot be read again from what comes out. Without `visitors` nobody is new.
 */
export function permitHit(
  hit: RawHit,
  kind: EventKind,
  claims: Claims,
  now: Policy,
  policies: Policies,
  readers: Readers,
  visitors?: Visitors,
): Verdict {
  const evidence = evidenceOf(hit)
  if (evidence.method === 'HEAD') return { refused: 'head' }
  const then = policies.get(claims.policy)
  if (!then) return { refused: 'policy_unknown' }
  if (claims.lastOpen) return permitDate(evidence, claims, then, now)
  const admission = admissionOf(then.events[kind], now.events[kind])
  if (!admission.open) return { refused: 'recording_off' }
  // Nobody decides to load a picture: whoever asks not to be followed is not, whatever the policy says. A click is an act.
  const heeds = (signal: 'gpc' | 'dnt') => kind === 'open' || admission.honours.has(signal)
  if (evidence.gpc && heeds('gpc')) return { refused: 'signal_gpc' }
  if (evidence.dnt && heeds('dnt')) return { refused: 'signal_dnt' }
  const today = dayOf(evidence.at)
  if (today > claims.issued + admission.recordingDays) return { refused: 'recording_over' }

  const values: Values = {}
  const { message, link: ordinal, handle } = claims
  const about = { kind, message, link: ordinal, shared: handle === null }
  const sight: Sight = { evidence, readers, about, place: null, client: null, agent: null }
  for (const [field, grain] of admission.fields) {
    const value = measures[field](sight, grain)
    if (value !== null) values[field] = value
  }
  if (values.agent !== undefined && readers.ruleSet) values.rules = readers.ruleSet
  const link = Number(values.link ?? 0)
  const form = claims.handle ? forms.row : counts[visitors?.novelty(evidence, claims.message, kind, link) ?? 'known']
  const expiresOn = today + admission.retentionDays
  const wire: Wire = [newId(), kind, claims.policy, claims.message, form, expiresOn, Object.freeze(values)]
  return { permitted: new PermittedEvent(mint, Object.freeze(wire)) }
}

/**
 * The same event with another class, for what shows itself only after it was recorded. Null where the policy grants no
 * class, or it has this one: nothing is added that was not there.
 */
export function reclassed(event: PermittedEvent, agent: string): PermittedEvent | null {
  if (!isPermittedEvent(event)) throw forgery()
  const [id, kind, number, subject, form, expiresOn, values] = event.wire
  if (values.agent === undefined || values.agent === agent) return null
  const again: Wire = [id, kind, number, subject, form, expiresOn, Object.freeze({ ...values, agent })]
  return new PermittedEvent(mint, Object.freeze(again))
}

const dayMillis = grainMillis.day

/**
 * The date of an open and nothing else of it. No consent carries it, so both signals are always heeded; it is recorded for
 * as long as it is kept.
 */
function permitDate({ at, gpc, dnt }: Evidence, claims: Claims, then: Policy, now: Policy): Verdict {
  const today = dayOf(at)
  const days = hygieneDays(then, now, today)
  if (days === null) return { refused: 'recording_off' }
  if (gpc) return { refused: 'signal_gpc' }
  if (dnt) return { refused: 'signal_dnt' }
  if (today > claims.issued + days) return { refused: 'recording_over' }
  const values = Object.freeze({ at: today * dayMillis })
  const wire: Wire = [newId(), 'open', claims.policy, claims.message, forms.lastOpen, today + days, values]
  return { permitted: new PermittedEvent(mint, Object.freeze(wire)) }
}

function hygieneDays(then: Policy, now: Policy, today: Day): number | null {
  const [before, after] = [hygieneOn(then, today), hygieneOn(now, today)]
  return before && after ? Math.min(before.retentionDays, after.retentionDays) : null
}

/** The record worker's door: an event that waited is permitted again under today's policy, and loses what that one refuses. */
export function readmit(wire: Wire, now: Policy, policies: Policies, today: Day): Verdict {
  const [id, kind, number, subject, form, expiresOn, values] = wire
  const then = policies.get(number)
  if (!then) return { refused: 'policy_unknown' }
  if (form === forms.lastOpen) return readmitDate(wire, then, now, today)
  const admission = admissionOf(then.events[kind], now.events[kind])
  if (!admission.open) return { refused: 'recording_off' }
  const kept: Values = {}
  for (const [field, grain] of admission.fields) {
    const value = values[field]
    if (value === undefined) continue
    kept[field] = field === 'at' && typeof value === 'number' ? value - (value % grainMillis[grain]) : value
  }
  if (kept.agent !== undefined && values.rules !== undefined) kept.rules = values.rules
  const ends = Math.min(expiresOn, today + admission.retentionDays)
  const again: Wire = [id, kind, number, subject, form, ends, Object.freeze(kept)]
  return { permitted: new PermittedEvent(mint, Object.freeze(again)) }
}

function readmitDate(wire: Wire, then: Policy, now: Policy, today: Day): Verdict {
  const [id, kind, number, subject, form, expiresOn, { at }] = wire
  const days = hygieneDays(then, now, today)
  if (days === null) return { refused: 'recording_off' }
  if (typeof at !== 'number') return { refused: 'malformed' }
  const values = Object.freeze({ at: at - (at % dayMillis) })
  const again: Wire = [id, kind, number, subject, form, Math.min(expiresOn, today + days), values]
  return { permitted: new PermittedEvent(mint, Object.freeze(again)) }
}
