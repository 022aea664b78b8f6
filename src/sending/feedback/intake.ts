import type { Id } from '../../base/index.ts'
import { housePurpose, type KeyRing, openReturn, type ReturnVerdict, returnsIn } from '../../gate/index.ts'
import type { FeedbackTaken, Ledger, Feedback as Report } from '../../ledger/index.ts'
import type { Policy, PolicyBook } from '../../policy/policy.ts'
import { type FeedbackCounters, type Heard, newFeedbackCounters } from './counters.ts'
import { type GuardNeeds, guardCampaign } from './guard.ts'
import { judge } from './judge.ts'
import type { Notification } from './notifications/notification.ts'
import { readReturned } from './returned.ts'
import { type Bounce, reasonOf, type Verdict } from './verdict.ts'

export interface FeedbackNeeds extends GuardNeeds {
  readonly ledger: GuardNeeds['ledger'] & Pick<Ledger, 'takeFeedback' | 'message'>
  readonly ring: KeyRing
  readonly book: PolicyBook
}

/** Everything that comes back, by whatever door. What came is dropped when its promise resolves. */
export interface FeedbackIntake {
  /** Whether mail to this local part of the return-path domain is ours to read. Counts what is not. */
  admits(local: string): boolean
  /** A mail, with the local part that it was addressed to where that is known. `early`: hand it in again in a moment. */
  takeMail(raw: Buffer, local: string | null): Promise<'done' | 'early'>
  /** The same of a provider's notice whose signature was verified. */
  takeNotification(notification: Notification): Promise<'done' | 'early'>
  count(what: Heard): void
  readonly counters: Readonly<FeedbackCounters>
}

/** RFC 5321 section 4.5.1 wants a postmaster, RFC 9477 the address that CFBL-Address names. */
export const complaintsLocal = 'complaints'
const people: ReadonlySet<string> = new Set([complaintsLocal, 'postmaster', 'abuse'])

/** So many mails of one person refused with 5.2.1 (mailbox disabled) are no passing trouble any more. */
const disabledOften = 3

export function newFeedbackIntake(needs: FeedbackNeeds): FeedbackIntake {
  const { ledger, ring, book, clock, log } = needs
  const counters = newFeedbackCounters()
  const count = (what: Heard): void => void counters[what]++

  async function take(verdict: Verdict, token: ReturnVerdict): Promise<'done' | 'early'> {
    if (verdict.kind !== 'bounce' && verdict.kind !== 'complaint') return done(verdict.kind)
    if (verdict.kind === 'bounce' && !verdict.final) return done('delayed')
    if (token.state === 'forged') return done('forged')
    if (token.state === 'none') return done(verdict.kind === 'bounce' ? 'unresolved' : 'complaint_unresolved')
    const report = verdict.kind === 'bounce' ? bounceOf(verdict) : await complaintOf(token.message)
    const taken = report ? await ledger.takeFeedback(token.message, report, clock.now()) : null
    if (taken?.state === 'early') count('early')
    if (!taken || taken.state === 'early') return taken ? 'early' : done('unknown')
    count(taken.state === 'taken' ? heardOf(verdict) : taken.state)
    if (taken.state === 'taken') await follow(verdict, taken, token.message)
    return 'done'
  }

  function done(what: Heard): 'done' {
    count(what)
    return 'done'
  }

  async function follow(verdict: Verdict, { campaign }: FeedbackTaken, message: Id): Promise<void> {
    log.info('feedback', { code: heardOf(verdict), message })
    if (verdict.kind === 'complaint' && campaign !== null) await guardCampaign(needs, campaign)
  }

  async function complaintOf(id: Id): Promise<Report | null> {
    const message = await ledger.message(id)
    return message && { kind: 'complaint', purposes: stoppedBy(book.inForce, message.purpose) }
  }

  return {
    admits: (local) => {
      if (people.has(local.toLowerCase())) return true
      const { state } = openReturn(ring, local)
      if (state !== 'genuine') count(state === 'forged' ? 'forged' : 'address_unknown')
      return state === 'genuine'
    },
    takeMail: async (raw, local) => {
      const mail = await readReturned(raw)
      if (mail === null) return done('unreadable')
      const addressed = local === null ? null : openReturn(ring, local)
      return take(judge(mail), addressed?.state === 'genuine' ? addressed : returnsIn(ring, mail.traces))
    },
    takeNotification: ({ verdict, traces }) => take(verdict, returnsIn(ring, traces)),
    count,
    counters,
  }
}

const heardOf = (verdict: Verdict): Heard => (verdict.kind === 'bounce' ? verdict.class : verdict.kind)

const bounceOf = (bounce: Bounce): Report => ({
  kind: 'bounce',
  hard: bounce.class === 'hard',
  reason: reasonOf(bounce),
  enough: bounce.status === '5.2.1' ? disabledOften : null,
})

/**
 * What a complaint stops: whatever somebody may subscribe to or opt out of, and the purpose of the mail that was reported.
 * Mail of the house (a link to one's own data) stays: it is only sent when asked for.
 */
export function stoppedBy({ purposes }: Policy, own: string): readonly string[] {
  const optional = [...purposes.values()].filter(
    ({ sends, subscribed, consent }) => sends && (subscribed || consent !== 'none'),
  )
  const names = optional.map(({ name }) => name)
  return housePurpose(own) || names.includes(own) ? names : [...names, own]
}
