import type { Address, Day, Handle, Id } from '../base/index.ts'
import type {
  ConsentRecord,
  Content,
  MessageFacts,
  PermittedEvent,
  PermittedMessage,
  SendRefusal,
  Standing,
  TrackingPlan,
} from '../gate/index.ts'
import type { Policy } from '../policy/policy.ts'
import type { CertificateVerbs } from './certificates.ts'
import type { ChangeVerbs } from './change.ts'
import type { ConsentVerbs } from './consents.ts'
import type { FeedbackVerbs } from './feedback.ts'
import type { MailedLinkVerbs } from './mailed-links.ts'
import type { Oversight } from './oversight.ts'
import type { RightsVerbs } from './rights.ts'
import type { TemplateVerbs } from './templates.ts'
import type {
  CampaignCounts,
  CampaignFacts,
  CampaignLine,
  CampaignPlace,
  CampaignStatus,
  CampaignView,
  Cohort,
  EventView,
  Finding,
  MessageStatus,
  MessageView,
  Purged,
  Tally,
} from './views.ts'

/** What a worker needs to compose and deliver one claimed message; lives in memory until the outcome. */
export interface Claimed {
  readonly id: Id
  readonly fence: number
  readonly attempts: number
  readonly campaign: Id | null
  readonly purpose: string
  readonly handle: Handle
  readonly to: string
  readonly name: string | null
  readonly from: string | null
  readonly replyTo: string | null
  /** Null when the campaign's content is used. */
  readonly content: Content | null
  readonly merge: Readonly<Record<string, string>>
  /** Number of the policy under which it was accepted. */
  readonly policy: number
  readonly accepted: Day
  readonly acceptedAt: number
  /** Looked up within the claim: what is true of this person now. */
  readonly standing: Standing
  /** True when an earlier attempt's outcome was never learned. */
  readonly wasUncertain: boolean
}

/** What is written when the fate of an attempt is known. `kept` groups are stored only if the policy grants them. */
export interface Outcome {
  readonly id: Id
  readonly fence: number
  readonly status: Exclude<MessageStatus, 'sending' | 'cancelled'>
  /** A word of Lethe's own (`smtp_550_5.1.1`, `connection`, `consent_withdrawn`), never the server's text. */
  readonly reason: string | null
  /** When to try again, in milliseconds since 1970: for `queued`, and for `uncertain` if the purpose says resend. */
  readonly nextAttemptAt?: number
  /** The merged subject line and the tracked links' destinations, as sent. */
  readonly subject?: string
  readonly links?: readonly string[]
  readonly tracked?: TrackingPlan
  /** True if this attempt does not count (the transport's fault, not the recipient's). */
  readonly free?: boolean
  /** Stop writing to this address: an address-level permanent failure. */
  readonly suppress?: boolean
}

/**
 * What a change means for the stop-set: this person's hits must stop at the door from now on, or may be recorded again.
 * Null when it changes nothing there.
 */
export type Stops = 'stop' | 'lift' | null

/** What became of one message at acceptance. */
export interface Acceptance {
  /** Its own id, or that of the message it repeats. */
  readonly id: Id
  readonly accepted: boolean
  /** Null for a refused stranger: a refusal makes nobody known. */
  readonly handle: Handle | null
  /** What the consents that came with it mean for the stop-set. */
  readonly stops: Stops
  /** Its campaign ended meanwhile: nothing of it is kept. */
  readonly over?: true
}

/**
 * The store's face: promises only, so that a driver may live on another thread or another machine. Plain values go in and
 * out; sealing, indexing and keys are the driver's own. Every verb is one transaction unless it says otherwise.
 */
