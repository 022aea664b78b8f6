import type { Clock } from './clock.ts'
import { keyedHash, randomBytes } from './seal.ts'

/** How often something was done within the running period. */
export interface Frequency {
  of(who: string): number
  add(who: string): void
}

const slots = 1 << 16

/**
 * Counts in a table of fixed size that is emptied every `millis`. Who did something is not in it: only which of its cells
 * they fall into, by a key that lives in this memory. Two who share a cell share its count, which is rare and at worst
 * means to wait.
 */
export function newFrequency(clock: Clock, millis: number): Frequency {
  const key = randomBytes(32)
  const counts = new Uint16Array(slots)
  let since = clock.now()

  const cell = (who: string): number => keyedHash(key, who, 16).readUInt16BE(0)
  const now = (): Uint16Array => {
    if (Math.abs(clock.now() - since) >= millis) {
      counts.fill(0)
      since = clock.now()
    }
    return counts
  }
  return {
    of: (who) => now()[cell(who)]!,
    add: (who) => {
      const at = cell(who)
      // A full cell stays full.
      now()[at] = Math.min(now()[at]! + 1, 0xffff)
    },
  }
}
