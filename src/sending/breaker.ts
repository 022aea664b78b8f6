import type { Clock, Millis } from '../base/index.ts'

/**
 * Pauses a transport that fails for reasons of its own, so that no recipient pays for them.
 *
 *   closed --fault of the transport, or many connection faults in a row--> open for 5 s
 *   open --pause over--> closed on trial: the next fault doubles the pause (up to 5 min), a delivery resets it
 */
export interface Breaker {
  /** When mail may be tried again, in milliseconds since 1970; null while it may be now. */
  pausedUntil(): Millis | null
  /** `own`: the transport's fault beyond doubt (AUTH, MAIL, TLS); otherwise a connection that failed. */
  failed(own: boolean): void
  succeeded(): void
}

const first: Millis = 5_000
const longest: Millis = 300_000

export function newBreaker(clock: Clock, patience = 20): Breaker {
  let until = 0
  let pause = first
  let inARow = 0
  return {
    pausedUntil: () => (clock.now() < until ? until : null),
    failed: (own) => {
      inARow += own ? patience : 1
      // What was in flight when it opened fails as well, and is the same fault.
      if (inARow < patience || clock.now() < until) return
      until = clock.now() + pause
      pause = Math.min(pause * 2, longest)
      inARow = 0
    },
    succeeded: () => {
      pause = first
      inARow = 0
    },
  }
}