export interface Ledger
  extends ConsentVerbs,
    CertificateVerbs,
    TemplateVerbs,
    RightsVerbs,
    MailedLinkVerbs,
    FeedbackVerbs,
    ChangeVerbs,
    Oversight {
  // policies ------------------------------------------------------------------------------------------------------
  /** Makes `policy` the one in force from now on; earlier versions stay while rows name them. */
  enforce(policy: Policy): Promise<void>
  /**
   * Sources of every version that a row may still name, newest last. `turn` counts how often a policy came into force: the last
   * one's is higher than any that was ever read before.
   */
  policySources(): Promise<readonly { readonly number: number; readonly source: string; readonly turn: number }[]>

  // people --------------------------------------------------------------------------------------------------------
  /** What is known of these addresses, in order. Takes no note of the question. */
  standings(addresses: readonly Address[]): Promise<readonly Standing[]>

  // messages ------------------------------------------------------------------------------------------------------
  /**
   * Keeps permitted messages, refused ones among them (as facts without content). Within a campaign one normalised
   * address is one message: `accepted` is false for a repetition, and for a campaign that is over.
   */
  accept(messages: readonly PermittedMessage[]): Promise<readonly Acceptance[]>
  /** Remembers an idempotent answer for 24 h. `conflict` when the key was used with another body. */
  remember(
    key: string,
    bodyDigest: string,
    id: Id,
  ): Promise<{ readonly state: 'new' | 'same' | 'conflict'; readonly id: Id }>
  /**
   * Up to `limit` messages that are due and in nobody's window, marked as windowed until `until`: the scheduler's cursor.
   * Only messages of running campaigns, or of none.
   */
  takeDue(limit: number, now: number, until: number): Promise<readonly Id[]>
  /** Compare-and-set from queued to sending, with a lease. Ids that are not due, not queued or paused are left out. */
  claim(ids: readonly Id[], now: number, leaseUntil: number): Promise<readonly Claimed[]>
  /** Marks the moment before SMTP. False when the fence is stale: then do not send. */
  handOver(id: Id, fence: number, leaseUntil: number): Promise<boolean>
  extendLeases(held: readonly { readonly id: Id; readonly fence: number }[], leaseUntil: number): Promise<void>
  /** Gives claimed messages back untouched (drain, pause): queued, due at once, no attempt spent; cancelled with their campaign. */
  release(held: readonly { readonly id: Id; readonly fence: number }[]): Promise<void>
  /** Writes outcomes and shreds what the outcome makes superfluous, in one transaction. Stale fences are ignored. */
  settle(outcomes: readonly Outcome[], now: number): Promise<void>
  /**
   * Leases that ran out: back to queued if never handed over; otherwise `uncertain`, counted, and queued again if the
   * purpose says resend. `all` takes every lease as lost (the embedded shape after a crash, under the folder's lock).
   */
  recoverLeases(
    now: number,
    resend: ReadonlySet<string>,
    all?: boolean,
  ): Promise<{ readonly requeued: number; readonly uncertain: number }>
  /** Messages older than `acceptedBefore` that are still queued: expired, content shredded. */
  expireOverdue(acceptedBefore: number, now: number): Promise<number>
  message(id: Id): Promise<MessageView | null>
  events(id: Id): Promise<readonly EventView[]>
  /** Messages that left since `at`. */
  sentSince(at: number): Promise<number>
  /** Messages neither settled nor cancelled. */
  outstanding(): Promise<number>

  // campaigns -----------------------------------------------------------------------------------------------------
  createCampaign(facts: CampaignFacts): Promise<void>
  campaign(id: Id): Promise<CampaignView | null>
  /** At most `limit` of them, newest first, from behind `after` on. */
  campaigns(after: CampaignPlace | null, limit: number): Promise<readonly CampaignLine[]>
  /**
   * Moves between the states of CampaignStatus; false if the move makes no sense from where it is. Cancel also cancels what is
   * queued: some thousands at once, the rest of a large campaign with `finishCampaigns`.
   */
  moveCampaign(id: Id, to: CampaignStatus, now: number): Promise<boolean>
  /** Lets a draft begin by itself, with the first `takeDue` after `at`; null takes that back. False if it is no draft. */
  scheduleCampaign(id: Id, at: number | null): Promise<boolean>
  counts(id: Id): Promise<CampaignCounts>
  tallies(id: Id): Promise<readonly Tally[]>
  /** All that a report is made of, as it was in one moment. */
  counted(id: Id): Promise<{ readonly tallies: readonly Tally[]; readonly cohorts: readonly Cohort[] }>
  /** Running campaigns without unsettled messages become `done`; their content is shredded with its key. */
  finishCampaigns(now: number): Promise<number>

  // events --------------------------------------------------------------------------------------------------------
  /**
   * Each event once, by its id, with its tally in the same transaction; left out when its message is gone or its person is
   * stopped. Returns how many were new.
   */
  record(events: readonly PermittedEvent[]): Promise<{ readonly recorded: number; readonly refused: number }>

  // upkeep --------------------------------------------------------------------------------------------------------
  /** Removes what has expired by `now`, by the catalogue, in chunks of at most `chunk` rows so that ingest is never blocked for long. */
  purge(now: number, options: { readonly chunk: number; readonly dryRun: boolean }): Promise<readonly Purged[]>
  /** Free pages and the write-ahead log: gives back and truncates, as far as readers allow. False if they did not. */
  tidy(): Promise<boolean>
  /** What `tidy` cannot take out of the engine: `log` where it keeps a log that only time overwrites. */
  readonly leaves: 'nothing' | 'log'
  /** When the last purge that removed came to its end; null if none has. */
  purgedAt(): Promise<number | null>
  /** Columns against the catalogue and policy, oldest rows against retention, sealed values, keys, orphans. Reading only. */
  audit(policy: Policy, now: number): Promise<readonly Finding[]>
  /** How often each of these stands in rows that no search of files reaches: those of a server. Zeros for a store in files. */
  search(needles: readonly Uint8Array[]): Promise<readonly number[]>
  /** Cheap liveness: throws when the store cannot be read or written. */
  probe(): Promise<void>
  close(): Promise<void>
}

export type * from './certificates.ts'
export type * from './change.ts'
export type * from './consents.ts'
export type * from './feedback.ts'
export type * from './mailed-links.ts'
export type * from './oversight.ts'
export type * from './rights.ts'
export type * from './templates.ts'
export type * from './views.ts'
export type { ConsentRecord, MessageFacts, SendRefusal, Standing }
