import type { Id } from '../base/index.ts'
import type { Claimed, Ledger } from '../ledger/index.ts'
import { type AttemptNeeds, attempt } from './attempt.ts'
import { newHolds } from './holds.ts'
import type { Lanes } from './lanes.ts'
import { newSettler } from './settle.ts'
import { newSlots } from './slots.ts'

export interface DeliverNeeds extends Omit<AttemptNeeds, 'ledger' | 'lanes' | 'leaseMillis'> {
  readonly ledger: Pick<Ledger, 'claim' | 'handOver' | 'extendLeases' | 'release' | 'settle'>
  readonly lanes: Lanes
}

export interface Deliverer {
  /** Delivers what of a window is due and nobody else's; resolves when each outcome is durable. */
  deliver(window: readonly Id[]): Promise<void>
  /** Stops claiming, gives back what was not handed over, and waits for what is in flight. */
  stop(): Promise<void>
}

const leaseMillis = 20_000
// How long a claimed message may wait for its slot before its person is looked up again.
const freshMillis = 100

/**
 * Windows share the lanes' slots: as many messages are in flight as they can carry, whichever window they are from. A
 * window claims at most as many as go out at once, so that a crash, a pause or a drain finds few of them leased; and what
 * waited longer than a moment is claimed again, so that what is known of its person is never older.
 */
export function newDeliverer(needs: DeliverNeeds): Deliverer {
  const { ledger, lanes, clock, log } = needs
  const settler = newSettler(needs)
  const holds = newHolds(needs, leaseMillis)
  const slots = newSlots(lanes.concurrency)
  const running = new Set<Promise<void>>()
  const trying: AttemptNeeds = { ...needs, leaseMillis }
  let stopping = false

  /** Resolves when the message has left its slot; what remains is to write its outcome. */
  async function send(message: Claimed, settled: (outcome: Promise<void>) => void): Promise<void> {
    try {
      const outcome = await attempt(trying, message)
      if (outcome) settled(settler.settle(outcome).finally(() => holds.drop(message)))
      else holds.drop(message)
    } catch {
      // A defect, or a store that is away: the lease runs out, and recovery decides by whether it was handed over.
      log.error('attempt_failed', { code: 'attempt_failed', message: message.id })
      holds.drop(message)
    } finally {
      slots.give()
    }
  }

  async function work(window: readonly Id[]): Promise<void> {
    const settling: Promise<void>[] = []
    const flights: Promise<void>[] = []
    let ready: Claimed[] = []
    const chunks: (readonly Id[])[] = []
    for (let at = 0; at < window.length; at += lanes.concurrency) {
      chunks.push(window.slice(at, at + lanes.concurrency))
    }
    let failure: unknown = null
    let claimedAt = 0
    const claimNext = async (): Promise<readonly Claimed[]> => {
      const ids = stopping || lanes.pausedUntil() !== null ? undefined : chunks.shift()
      const now = clock.now()
      try {
        const claimed = ids ? await ledger.claim(ids, now, now + leaseMillis) : []
        for (const message of claimed) holds.add(message)
        claimedAt = now
        return claimed
      } catch (cause) {
        // What is in flight goes on; the rest of the window falls due again by itself.
        failure = cause
        chunks.length = 0
        return []
      }
    }
    /** Where the server is slow, who objected or withdrew meanwhile must not be written to as if they had not. */
    const claimAgain = async (): Promise<readonly Claimed[]> => {
      chunks.unshift(ready.map(({ id }) => id))
      try {
        await holds.release(ready)
      } catch (cause) {
        failure = cause
        chunks.length = 0
      }
      return claimNext()
    }
    for (;;) {
      if (ready.length === 0) ready = [...(await claimNext())]
      if (ready.length === 0 && (stopping || chunks.length === 0 || lanes.pausedUntil() !== null)) break
      if (ready.length === 0) continue
      await slots.take()
      if (stopping) {
        slots.give()
        break
      }
      if (clock.now() - claimedAt > freshMillis) ready = [...(await claimAgain())]
      const next = ready.shift()
      if (next) flights.push(send(next, (outcome) => settling.push(outcome)))
      else slots.give()
    }
    await holds.release(ready)
    await Promise.all(flights)
    const lost = (await Promise.allSettled(settling)).filter(({ status }) => status === 'rejected').length
    if (lost > 0) log.error('outcome_lost', { code: 'outcome_lost', count: lost })
    if (failure !== null) throw failure
  }

  return {
    deliver: async (window) => {
      if (stopping) return
      const task = work(window)
      running.add(task)
      await task.finally(() => running.delete(task))
    },
    stop: async () => {
      stopping = true
      settler.hurry()
      await Promise.allSettled(running)
      holds.close()
    },
  }
}
