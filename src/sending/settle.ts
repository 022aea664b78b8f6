import { type Clock, codeWithCause, isFault, type Log, storeTrouble } from '../base/index.ts'
import type { Ledger, Outcome } from '../ledger/index.ts'

export interface SettlerNeeds {
  readonly ledger: Pick<Ledger, 'settle'>
  readonly clock: Clock
  readonly log: Log
  /** Between two tries to write, times their number, a second at most; default 100. */
  readonly retryMillis?: number
}

/** Group commit of outcomes: one transaction for all that end within a few milliseconds. */
export interface Settler {
  /**
   * Resolves once the outcome is durable; rejects when the store refused it for good (its lease will then run out). While
   * the store is away, full or held by others it is tried for as long as this process lasts: the mail is out, and nobody
   * else knows.
   */
  settle(outcome: Outcome): Promise<void>
  /** From now on a store that is away is waited for no longer than for a few tries. */
  hurry(): void
}

interface Waiting {
  readonly outcome: Outcome
  readonly done: () => void
  readonly fail: (cause: unknown) => void
}

// The longer an outcome waits, the more messages a crash leaves uncertain.
const gatherMillis = 4
const tries = 5
const longestRest = 1000

export function newSettler({ ledger, clock, log, retryMillis = 100 }: SettlerNeeds): Settler {
  let waiting: Waiting[] = []
  let busy = false
  let hurried = false

  async function write(group: readonly Waiting[]): Promise<void> {
    let spent = 0
    for (let attempt = 1; ; attempt++) {
      try {
        await ledger.settle(
          group.map(({ outcome }) => outcome),
          clock.now(),
        )
        for (const { done } of group) done()
        return
      } catch (cause) {
        const code = isFault(cause) ? codeWithCause(cause) : 'defect'
        log.warn('settle_failed', { code, count: group.length, attempt })
        if (hurried || storeTrouble(cause) === null) spent++
        const rest = Math.min(longestRest, retryMillis * attempt)
        if (spent < tries) await new Promise((resolve) => setTimeout(resolve, rest))
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
    hurry: () => {
      hurried = true
    },
  }
}
