import { type Clock, dayOf } from '../base/index.ts'
import { readmit, type Wire } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { PolicyBook } from '../policy/policy.ts'

export interface RecordParts {
  readonly ledger: Pick<Ledger, 'record'>
  readonly book: PolicyBook
  readonly clock: Clock
}

/**
 * One batch from the queue into the store. Events waited, so each is permitted again: the narrower of the policy it was
 * made under and the one in force wins. Returns how many rows are new and how many were refused, here or by the ledger.
 */
export const recordBatch =
  ({ ledger, book, clock }: RecordParts) =>
  async (wires: readonly Wire[]): Promise<{ readonly recorded: number; readonly refused: number }> => {
    const today = dayOf(clock.now())
    const verdicts = wires.map((wire) => readmit(wire, book.inForce, book.all, today))
    const permitted = verdicts.flatMap((verdict) => verdict.permitted ?? [])
    const dropped = wires.length - permitted.length
    if (permitted.length === 0) return { recorded: 0, refused: dropped }
    const { recorded, refused } = await ledger.record(permitted)
    return { recorded, refused: refused + dropped }
  }
