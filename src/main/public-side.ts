import { closeTracker, expectProxyHeader, newTrackerServer, type PageParts } from '../http/index.ts'
import type { Collector } from '../tracking/index.ts'
import type { House } from './house.ts'
import { listen } from './listen.ts'
import { noticeNow } from './notice.ts'
import type { PolicyChange } from './policy-change.ts'
import type { Sending } from './sending.ts'

/** What the public pages call, whether this process serves them itself or for a tracker without a store. */
export const pagesOf = (house: House, sending: Sending, change: PolicyChange): PageParts => {
  const { book, config, ledger, log, rights, overseer } = house
  return {
    ring: overseer.operatorKeys.ring,
    book,
    log,
    clock: config.clock,
    notice: () => noticeNow(book, change),
    unsubscribe: sending.consents.unsubscribe,
    withdraw: sending.consents.withdraw,
    confirm: sending.confirmations.confirm,
    revoked: ledger.certificateRevoked,
    own: { ledger, rights, record: sending.consents.record, mail: sending.rightsMail },
  }
}

/** The public side of a process that has the store: hits and every page. */
export async function openPublic(
  house: House,
  sending: Sending,
  change: PolicyChange,
  collector: Collector,
): Promise<void> {
  const { config, trust, releases } = house
  const server = newTrackerServer({ ...pagesOf(house, sending, change), trust, collector })
  if (config.proxyProtocol) expectProxyHeader(server, trust)
  await listen(server, config.tracker, 'LETHE_TRACKER')
  // Last in, first out: no more requests first, then the mail that was asked for before.
  releases.add(sending.rightsMail.drain)
  releases.add(() => closeTracker(server, collector))
}
