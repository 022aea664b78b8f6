import type { Clock, Log } from '../base/index.ts'
import type { Ledger, Outcome } from '../ledger/index.ts'

export interface SettlerNeeds {
  readonly ledger: Pick<Ledger, 'settle'>
  readonly clock: Clock
  readonly log: Log
  /** Between two tries to write, times their number; default 100. */
  readonly retryMillis?: number
}

/** Group commit of outcomes: one transaction for all that end within a few milliseconds. */
export interface Settler {
  /** Resolves once the outcome is durable; rejects when the store refused it for good (its lease will then run out). */
  settle(outcome: Outcome): Promise<void>
}

interface Waiting {
  readonly outcome: Outcome
  readonly done: () => void
  readonly fail: (cause: unknown) => void
}

// The longer an outcome waits, the more messages a crash leaves uncertain.
const gatherMillis = 4
const tries = 5

export function newSettler({ ledger, clock, log, retryMillis = 100 }: SettlerNeeds): Settler {
  let waiting: Waiting[] = []
  let busy = false

  async function write(group: readonly Waiting[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await ledger.settle(
          group.map(({ outcome }) => outcome),
          clock.now(),
        )
        for (const { done } of group) done()
        return
      } catch (cause) {
        log.warn('settle_failed', { code: 'settle_failed', count: group.length, attempt })
        if (attempt < tries) await new Promise((resolve) => setTimeout(resolve, retryMillis * attempt))
        else if (group.length === 1) return group[0]!.fail(cause)
        // One outcome that the store cannot take must not hold back the others.
        else return void (await Promise.all(group.map((one) => write([one]))))
      }
    }
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await write(group)
    }
    busy = false
  }

  return {
    settle: (outcome) =>
      new Promise((done, fail) => {
        waiting.push({ outcome, done, fail })
        if (busy) return
        busy = true
        setTimeout(() => void flush(), gatherMillis)
      }),
  }
}
