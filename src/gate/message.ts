import type { Address, Day, Id } from '../base/index.ts'
import type { Policy, Purpose } from '../policy/policy.ts'
import type { CertificatePlan } from './certificate.ts'
import { forgery } from './event.ts'
import { confirmPurpose, housePurpose, noticePurpose, rightsPurpose } from './notice.ts'
import { planTracking, type TrackingPlan, untracked } from './plan.ts'
import type { ConsentSource } from './source.ts'

export interface Attachment {
  readonly filename: string
  readonly contentType: string
  /** Base64, as the API received it. */
  readonly content: string
}

/** The text of one mail before merging. Sealed from acceptance until the outcome, then shredded. */
export interface Content {
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
  readonly attachments: readonly Attachment[]
  /** A certificate to be made when the mail is composed, and attached. */
  readonly certificate?: CertificatePlan
  /** Its conditions are decided by what each recipient has; in any other content they are text. */
  readonly conditional?: true
  /** A mail for trying a campaign out: nothing of it is recorded. */
  readonly test?: true
}

/** The caller's record of a consent; Lethe keeps the record, it cannot prove the consent. */
export interface ConsentRecord {
  readonly purpose: string
  readonly state: 'granted' | 'withdrawn'
  /** ISO 8601 instant at which the person decided. */
  readonly at: string
  readonly source: ConsentSource
  readonly wording: string
}

export interface SendRequest {
  readonly id: Id
  readonly purpose: string
  /** The campaign whose content is used; null for a message that brings its own. */
  readonly campaign: Id | null
  readonly to: Address
  /** Whose message it is, where it goes to an address that is not theirs yet; left out where it goes to its own person. */
  readonly owner?: Address
  readonly name: string | null
  readonly from: string | null
  readonly replyTo: string | null
  readonly content: Content | null
  /** Merge fields by name. */
  readonly merge: Readonly<Record<string, string>>
  /** The caller's records that came with it: to tracking, or to being mailed. Kept as the latest state of their purposes. */
  readonly consents: readonly ConsentRecord[]
  readonly acceptedAt: number
}

/** What the ledger knows about a person, asked for at acceptance and again before SMTP. Unknown counts against tracking. */
export interface Standing {
  readonly suppressed: boolean
  readonly restricted: boolean
  readonly objected: ReadonlySet<string>
  /** The latest consent state by purpose; absent means never asked. */
  readonly consents: ReadonlyMap<string, 'granted' | 'withdrawn'>
  /** The purpose that the address was first given for; null for a stranger. It never changes. */
  readonly source: string | null
}

export const unknownPerson: Standing = Object.freeze({
  suppressed: false,
  restricted: false,
  objected: new Set<string>(),
  consents: new Map<string, 'granted' | 'withdrawn'>(),
  source: null,
})

/** A refusal to send, which is no fault of the request (status `refused`). */
export type SendRefusal =
  | 'suppressed'
  | 'restricted'
  | 'objected'
  | 'consent_missing'
  | 'consent_withdrawn'
  | 'evidence_missing'
  | 'purpose_bound'

/** What a permitted message holds: exactly what the delivery needs, and how long each group of it may stay. */
export interface MessageFacts extends SendRequest {
  readonly policy: number
  readonly accepted: Day
  readonly plan: TrackingPlan
  readonly refused: SendRefusal | null
}

const mint: unique symbol = Symbol('mint')

let genuine: (value: unknown) => boolean

/** Proof that the policy in force allows this message to be kept and sent. Only this file can make one. */
export class PermittedMessage {
  readonly #facts: MessageFacts

  constructor(key: typeof mint, facts: MessageFacts) {
    if (key !== mint) throw forgery()
    this.#facts = facts
  }

  static {
    genuine = (value) => typeof value === 'object' && value !== null && #facts in value
  }

  get facts(): MessageFacts {
    return this.#facts
  }
}

export const isPermittedMessage = (value: unknown): value is PermittedMessage => genuine(value)

/** May this person be written to for this purpose? The same question at acceptance and in the moment before SMTP. */
export function maySend(purpose: Purpose, standing: Standing): SendRefusal | null {
  // Somebody must be told that the rules change, whatever else they declined; only a dead or erased address is left alone.
  if (purpose === noticePurpose) return standing.suppressed ? 'suppressed' : null
  // The one way back for somebody who had said no to everything: only the owner of the address can answer this mail.
  if (purpose === confirmPurpose) return standing.restricted ? 'restricted' : null
  // Whoever said no to everything may still ask what is held of them; a stranger is refused by the store, which knows.
  if (purpose === rightsPurpose) return null
  if (standing.restricted) return 'restricted'
  if (standing.suppressed) return 'suppressed'
  if (standing.objected.has(purpose.name)) return 'objected'
  const consent = standing.consents.get(purpose.name)
  if (consent === 'withdrawn' && purpose.consent !== 'none') return 'consent_withdrawn'
  if (purpose.consent === 'opt-in' && consent !== 'granted') return 'consent_missing'
  // ePrivacy Art. 13(2): unasked promotion goes to customers only, and the record says where the relationship is from.
  if (purpose.evidence === 'relationship' && consent !== 'granted') return 'evidence_missing'
  // Silence is no answer for mail of another kind than the address was given for: the source purpose binds.
  const reused = standing.source !== null && standing.source !== purpose.name
  const binds = purpose.consent === 'opt-out' || purpose.bound === true
  if (reused && binds && consent !== 'granted') return 'purpose_bound'
  return null
}

/** Builds the message that the ledger may keep. A refusal is part of it: it is kept as a fact, without any content. */
export function permitMessage(
  request: SendRequest,
  policy: Policy,
  purpose: Purpose,
  standing: Standing,
  accepted: Day,
) {
  const refused = maySend(purpose, standing)
  const occasion = { inCampaign: request.campaign !== null, today: accepted }
  const off = housePurpose(purpose.name) !== undefined || request.content?.test === true
  const tracked = off ? untracked('policy_off') : planTracking(policy, standing, occasion)
  const plan = refused ? untracked(whyNot(refused)) : tracked
  const kept = refused ? { content: null, merge: {}, from: null, replyTo: null } : {}
  const facts: MessageFacts = { ...request, ...kept, policy: policy.number, accepted, plan, refused }
  return new PermittedMessage(mint, Object.freeze(facts))
}

const whyNot = (refused: SendRefusal): TrackingPlan['reason'] =>
  refused === 'consent_missing' || refused === 'consent_withdrawn' ? refused : 'objected'
