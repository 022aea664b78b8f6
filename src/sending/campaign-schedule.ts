import { type Clock, Fault, type Id } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { PolicyBook } from '../policy/policy.ts'
import { openCampaign } from './campaign.ts'

export interface ScheduleNeeds {
  readonly ledger: Pick<Ledger, 'campaign' | 'scheduleCampaign'>
  readonly book: PolicyBook
  readonly clock: Clock
}

export interface Scheduled {
  readonly id: Id
  /** Milliseconds since 1970; null where it waits to be told. */
  readonly startAt: number | null
}

// With its offset: an hour without one means another moment on another machine.
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/
const hour = 3_600_000

/**
 * Lets a draft begin by itself; null takes that back. It lies in the store, so a restart forgets nothing. Throws
 * `start_invalid`, `campaign_unknown`, `campaign_over`, `campaign_state`.
 */
export async function scheduleCampaign(needs: ScheduleNeeds, id: Id, at: string | null): Promise<Scheduled> {
  const { ledger, book, clock } = needs
  const startAt = at === null ? null : momentOf(at, clock.now(), book.inForce.message.contentHours)
  const { status } = await openCampaign(ledger, id)
  if (await ledger.scheduleCampaign(id, startAt)) return { id, startAt }
  throw new Fault(
    'campaign_state',
    `A campaign that is ${status} cannot be given another hour to begin.`,
    'Pause or cancel it, or schedule it while it is a draft.',
  )
}

function momentOf(text: string, now: number, contentHours: number): number {
  const at = instant.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at) || at < now) {
    throw new Fault(
      'start_invalid',
      'The hour to begin is no instant with its offset, or it has passed.',
      'Write it as 2026-12-01T09:00:00+01:00, or start the campaign now.',
    )
  }
  if (at <= now + contentHours * hour) return at
  throw new Fault(
    'start_invalid',
    `The hour to begin is more than ${contentHours} hours away, and the policy keeps content of mail no longer.`,
    'Upload the recipients nearer to it, and schedule it then.',
  )
}
