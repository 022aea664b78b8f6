import type { Clock, Id, Log } from '../../base/index.ts'
import type { Ledger } from '../../ledger/index.ts'

export interface GuardNeeds {
  readonly ledger: Pick<Ledger, 'campaign' | 'counts' | 'moveCampaign' | 'note'>
  readonly clock: Clock
  readonly log: Log
}

/** Mailbox providers ask for less than one complaint in a thousand mails, and refuse mail from three in a thousand on. */
const pauseAt = 0.001
const neverReach = 0.003
/** Below this many mails a single complaint would be a rate of its own. */
const fewest = 1_000

/**
 * A running campaign pauses at 0.1 % complaints, each further one pauses it again if somebody resumed it, and it is
 * cancelled where the next complaint would make it 0.3 %. Resolves to what was done.
 */
export async function guardCampaign(
  { ledger, clock, log }: GuardNeeds,
  id: Id,
): Promise<'paused' | 'cancelled' | null> {
  const campaign = await ledger.campaign(id)
  if (campaign?.status !== 'running' && campaign?.status !== 'paused') return null
  const { sent, bounced, complaints } = await ledger.counts(id)
  const delivered = sent + bounced
  if (delivered < fewest || complaints / delivered < pauseAt) return null
  const to = (complaints + 1) / delivered >= neverReach ? 'cancelled' : 'paused'
  if (!(await ledger.moveCampaign(id, to, clock.now()))) return null
  log.warn('campaign_stopped_itself', { campaign: id, code: `complaints_${to}`, count: complaints })
  await ledger.note({ actor: 'lethe', action: `campaign_${to}`, object: id })
  return to
}
