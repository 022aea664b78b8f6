import type { EventKind, EventRule, MessageGroup, Policy, PolicyBook, Purpose } from '../../src/policy/policy.ts'

const purpose = (name: string, given: Partial<Purpose>): readonly [string, Purpose] => [
  name,
  {
    name,
    basis: 'contract',
    consent: 'none',
    evidence: null,
    subscribed: false,
    unknownOutcome: 'hold',
    sends: true,
    ...given,
  },
]

const rule = (kind: EventKind, given: Partial<EventRule>): EventRule => ({
  kind,
  mode: 'individual',
  purpose: 'insight',
  fields: new Map([
    ['at', 'hour'],
    ['country', 'value'],
    ['browser', 'value'],
    ['link', 'value'],
  ]),
  retentionDays: 30,
  recordingDays: 14,
  honours: new Set(),
  ...given,
})

export interface Given {
  readonly number?: number
  readonly mode?: EventRule['mode']
  readonly insight?: Purpose['consent']
  readonly groups?: Readonly<Partial<Record<MessageGroup, number>>>
  readonly tallies?: Policy['tallies']
  readonly retentionDays?: number
}

/** A policy made by hand: everything granted unless told otherwise. */
export function policyOf(given: Given = {}): Policy {
  const number = given.number ?? 1
  const mode = given.mode ?? 'individual'
  const retentionDays = given.retentionDays ?? 30
  const groups = given.groups ?? { delivery: 60, recipient: 40, subject: 40, links: 20 }
  return {
    name: `test-${number}`,
    number,
    digest: number.toString(16).padStart(64, '0'),
    source: `{"number":${number}}`,
    effective: '2026-01-01',
    controller: { name: 'Example Ltd', contact: 'privacy@example.com' },
    purposes: new Map([
      purpose('deliver', { unknownOutcome: 'resend' }),
      purpose('campaign', { consent: 'opt-out', subscribed: true }),
      purpose('insight', { basis: 'consent', consent: given.insight ?? 'opt-out', sends: false }),
    ]),
    events: { open: rule('open', { mode, retentionDays }), click: rule('click', { mode, retentionDays }) },
    message: { retentionDays: new Map(Object.entries(groups) as [MessageGroup, number][]), contentHours: 72 },
    tallies: given.tallies === undefined ? { k: 5, retentionDays: 365 } : given.tallies,
    consentDays: 100,
    unconfirmedDays: 14,
    logDays: 14,
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
  }
}

export interface TestBook extends PolicyBook {
  inForce: Policy
  readonly all: Map<number, Policy>
  /** Puts another version in force and keeps the earlier ones. */
  turn(policy: Policy): void
}

export function bookOf(policy: Policy): TestBook {
  const all = new Map([[policy.number, policy]])
  return {
    inForce: policy,
    all,
    turn(next) {
      this.inForce = next
      all.set(next.number, next)
    },
  }
}
