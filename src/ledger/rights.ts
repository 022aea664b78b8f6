import type { Address, Day, Handle, Id } from '../base/index.ts'
import type { Stops } from './ledger.ts'

/** What a person, or somebody on their behalf, asked for. `fingerprints` is an auditor's question, and a case all the same. */
export const allRights = [
  ...(['export', 'erase', 'rectify', 'restrict', 'unrestrict', 'object'] as const),
  ...(['minor', 'fingerprints', 'import', 'disclose', 'concern'] as const),
] as const
export type Right = (typeof allRights)[number]

/** The rights that end with somebody being erased. */
export type ErasureRight = 'erase' | 'minor'

/** `residue`: answered, and what lies in free pages, logs and the queue's files is being removed. */
export type CaseStatus = 'open' | 'residue' | 'done'

export interface CaseFacts {
  readonly id: Id
  readonly right: Right
  readonly openedAt: number
  /** The policy's day by which it has to be answered, as an instant. */
  readonly dueAt: number
}

export interface CaseView extends CaseFacts {
  readonly status: CaseStatus
  readonly closedAt: number | null
  /** JSON of codes, counts and dates; nobody's data. */
  readonly receipt: string | null
}

/** How far an erasure has come: each instant is a step that is done. */
export interface Erasure {
  readonly id: Id
  readonly right: Right
  readonly handle: Handle
  /** The last day on which a token of theirs could have recorded. */
  readonly until: Day
  readonly askedAt: number
  readonly toldAt: number | null
  readonly rowsAt: number | null
  readonly removed: number
  /** Mails that were with the mail server in that moment and could not be called back. */
  readonly inFlight: number
  readonly keysAt: number | null
  readonly storeAt: number | null
  readonly queueAt: number | null
  readonly queueState: 'done' | 'refused' | null
}

/** What tells a store that was put back from a backup; nothing of it is in the backup. */
export interface Restored {
  /** The entries of the audit log that the store has lost, where it is older than the log's anchor. */
  readonly log: { readonly from: number; readonly to: number } | null
  /** How many entries of the list of erasures it has not followed. */
  readonly erasures: number
}

/** What came of an export that was handed in again: rows brought back, and rows left out. */
export interface TakenBack {
  readonly brought: number
  readonly left: number
  readonly handle: Handle | null
  readonly stops: Stops
}

/** Everything held about one person, by table, in the catalogue's words; sealed values opened, empty ones left out. */
export type Held = Readonly<Record<string, readonly Readonly<Record<string, HeldValue>>[]>>
export type HeldValue = string | number | readonly HeldValue[] | { readonly [key: string]: HeldValue } | null

/** What may be disclosed of a person at all; content, keys and pseudonyms are not among it. */
export type DisclosedCategory = 'contact' | 'delivery' | 'behaviour' | 'consent'

/** What becomes known of a person for the first time stays undefined: only what is given is changed. */
export interface Correction {
  readonly address?: Address
  /** Null takes the name away. */
  readonly name?: string | null
}

/** The verbs of people's rights; a part of the ledger's face. */
export interface RightsVerbs {
  /** A case that names nobody, or the person whom a later look has to find. Someone who is not known stays so. */
  openCase(facts: CaseFacts, address: Address | null): Promise<void>
  /** A concern with what was said, sealed; it makes its person known, because somebody has to answer them. */
  openConcern(facts: CaseFacts, address: Address, about: string): Promise<void>
  /** `expiresOn` is the last day of the proof. False when there is no such case. */
  closeCase(id: Id, status: CaseStatus, at: number, receipt: string, expiresOn: Day): Promise<boolean>
  /** Those not done, the most urgent first. */
  openCases(): Promise<readonly CaseView[]>
  caseOf(id: Id): Promise<CaseView | null>

  /**
   * Puts the address on the suppression list, and the erasure of its person on record, before anything is removed: from
   * here on it will come to its end, whatever happens. Null for a stranger. A second call for the same person finds the first.
   */
  beginErasure(address: Address, facts: CaseFacts): Promise<Erasure | null>
  /** The same for somebody whom a restored store knows again; they are on the list of erasures already. */
  beginErasureOf(handle: Handle, facts: CaseFacts): Promise<Erasure | null>
  /** The rows in one transaction, then the keys; goes on where a crash left off. */
  eraseSubject(id: Id): Promise<Erasure>
  noteErasure(id: Id, step: 'told' | 'store' | 'queue', state?: 'done' | 'refused'): Promise<Erasure>
  /** Whether this store was put back from a backup. Reading only. */
  restored(): Promise<Restored>
  /** Silences again whoever was erased since the backup, and says whom of them this store knows. */
  erasedAgain(): Promise<{ readonly entries: number; readonly handles: readonly Handle[] }>
  /** The list of erasures is followed to its end. */
  noteReplayed(): Promise<void>
  /** Those that are not at their end. */
  erasures(): Promise<readonly Erasure[]>
  /** Only the tombstone stays. */
  endErasure(id: Id): Promise<void>

  /** In a stable order: two calls for an unchanged person give the same. Null for a stranger. */
  held(address: Address): Promise<Held | null>
  /**
   * Of somebody, what belongs to `categories` and no more; no key, hash or number that stands for them. Null for a stranger.
   */
  heldOf(address: Address, categories: readonly DisclosedCategory[]): Promise<Held | null>
  /**
   * Brings back what an export holds, as far as the policies grant it and its time is not over. What is here already stays as it
   * is, and nothing that was withdrawn comes back. `erased`: whoever it was of is gone from here; `moved`: has another address here.
   */
  takeBack(address: Address, held: Held): Promise<TakenBack | 'erased' | 'moved'>
  /** The first 32 bytes, as hex, of each ciphertext, wrapped key and index of this person, as they lie at rest. */
  fingerprints(address: Address): Promise<readonly string[]>
  /** What is corrected goes into what is still queued as well. `taken`: the new address is somebody else's. */
  rectify(address: Address, correction: Correction): Promise<{ readonly queued: number } | 'unknown' | 'taken'>
  /** Null for a stranger. */
  restrict(address: Address, on: boolean): Promise<{ readonly handle: Handle; readonly stops: Stops } | null>
}
