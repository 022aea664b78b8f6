import type { Address, Day, Handle, Id } from '../base/index.ts'
import type { ConsentRecord } from '../gate/index.ts'
import type { Stops } from './ledger.ts'

/** What somebody, perhaps the owner of the address, asked to consent to. */
export interface ConsentRequest {
  readonly purpose: string
  readonly wording: string
}

/** A request that waits for its owner. The same until a day after its mail, so that asking again mails nobody again. */
export interface Requested {
  readonly id: Id
  readonly handle: Handle
  /** The id of the message that asks. */
  readonly mail: Id
  /** The last day on which it can be confirmed. */
  readonly until: Day
}

/** The record of a new request by which an entry of the suppression list is lifted. */
export type Evidence = Pick<ConsentRecord, 'at' | 'source' | 'wording'>

/**
 * `unknown`: there is no such entry. `person`: only its owner may lift it, by confirming a request; `nobody`: it is a
 * child's. `older`: they said no after that evidence. `purpose`: without one named, there is none to record it for.
 */
export type Lifted =
  | { readonly state: 'unknown' | 'person' | 'nobody' | 'older' | 'purpose' }
  | { readonly state: 'lifted'; readonly receipt: Id; readonly handle: Handle; readonly stops: Stops }

export interface SuppressionPage {
  /** A keyed hash as hex, and the purpose; null for all of them. */
  readonly entries: readonly { readonly hash: string; readonly purpose: string | null }[]
  /** For the page after this one; null after the last. Opaque. */
  readonly next: string | null
}

/** What people decide about mail and recording; a part of the ledger's face. */
export interface ConsentVerbs {
  /**
   * Keeps the caller's record; returns the person's handle, and a receipt's id. A person is made if there is none, but for
   * an address that must not be written to at all (erased, for one): then nothing is kept, and there is no receipt.
   */
  recordConsent(
    address: Address,
    record: ConsentRecord,
  ): Promise<{ readonly receipt: Id | null; readonly handle: Handle | null; readonly stops: Stops }>
  /** The same for someone known by handle only (a link in a mail); null when there is no such person any more. */
  recordConsentOf(
    handle: Handle,
    record: ConsentRecord,
  ): Promise<{ readonly receipt: Id; readonly stops: Stops } | null>
  /**
   * Keeps a request until its owner confirms it or the policy's days are over; it grants nothing. Null where there is nothing
   * to ask: given already, a child's address, a restricted person.
   */
  requestConsent(address: Address, request: ConsentRequest): Promise<Requested | null>
  /**
   * The owner of the address says yes: the consent with both its times, and what stood against its purpose is lifted. The
   * same receipt when it is said again; null when there is no such request any more.
   */
  confirmConsent(handle: Handle, request: Id): Promise<{ readonly receipt: Id; readonly stops: Stops } | null>
  /**
   * The person no longer gets mail for `purpose` (all of it when null). Kept under a key of its own, without date. Null as
   * above. All, or the purpose of opens or clicks, also stops the recording: `stopped` names them from then on.
   */
  suppressOf(handle: Handle, purpose: string | null): Promise<Id | null>
  /** The same by address; a stranger stays one. Says whose hits must now stop at the door, if anybody's. */
  suppress(address: Address, purpose: string | null): Promise<{ readonly handle: Handle; readonly stops: Stops } | null>
  /** The same for many; the answers of those who are known. */
  suppressAll(
    addresses: readonly Address[],
    purpose: string | null,
  ): Promise<readonly { readonly handle: Handle; readonly stops: Stops }[]>
  /** A page of the suppression list. Throws `cursor_invalid`. */
  suppressionPage(after: string | null, limit: number): Promise<SuppressionPage>
  /**
   * Lifts what stands against `purpose` (against any when null), and keeps the evidence as the consent that lifts it. A no to
   * everything goes on as a no to every other purpose.
   */
  liftSuppression(address: Address, purpose: string | null, evidence: Evidence): Promise<Lifted>
  /** Handles whose hits must stop at the door, with the last day on which a token of theirs could still record. */
  stopped(): Promise<readonly { readonly handle: Handle; readonly until: Day }[]>
}
