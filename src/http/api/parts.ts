import type { Clock, Log } from '../../base/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { PolicyBook } from '../../policy/policy.ts'
import type {
  Accept,
  Acceptance,
  CampaignNeeds,
  Certificates,
  Confirmations,
  ConsentVerbs,
  MailTemplates,
  RecipientFormat,
  SuppressionVerbs,
  TestRecipient,
  Upload,
} from '../../sending/index.ts'
import type { Mailbox } from '../../transport/index.ts'
import type { ApiKeys, AuditVerdict, PurgeReport, RestoreCheck, Rights, SignedAudit } from '../../upkeep/index.ts'
import type { Authorize } from './bearer.ts'
import type { FeedbackDoors } from './feedback.ts'

/** Whether the roles of this process serve, each with a word of its own (`ok`, `queue_away`). */
export interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, string>>
}

/** What became of the operator's keys. */
export interface KeysReport {
  /** The id of the key that seals and signs now. */
  readonly operator: string
  /** Whether that one is new. */
  readonly changed: boolean
  readonly epoch: number
  /** Keys of people and contents that were wrapped anew. */
  readonly rewrapped: number
}

export interface OperatorKeyVerbs {
  /** A new operator key where they lie in Lethe's own file, and a new epoch in any case. */
  rotate(): Promise<KeysReport>
  /** Tokens of this key record nothing and redirect nobody from now on. Throws `operator_key_unknown`, `keys_elsewhere`. */
  revoke(id: string): Promise<KeysReport>
}

/** Everything the API calls; it owns none of it. */
export interface ApiParts {
  readonly ledger: Pick<Ledger, 'message' | 'events' | 'note' | 'logEntries'>
  readonly book: PolicyBook
  readonly clock: Clock
  readonly log: Log
  readonly authorize: Authorize
  readonly keys: ApiKeys
  readonly operatorKeys: OperatorKeyVerbs
  readonly accept: Accept
  readonly campaigns: CampaignNeeds
  readonly certificates: Certificates
  readonly mailTemplates: MailTemplates
  readonly testSend: (campaign: string, to: TestRecipient) => Promise<Acceptance>
  readonly recipients: (id: string, format: RecipientFormat, source: AsyncIterable<Uint8Array>) => Promise<Upload>
  readonly consents: Pick<ConsentVerbs, 'record'>
  readonly confirmations: Pick<Confirmations, 'request'>
  readonly suppressions: SuppressionVerbs
  readonly rights: Rights
  readonly feedback: FeedbackDoors
  /** Only behind `capture:`. */
  readonly mailbox: Mailbox | null
  readonly ready: () => Promise<Readiness>
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  readonly purge: (dryRun: boolean) => Promise<PurgeReport>
  readonly restore: Pick<RestoreCheck, 'look'>
  readonly audit: () => Promise<SignedAudit>
  /** The same, behind one mail to nobody that went all the way and was erased. */
  readonly canary: () => Promise<SignedAudit>
  readonly verifyAudit: (document: unknown) => AuditVerdict
}
