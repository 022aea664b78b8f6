import { dayOf, newHandle, newId } from '../../src/base/index.ts'
import { type Claims, type Evidence, newKeyRing, newRawHit, type Readers } from '../../src/gate/index.ts'
import type { EventField, EventKind, EventRule, Grain, Policy, PolicyBook } from '../../src/policy/policy.ts'

/** A day in the middle of a month, at 12:34:56.789 UTC. */
export const noon = Date.UTC(2026, 4, 14, 12, 34, 56, 789)

export const someFields: readonly (readonly [EventField, Grain])[] = [
  ['at', 'second'],
  ['link', 'value'],
  ['country', 'value'],
  ['browser', 'value'],
  ['os', 'value'],
]

export function rule(kind: EventKind, changes: Partial<EventRule> = {}): EventRule {
  return {
    kind,
    mode: 'individual',
    purpose: 'insight',
    fields: new Map(someFields),
    retentionDays: 90,
    recordingDays: 60,
    honours: new Set(),
    ...changes,
  }
}

export function policy(changes: Partial<Policy> = {}): Policy {
  return {
    name: 'test',
    number: 7,
    digest: '00'.repeat(32),
    source: '{}',
    effective: '2026-01-01',
    controller: { name: 'Riverside Courses', contact: 'privacy@riverside.example' },
    purposes: new Map(),
    events: { open: rule('open'), click: rule('click') },
    message: { retentionDays: new Map([['delivery', 90]]), contentHours: 72 },
    tallies: null,
    consentDays: 30,
    unconfirmedDays: 14,
    logDays: 7,
    rightsDays: 365,
    rightsAnswerDays: 30,
    tls: 'required',
    minors: null,
    hygiene: null,
    changes: { noticeDays: 30, by: 'mail' },
    disclosures: [],
    attestations: [],
    sale: 'prohibited',
    statements: [],
    processors: [],
    unfilled: [],
    ...changes,
  }
}

export const bookOf = (...policies: readonly [Policy, ...Policy[]]): PolicyBook => ({
  inForce: policies.at(-1) ?? policies[0],
  all: new Map(policies.map((each) => [each.number, each])),
})

export const ringOf = (fill: number) => newKeyRing([{ id: 'one', key: Buffer.alloc(32, fill), revoked: false }])

export const claimsOf = (changes: Partial<Claims> = {}): Claims => ({
  policy: 7,
  issued: dayOf(noon),
  message: newId(),
  handle: newHandle(),
  link: 0,
  target: '',
  ...changes,
})

export const evidence: Evidence = {
  method: 'GET',
  address: '203.0.113.9',
  userAgent: 'Needle/1.0 (haystack)',
  acceptLanguage: 'pt-BR,pt;q=0.9',
  gpc: false,
  dnt: false,
  at: noon,
}

export const hitOf = (changes: Partial<Evidence> = {}) => newRawHit({ ...evidence, ...changes })

/** Readers that always say the same, so that a test sees what the gate let through. */
export const plainReaders: Readers = {
  place: () => ({ country: 'PT', region: 'PT-11' }),
  client: () => ({ browser: 'Firefox', os: 'Linux', device: 'desktop' }),
  agent: () => 'person',
}
