import { type Address, type Id, idOf } from '../../base/index.ts'
import type { Evidence, Lifted } from '../ledger.ts'
import { type Consents, decidedAt } from './consent.ts'
import type { People } from './people.ts'
import type { Stopping } from './stops.ts'
import { type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'

/** An entry goes only together with the record of the request that lifts it, in one transaction. */
export function liftSuppression(
  store: Store,
  people: People,
  consents: Consents,
  suppressions: Suppressions,
  stopping: Stopping,
) {
  return (address: Address, purpose: string | null, evidence: Evidence): Promise<Lifted> =>
    writing(store, async () => {
      const hash = people.stopHash(address)
      const found = await people.find(address)
      const against = await (purpose === null ? suppressions.isKnown(hash) : suppressions.isStopped(hash, purpose))
      if (!against) return { state: 'unknown' }
      const lift = await suppressions.liftOf(hash, purpose)
      if (lift !== 'evidence') return { state: lift }
      const { purposes } = store.policies.inForce
      // Without a purpose it gives no consent that a purpose would have to be asked for: it ends a silence.
      const asked = [...purposes.values()].filter(
        ({ sends, consent, evidence: proof }) => sends && consent !== 'opt-in' && !proof,
      )
      const named = purpose === null ? asked.map(({ name }) => name) : [purpose]
      if (named.length === 0) return { state: 'purpose' }
      const decided = decidedAt(evidence.at, store.clock.now())
      for (const each of named) {
        const latest = found && (await consents.latest(found.handle, each))
        if (latest?.state === 'withdrawn' && latest.decided_at >= decided) return { state: 'older' }
      }
      const { handle } = found ?? (await people.make(address, hash))
      const before = await stopping.isStopped(handle)
      await suppressions.lift(hash, handle, purpose)
      await people.keepAddress(handle, address)
      const receipts: Id[] = []
      for (const each of named) {
        if (purposes.get(each)?.sends) await people.keepSource(handle, each)
        const { receipt } = await consents.keep(handle, { purpose: each, state: 'granted', ...evidence })
        receipts.push(receipt)
      }
      const after = await stopping.isStopped(handle)
      return {
        state: 'lifted',
        receipt: receipts[0]!,
        handle: idOf(handle),
        stops: after ? 'stop' : before ? 'lift' : null,
      }
    })
}
