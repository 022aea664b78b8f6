import type { Day } from '../base/index.ts'

/** What the pipeline can observe of a hit, at its finest. No raw IP address and no raw user agent is a word of this language. */
export type EventField = 'at' | 'link' | 'country' | 'region' | 'browser' | 'os' | 'device' | 'language' | 'agent'

/** How fine a granted value is. A field without finer steps has the single grain `value`. */
export type Grain = 'second' | 'minute' | 'hour' | 'day' | 'value'

export type EventKind = 'open' | 'click'

/** Columns of a message that are kept and expire together. `delivery` is the row itself and is always granted. */
export type MessageGroup = 'delivery' | 'recipient' | 'subject' | 'links'

/** The lawful bases of GDPR Art. 6(1). */
export type Basis =
  | 'consent'
  | 'contract'
  | 'legal_obligation'
  | 'vital_interests'
  | 'public_task'
  | 'legitimate_interests'

/** What a purpose asks of the person before mail may be sent, or data recorded, for it. */
export type ConsentRule = 'none' | 'opt-out' | 'opt-in'

export interface Purpose {
  readonly name: string
  readonly basis: Basis
  readonly consent: ConsentRule
  /** Opt-out marketing is lawful towards people one deals with (ePrivacy Art. 13(2)): the caller has to show that. */
  readonly evidence: 'relationship' | null
  /** Only addresses that were first given for this purpose, unless the person consented to it by name. */
  readonly bound?: true
  /** Subscribed mail: carries List-Unsubscribe, and must show `{{unsubscribe_url}}` and `{{rights_url}}`. */
  readonly subscribed: boolean
  /** After a crash between handing a message to SMTP and learning its fate: send again, or leave it at `uncertain`. */
  readonly unknownOutcome: 'resend' | 'hold'
  /** True for purposes that mail is sent for; false for those that only recording serves (`insight`, `hygiene`). */
  readonly sends: boolean
}

export interface EventRule {
  readonly kind: EventKind
  /** `individual`: a row per hit; `tally`: counts only; `off`: no token is ever minted. */
  readonly mode: 'individual' | 'tally' | 'off'
  readonly purpose: string
  /** Granted fields with their grain; a record is built from these and gains nothing else (law 1). */
  readonly fields: ReadonlyMap<EventField, Grain>
  readonly retentionDays: number
  /** Hits are recorded until this many days after the token's issue, then only answered. */
  readonly recordingDays: number
  /** Signals that stop the recording of this kind at the door. */
  readonly honours: ReadonlySet<'gpc' | 'dnt'>
}

export interface Processor {
  readonly name: string
  readonly hosts: readonly string[]
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly essential: boolean
  /** The contract of GDPR Art. 28(3); null where none is known. */
  readonly agreement: string | null
  /** What it does, in the words of the policy. */
  readonly purpose: string
}

export type DisclosureClass = 'processors' | 'affiliates' | 'successor' | 'partners' | 'authorities' | 'anyone'

export interface Hygiene {
  readonly purpose: string
  readonly retentionDays: number
  /** ISO 3166-1 alpha-2; without a consent there, by an exemption. */
  readonly jurisdiction: string
  /** The attestation that vouches for the exemption: the day it ends, this ends. */
  readonly exemptedBy: string
}

/** A class of recipients that the published text names. Nothing goes to a class whose condition is not met. */
export interface Disclosure {
  readonly to: DisclosureClass
  readonly condition: string | null
  readonly met: boolean
  /** Whose word the condition rests on, where it rests on one: the id of an attestation. */
  readonly metBy: string | null
}

/** An organisation's own word for what no software can show. */
export interface Attestation {
  readonly id: string
  readonly measure: string
  readonly by: string
  /** The last day on which it counts, ISO date; a slot that nobody filled ended in 1970. */
  readonly until: string
  /** `jurisdiction` exempts hygiene from consent there; `reach` speaks for bytes that an audit cannot read. */
  readonly kind: 'measure' | 'jurisdiction' | 'reach'
}

