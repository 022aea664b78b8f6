import type { Day, Handle, Id } from '../../base/index.ts'
import { type KeyRing, mintSharedToken, mintToken, type TokenKind, type TrackingPlan } from '../../gate/index.ts'
import type { EventKind } from '../../policy/policy.ts'

/** The campaign as all its recipients see it: the policy that it was made under, and the day of that. */
export interface SharedIssue {
  readonly campaign: Id
  readonly policy: number
  readonly issued: Day
  /** Which kinds are only counted. */
  readonly kinds: ReadonlySet<EventKind>
}

/** How each kind is tracked in one mail: by a token of its own, by one that all recipients share, by a date, or not. */
export interface Tracks {
  readonly open: 'own' | 'shared' | 'date' | 'off'
  readonly click: 'own' | 'shared' | 'off'
}

export function tracksOf(plan: Omit<TrackingPlan, 'reason'>, shared: SharedIssue | null): Tracks {
  const how = (kind: EventKind) => (shared?.kinds.has(kind) ? 'shared' : 'own')
  return {
    open: plan.opens ? how('open') : plan.lastOpen ? 'date' : 'off',
    click: plan.clicks ? how('click') : 'off',
  }
}

/** The URLs of one message; the one for unsubscribing is the same in the header and in the body. */
export interface Addressing {
  open(): string
  click(ordinal: number, destination: string): string
  unsubscribe(): string
  rights(): string
}

export interface Issue {
  readonly message: Id
  readonly handle: Handle
  readonly policy: number
  readonly issued: Day
  readonly purpose: { readonly name: string }
  readonly publicUrl: string
  readonly ring: KeyRing
}

/**
 * Mints a token when its URL is asked for, and not before. The reader's own controls (`/u`, `/me`) are each reader's own
 * also where hits are only counted: they track nothing, and a shared one would stop somebody else's mail.
 */
export function addressing(issue: Issue, tracks: Tracks, shared: SharedIssue | null): Addressing {
  const { message, handle, policy, issued, purpose, publicUrl, ring } = issue
  const own = { policy, issued, message, handle }
  const url = (path: string, token: string): string => `${publicUrl}/${path}/${token}`
  const mint = (path: string, kind: TokenKind, link: number, target: string): string =>
    url(path, mintToken(ring, kind, { ...own, link, target }))
  const mintShared = (path: string, kind: EventKind, link: number, target: string): string => {
    const all = { policy: shared!.policy, issued: shared!.issued, message: shared!.campaign }
    return url(path, mintSharedToken(ring, kind, { ...all, link, target }))
  }
  let unsubscribe: string | null = null
  return {
    open: () => {
      if (tracks.open === 'shared') return mintShared('o', 'open', 0, '')
      if (tracks.open !== 'date') return mint('o', 'open', 0, '')
      return url('o', mintToken(ring, 'open', { ...own, link: 0, target: '', lastOpen: true }))
    },
    click: (ordinal, destination) =>
      (tracks.click === 'shared' ? mintShared : mint)('c', 'click', ordinal, destination),
    unsubscribe: () => {
      unsubscribe ??= mint('u', 'unsubscribe', 0, purpose.name)
      return unsubscribe
    },
    rights: () => mint('me', 'me', 0, ''),
  }
}
