import { dayOf } from '../base/index.ts'
import type { Policy } from '../policy/index.ts'
import type { Upkeep } from '../upkeep/index.ts'
import type { House } from './house.ts'
import { ageLog } from './log-file.ts'
import type { PolicyChange } from './policy-change.ts'
import type { Sending } from './sending.ts'

const hour = 3_600_000
const finishedJobs = 10 * 60_000

/** Purposes whose messages are sent again when nobody can know whether they arrived. */
export const resentPurposes = ({ purposes }: Policy): ReadonlySet<string> =>
  new Set([...purposes.values()].filter(({ unknownOutcome }) => unknownOutcome === 'resend').map(({ name }) => name))

/** The verbs that upkeep's table calls, over the opened house. */
export function newUpkeep(
  { ledger, queue, book, config, overseer, rights }: House,
  { feed }: Sending,
  change: PolicyChange,
): Upkeep {
  const now = () => config.clock.now()
  return {
    feed: () => feed.run(),
    recoverLeases: async () => {
      await ledger.recoverLeases(now(), resentPurposes(book.inForce))
      feed.nudge()
    },
    finishCampaigns: () => ledger.finishCampaigns(now()),
    expireOverdue: () => ledger.expireOverdue(now() - book.inForce.message.contentHours * hour, now()),
    purge: () => overseer.purge(false),
    finishErasures: () => rights.finishErasures(),
    renewKeys: () => overseer.operatorKeys.renew(),
    changePolicy: () => change.advance(),
    retighten: () => change.retighten(),
    cleanQueue: () => queue.clean(finishedJobs),
    expireStops: () => queue.board.expire(dayOf(now())),
    ageLog: async () => {
      const kept = now() - book.inForce.logDays * 24 * hour
      // Under a shifted clock the log would lose lines that are young in truth.
      return config.log && config.clock.shift === 0 ? ageLog(config.log, kept) : 0
    },
  }
}
