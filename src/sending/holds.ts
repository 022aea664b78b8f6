import type { Clock, Id, Log } from '../base/index.ts'
import type { Claimed, Ledger } from '../ledger/index.ts'

/** The messages that this process has claimed. Their leases are extended while they are held, so that a slow server loses none. */
export interface Holds {
  add(message: Claimed): void
  drop(message: Claimed): void
  /** Gives messages back untouched. */
  release(messages: readonly Claimed[]): Promise<void>
  close(): void
}

export interface HoldsNeeds {
  readonly ledger: Pick<Ledger, 'extendLeases' | 'release'>
  readonly clock: Clock
  readonly log: Log
}

export function newHolds({ ledger, clock, log }: HoldsNeeds, leaseMillis: number): Holds {
  const held = new Map<Id, number>()
  let timer: ReturnType<typeof setInterval> | null = null

  const list = () => [...held].map(([id, fence]) => ({ id, fence }))
  const extend = (): void => {
    if (held.size === 0) close()
    else
      ledger
        .extendLeases(list(), clock.now() + leaseMillis)
        .catch(() => log.warn('lease_not_extended', { code: 'lease_not_extended', count: held.size }))
  }
  // Only while something is held: an idle process has no timer.
  const close = (): void => {
    if (timer) clearInterval(timer)
    timer = null
  }

  return {
    add: ({ id, fence }) => {
      held.set(id, fence)
      timer ??= setInterval(extend, leaseMillis / 4)
    },
    drop: ({ id, fence }) => {
      if (held.get(id) === fence) held.delete(id)
    },
    release: async (messages) => {
      for (const { id } of messages) held.delete(id)
      if (messages.length > 0) await ledger.release(messages.map(({ id, fence }) => ({ id, fence })))
    },
    close,
  }
}
