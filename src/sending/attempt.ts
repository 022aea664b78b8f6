import { type Clock, dayOf, isFault, type Log } from '../base/index.ts'
import { housePurpose, maySend, narrowerPlan, purposeOf, rightsPurpose, type TrackingPlan } from '../gate/index.ts'
import type { Claimed, Ledger, Outcome } from '../ledger/index.ts'
import type { PolicyBook } from '../policy/policy.ts'
import type { Delivery } from '../transport/index.ts'
import { retryAfter } from './backoff.ts'
import type { Lane, Lanes } from './lanes.ts'
import type { Letter, WriteLetter } from './letter.ts'
import type { Pace } from './pace.ts'

export interface AttemptNeeds {
  readonly ledger: Pick<Ledger, 'handOver'>
  readonly lanes: Pick<Lanes, 'take' | 'pausedUntil'>
  readonly pace: Pace
  readonly book: PolicyBook
  readonly write: WriteLetter
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1): spreads retries. */
  readonly random: () => number
  readonly leaseMillis: number
}

const hour = 3_600_000

/**
 * One claimed message, from the last look at what is known of its person to the outcome. Null when the lease was lost
 * before the hand-over: then another worker has it, and nothing was sent.
 */
export async function attempt(needs: AttemptNeeds, message: Claimed): Promise<Outcome | null> {
  const { ledger, lanes, pace, clock, log } = needs
  const base = { id: message.id, fence: message.fence }
  const overdue = message.acceptedAt + contentHours(needs, message) * hour
  if (clock.now() >= overdue) return { ...base, status: 'expired', reason: 'content_hours_over' }
  const refusal = refusalNow(needs.book, message)
  if (refusal) return { ...base, status: 'refused', reason: refusal }
  const paused = lanes.pausedUntil()
  if (paused !== null) return postponed(needs, message, paused, 'transport_paused')
  const slowed = pace.wait(message.id, message.to)
  if (slowed !== null) return postponed(needs, message, slowed, 'provider_slow')

  const plan = planNow(needs, message)
  let letter: Letter
  try {
    letter = await needs.write(message, plan)
  } catch (cause) {
    const code = isFault(cause) ? cause.code : 'compose_failed'
    log.warn('compose_failed', { message: message.id, code })
    return { ...base, status: 'failed', reason: code }
  }
  const lane = lanes.take()
  if (!lane) return postponed(needs, message, lanes.pausedUntil() ?? clock.now(), 'transport_paused')
  if (!(await ledger.handOver(message.id, message.fence, clock.now() + needs.leaseMillis))) {
    lane.giveBack()
    return null
  }
  let delivery: Delivery
  try {
    delivery = await lane.transport.deliver(letter.mail)
  } catch (cause) {
    lane.giveBack()
    // A fault says that nothing was sent; of anything else nobody knows, and the lease runs out.
    if (!isFault(cause)) throw cause
    log.error('deliver_failed', { message: message.id, code: cause.code })
    return { ...base, status: 'failed', reason: cause.code }
  }
  const kept = { subject: letter.mail.subject, links: letter.links, tracked: letter.tracked }
  if (delivery.outcome !== 'delivered') lane.giveBack()
  return judge(needs, lane, message, delivery, kept, overdue)
}

// A new address that does not exist says nothing about the one that is known.
const ofTheirOwn = ({ purpose }: Claimed): boolean => purpose !== rightsPurpose.name

type Kept = Pick<Outcome, 'subject' | 'links' | 'tracked'>

function judge(
  needs: AttemptNeeds,
  { breaker }: Lane,
  message: Claimed,
  delivery: Delivery,
  kept: Kept,
  overdue: number,
): Outcome {
  const base = { id: message.id, fence: message.fence }
  const { book, pace, lanes } = needs
  switch (delivery.outcome) {
    case 'delivered':
      breaker.succeeded()
      pace.delivered(message.to)
      return { ...base, ...kept, status: 'sent', reason: null }
    case 'never':
      breaker.succeeded()
      return { ...base, status: 'bounced', reason: delivery.code, suppress: ofTheirOwn(message) }
    case 'rejected':
      breaker.succeeded()
      return { ...base, status: 'failed', reason: delivery.code }
    case 'transport':
      breaker.failed(true)
      // Another way out may be open: then it goes there at once.
      return postponed(needs, message, lanes.pausedUntil() ?? needs.clock.now(), delivery.code)
    case 'later':
      if (delivery.slowDown === 'recipient') pace.slowDown(message.to)
      if (delivery.code.startsWith('smtp_') && delivery.slowDown !== 'transport') breaker.succeeded()
      else breaker.failed(false)
      return deferred(needs, message, delivery, overdue)
    case 'unknown': {
      breaker.failed(false)
      const resend = book.inForce.purposes.get(message.purpose)?.unknownOutcome === 'resend'
      const again = resend ? retryTime(needs, message) : overdue
      const next = again < overdue ? { nextAttemptAt: again } : {}
      return { ...base, ...kept, ...next, status: 'uncertain', reason: delivery.code }
    }
  }
}

/** 421 says nothing of this mail: it costs no attempt, and comes again at its provider's next free moment. */
function deferred(needs: AttemptNeeds, message: Claimed, delivery: Delivery & { outcome: 'later' }, overdue: number) {
  const { code, slowDown } = delivery
  if (!slowDown || !code.startsWith('smtp_421')) return retried(needs, message, code, overdue)
  const until = slowDown === 'recipient' ? needs.pace.wait(message.id, message.to) : needs.lanes.pausedUntil()
  return postponed(needs, message, until ?? needs.clock.now() + retryAfter(1, needs.random()), code)
}

/** Free of charge: the transport's fault is not the recipient's. */
function postponed(needs: AttemptNeeds, message: Claimed, until: number, reason: string): Outcome {
  const nextAttemptAt = until + Math.round(needs.random() * 2_000)
  return { id: message.id, fence: message.fence, status: 'queued', reason, nextAttemptAt, free: true }
}

const retryTime = ({ clock, random }: AttemptNeeds, { attempts }: Claimed): number =>
  clock.now() + retryAfter(attempts + 1, random())

function retried(needs: AttemptNeeds, message: Claimed, reason: string, overdue: number): Outcome {
  const nextAttemptAt = retryTime(needs, message)
  const base = { id: message.id, fence: message.fence, reason }
  return nextAttemptAt < overdue ? { ...base, status: 'queued', nextAttemptAt } : { ...base, status: 'expired' }
}

/** The policy of acceptance and the one in force must both allow it: the narrower wins. */
function refusalNow({ inForce, all }: PolicyBook, message: Claimed): string | null {
  const now = purposeOf(inForce, message.purpose)
  if (!now?.sends) return 'purpose_withdrawn'
  const before = all.get(message.policy)
  const then = before && purposeOf(before, message.purpose)
  return maySend(now, message.standing) ?? (then ? maySend(then, message.standing) : null)
}

/** Tracked only as far as both policies grant. Nobody asked for mail of the house, so nobody is tracked in it. */
function planNow({ book, clock }: AttemptNeeds, message: Claimed): TrackingPlan {
  const off = housePurpose(message.purpose) !== undefined || message.content?.test === true
  if (off) return { opens: false, clicks: false, reason: 'policy_off' }
  const occasion = { inCampaign: message.campaign !== null, today: dayOf(clock.now()) }
  return narrowerPlan(book.all.get(message.policy), book.inForce, message.standing, occasion)
}

function contentHours({ book }: AttemptNeeds, message: Claimed): number {
  const now = book.inForce.message.contentHours
  return Math.min(now, book.all.get(message.policy)?.message.contentHours ?? now)
}