/** What a published text says, and what became of it here. */
export interface Statement {
  readonly id: string
  readonly says: string
  readonly heldBy: readonly string[]
  /** An id of the table of controls. */
  readonly control: string
  readonly proof: string
  readonly result: 'control' | 'attested' | 'refused'
  /** What else the same text says, against this; `says` is the narrower, and in force. */
  readonly contradicts?: readonly string[]
}

/**
 * A compiled policy: frozen, total, and the only form that the other rooms know. `number` is taken from the digest, so
 * that a tracker without the store and a store without the tracker agree on it.
 */
export interface Policy {
  readonly name: string
  /** First 32 bits of the digest: what a token and a row carry. */
  readonly number: number
  /** BLAKE2b-256 of the resolved document in canonical JSON, as hex. */
  readonly digest: string
  /** The resolved document in canonical JSON: stored once per version, and enough to compile it again. */
  readonly source: string
  readonly effective: string
  readonly controller: { readonly name: string; readonly contact: string }
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly events: Readonly<Record<EventKind, EventRule>>
  readonly message: {
    /** Days each group is kept from acceptance; an absent group is dropped with the outcome. */
    readonly retentionDays: ReadonlyMap<MessageGroup, number>
    /** Hours that content may lie sealed in the outbox before the message expires. */
    readonly contentHours: number
  }
  readonly tallies: { readonly k: number; readonly retentionDays: number } | null
  /** Consents are kept this many days after they ended, as proof. */
  readonly consentDays: number
  /** A consent that was asked for and not confirmed (double opt-in) is deleted after this many days. */
  readonly unconfirmedDays: number
  readonly logDays: number
  /** Days that links in a mail keep working for unsubscribing and withdrawing. */
  readonly rightsDays: number
  /** Days within which a request of a person is answered. */
  readonly rightsAnswerDays: number
  /** Of the first hop, from here to the mail server; later hops are nobody's to promise. Loopback is no hop. */
  readonly tls: 'required' | 'opportunistic'
  /** Who is found to be younger is erased, `unless` that exception is recorded. Null: the text names no age. */
  readonly minors: { readonly under: number; readonly unless: 'parental_consent' | null } | null
  /** The date of the last open alone, overwritten by the next; null unless an attested jurisdiction exempts it. */
  readonly hygiene: Hygiene | null
  /** How long before a widening takes effect people are told, and how; 0 days when it counts once it is posted. */
  readonly changes: { readonly noticeDays: number; readonly by: 'mail' | 'page' }
  readonly disclosures: readonly Disclosure[]
  readonly attestations: readonly Attestation[]
  /** The only value that this software can keep. */
  readonly sale: 'prohibited'
  readonly statements: readonly Statement[]
  readonly processors: readonly Processor[]
  /** Slots that still hold a placeholder, by their path in the document (`controller.name`). */
  readonly unfilled: readonly string[]
}

/** The days of `kind` that a message accepted under `then` may be recorded and kept while `now` is in force: the narrower. */
export function narrowerDays(
  then: EventRule,
  now: EventRule,
): { readonly retention: number; readonly recording: number } {
  return {
    retention: Math.min(then.retentionDays, now.retentionDays),
    recording: Math.min(then.recordingDays, now.recordingDays),
  }
}

/** The day after which a row made on `made` and kept for `days` may no longer exist. */
export const expiresOn = (made: Day, days: number): Day => made + days

/** The policy in force and every version that tokens and rows may still name. Read anew at each use: it changes at run time. */
export interface PolicyBook {
  readonly inForce: Policy
  readonly all: ReadonlyMap<number, Policy>
}

/** The last day on which a token that is out there by `today` may still record, under any version of the policy. */
export function recordingEnds({ inForce, all }: PolicyBook, today: Day): Day {
  const days = [inForce, ...all.values()].flatMap(({ events, hygiene }) => [
    ...[events.open.recordingDays, events.click.recordingDays],
    hygiene?.retentionDays ?? 0,
  ])
  return today + Math.max(...days)
}
