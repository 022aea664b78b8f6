import type { Address, Handle, Id } from '../base/index.ts'

/**
 * `open`: to a person's own data. `confirm`: sent to a new address, which counts once it is followed. `file`: shown behind
 * the first kind, and good for reading as often as one likes.
 */
export type MailedLinkKind = 'open' | 'confirm' | 'file'

export interface MailedLink {
  readonly kind: MailedLinkKind
  /** Whose it is, by the address under which they are known here. */
  readonly address: Address
  /** For `confirm`: the new one. */
  readonly nextAddress: Address | null
  readonly expiresAt: number
}

export interface NewMailedLink extends MailedLink {
  readonly id: Id
  /** Whose it has to be; null where the address alone decides. */
  readonly handle: Handle | null
}

/** The links that are mailed to people for an hour, each good for one use; a part of the ledger's face. */
export interface MailedLinkVerbs {
  /** An address at which this person can be reached and is still known; null where none is held. */
  contactOf(handle: Handle): Promise<Address | null>
  /** `unknown`: a stranger, of whom nothing is kept, or somebody else. `recent`: the one before ends within `pauseMillis` of this one. */
  addMailedLink(link: NewMailedLink, pauseMillis: number): Promise<'kept' | 'unknown' | 'recent'>
  /** Reads only. Null for one that is unknown, used or over, and where its address is not that person's any more. */
  mailedLink(id: Id, now: number): Promise<MailedLink | null>
  /**
   * What the link opens, once: from here on it is known as `renewed` and no more as `id`; as nothing where that is null.
   * Null as above.
   */
  spendMailedLink(id: Id, renewed: Id | null, now: number): Promise<MailedLink | null>
}
