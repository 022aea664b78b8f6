import type { Context } from 'hono'
import type { Address, Clock, Log } from '../../../base/index.ts'
import type { Claims, KeyRing } from '../../../gate/index.ts'
import type { Ledger } from '../../../ledger/index.ts'
import type { PolicyBook } from '../../../policy/policy.ts'
import type { ConsentVerbs, RightsMail } from '../../../sending/index.ts'
import type { Rights } from '../../../upkeep/index.ts'

/** What the recipient's own page calls: the verbs that API and command line call, and the links that it lives by. */
export interface OwnParts {
  readonly ledger: Pick<Ledger, 'contactOf' | 'addMailedLink' | 'mailedLink' | 'spendMailedLink' | 'standings'>
  readonly rights: Rights
  readonly record: ConsentVerbs['record']
  readonly mail: Pick<RightsMail, 'ask' | 'confirm'>
}

export interface MeParts {
  readonly ring: KeyRing
  readonly book: PolicyBook
  readonly clock: Clock
  readonly log?: Log
  readonly unsubscribe: (claims: Claims) => Promise<void>
  readonly withdraw: (claims: Claims) => Promise<void>
  readonly own: OwnParts
  /** Who asks, as a word of this process that says nothing outside of it. */
  readonly visitor?: (c: Context) => string
}

/** Somebody who pressed the button behind a fresh link: who they are, and the link that their next press spends. */
export interface Session {
  readonly address: Address
  readonly token: string
  readonly expiresAt: number
}
