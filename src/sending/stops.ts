import { type Clock, dayOf, type Handle } from '../base/index.ts'
import type { Stops } from '../ledger/index.ts'
import type { PolicyBook } from '../policy/policy.ts'
import type { Queue } from '../queue/index.ts'

export interface StopNeeds {
  readonly board: Pick<Queue['board'], 'stop' | 'lift'>
  readonly book: PolicyBook
  readonly clock: Clock
}

export interface StopChange {
  readonly handle: Handle | null
  readonly stops: Stops
}

/**
 * Puts what the ledger decided onto the board that all trackers follow. Awaited before a decision is answered, so that
 * mail that is already sent stops reporting first (law 5).
 */
export async function postStops({ board, book, clock }: StopNeeds, changes: readonly StopChange[]): Promise<void> {
  const handlesOf = (stops: Stops) =>
    changes.flatMap(({ handle, stops: own }) => (handle && own === stops ? [handle] : []))
  const [stopped, lifted] = [handlesOf('stop'), handlesOf('lift')]
  // Tokens of any policy version may still be out there: the longest of their recording windows counts.
  const windows = [book.inForce, ...book.all.values()].flatMap(({ events, hygiene }) => [
    ...[events.open.recordingDays, events.click.recordingDays],
    hygiene?.retentionDays ?? 0,
  ])
  const until = dayOf(clock.now()) + Math.max(...windows)
  if (stopped.length > 0) await board.stop(stopped.map((handle) => ({ handle, until })))
  if (lifted.length > 0) await board.lift(lifted)
}
