import type { Handle, Id } from '../base/index.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purged } from './views.ts'

/** A wider policy that waits until people were told of it. */
export interface PendingPolicy {
  readonly number: number
  readonly name: string
  readonly digest: string
  readonly source: string
  /** Milliseconds since 1970. */
  readonly proposedAt: number
  /** The campaign that tells people; null until it is made, and where a page tells them. */
  readonly campaign: Id | null
  readonly announcedAt: number | null
}

/** Somebody whose address is held, whatever for. */
export interface Contact {
  readonly handle: Handle
  readonly address: string
}

/** What happens to the store when the policy changes. */
export interface ChangeVerbs {
  pendingPolicy(): Promise<PendingPolicy | null>
  /** Lets `policy` wait, in the place of whatever waited before; the same one again changes nothing. */
  proposePolicy(policy: Policy, now: number): Promise<PendingPolicy>
  /** Notes the campaign that tells people of the proposal, the first one that is named; or that they were told. */
  noteNotice(number: number, note: { readonly campaign?: Id | null; readonly announcedAt?: number }): Promise<void>
  dropProposal(): Promise<void>
  /** A page of everybody whose address is held, by handle; `next` is null after the last page. */
  contacts(
    after: Handle | null,
    limit: number,
  ): Promise<{ readonly contacts: readonly Contact[]; readonly next: Handle | null }>
  /**
   * Cuts what is stored down to what the policy in force grants: fields, grains, groups and last days. Never widens
   * anything; chunks of at most `chunk` rows. Data of a restricted person waits until the restriction is lifted.
   */
  retighten(now: number, options: { readonly chunk: number }): Promise<readonly Purged[]>
}
