import type { Day, Id } from '../base/index.ts'
import type { Content, TrackingPlan } from '../gate/index.ts'
import type { EventField, EventKind } from '../policy/policy.ts'

/**
 * A message's life:
 *
 *   queued --claim--> sending --outcome--> sent | bounced | failed | expired | refused
 *     ^                  |  \--retry later--> queued (attempts + 1, next attempt in the future)
 *     |                  \--lease ran out before hand-over--> queued
 *     \--resend-- uncertain <--lease ran out after hand-over (the one window in which nobody can know)
 *   queued --cancel--> cancelled
 *
 * `fence` grows with each claim; hand-over and outcome compare it, so that a worker that lost its lease changes nothing.
 */
export type MessageStatus =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'bounced'
  | 'failed'
  | 'refused'
  | 'cancelled'
  | 'expired'
  | 'uncertain'

export type CampaignStatus = 'draft' | 'running' | 'paused' | 'cancelled' | 'done'

export interface MessageView {
  readonly id: Id
  readonly status: MessageStatus
  readonly reason: string | null
  readonly purpose: string
  readonly campaign: Id | null
  readonly attempts: number
  readonly acceptedAt: number
  readonly sentAt: number | null
  /** When a report said that it came back; null too where the server refused it at once. */
  readonly bouncedAt: number | null
  readonly complainedAt: number | null
  readonly tracked: TrackingPlan
  readonly policy: number
  readonly uncertain: boolean
  /** The last day of the row, and of each group of its columns; null where a group is not held, or has no last day yet. */
  readonly until: {
    readonly delivery: Day
    readonly recipient: Day | null
    readonly subject: Day | null
    readonly links: Day | null
  }
}

export interface EventView {
  readonly kind: EventKind
  readonly values: Readonly<Record<string, string | number>>
}

export interface CampaignCounts {
  readonly recipients: number
  readonly queued: number
  readonly sent: number
  readonly bounced: number
  readonly failed: number
  readonly refused: number
  readonly cancelled: number
  readonly expired: number
  /** Messages whose SMTP outcome was unknown at least once, whatever became of them later. */
  readonly uncertain: number
  /** Messages that their readers reported as unwanted. */
  readonly complaints: number
  readonly opens: number
  readonly clicks: number
}

export interface CampaignFacts {
  readonly id: Id
  readonly name: string
  readonly purpose: string
  readonly from: string | null
  readonly replyTo: string | null
  readonly content: Content
  /** How many links of the content may be tracked. */
  readonly links: number
  readonly policy: number
  readonly createdAt: number
}

export interface CampaignView extends CampaignFacts {
  readonly status: CampaignStatus
  /** When a draft begins by itself; null for one that waits to be told. */
  readonly startAt: number | null
}

/** Where a campaign stands in the list of all of them. */
export interface CampaignPlace {
  readonly createdAt: number
  readonly id: Id
}

/** One of the list: without its content, which is opened for one campaign at a time. */
export type CampaignLine = Pick<CampaignView, 'id' | 'name' | 'purpose' | 'status' | 'createdAt' | 'startAt'>

/**
 * What was counted on one day. A click on a link counts twice: in the link's cell, and in that of link 0, which stands for
 * the kind as a whole (a person who follows two links is one person there).
 */
export interface Tally {
  readonly day: Day
  readonly kind: EventKind
  readonly link: number
  /** `machine`: prefetches and scanners. Proxies fetch for people; where no agent is granted, everybody is taken for one. */
  readonly class: 'person' | 'machine'
  /** True where nobody can be told apart beyond this day; else `people` adds up over the days to distinct recipients. */
  readonly estimated: boolean
  /** Hits, exactly. */
  readonly count: number
  /** Those of them who were new to this cell: in a cell of machines, recipients whose mail a machine looked at. */
  readonly people: number
  /** Hits that may be published: those up to the last time that another `k` people had joined. */
  readonly shown: number
  /** People that may be published: as many as there were at that time. */
  readonly shownPeople: number
  /** True for the row of all days on which few people came; its day is before the first. */
  readonly rest: boolean
}

/** By what people are counted; each on its own, and never crossed. */
export const traits = [
  'country',
  'browser',
  'os',
  'device',
  'language',
  'agent',
] as const satisfies readonly EventField[]
export type Trait = (typeof traits)[number]

/** People of a campaign who share a trait; each is in one cohort of it, that of the first hit. */
export interface Cohort {
  readonly day: Day
  readonly kind: EventKind
  readonly class: Tally['class']
  readonly estimated: boolean
  readonly trait: Trait
  /** Empty for what nobody can tell, and for what was too few. */
  readonly value: string
  readonly people: number
  /** Those of them that may be published. */
  readonly shown: number
}

/** One line of a purge: what was (or, in a dry run, would be) removed. */
export interface Purged {
  readonly what: string
  readonly count: number
}

/**
 * One question of an audit. `unproven` carries why, `attested` until when somebody's word stands for it. Details hold
 * counts, days and column names only.
 */
export interface Finding {
  readonly check: string
  readonly result: 'proved' | 'attested' | 'violated' | 'unproven'
  readonly detail: string
  /** ISO day; the last one on which the word counts that stands behind `attested`. */
  readonly until?: string
}
