import { type Id, keyedHash, randomBytes } from '../base/index.ts'

/** When mails were handed over, for the minutes in which that tells a scanner from a reader. Known in this process only. */
export interface Deliveries {
  note(message: Id, at: number): void
  /** Milliseconds since the hand-over; null when it was elsewhere, or longer ago. */
  since(message: Id, at: number): number | null
}

const keptMillis = 60_000

/**
 * Messages as hashes under a key that lives in this process only; two generations, so that what is older than one or two
 * minutes, or beyond the `remembered`, is gone at once and without a timer for each.
 */
export function newDeliveries(remembered = 50_000): Deliveries {
  const key = randomBytes(32)
  let young = new Map<string, number>()
  let old = new Map<string, number>()
  let night: NodeJS.Timeout | null = null
  const name = (message: Id): string => keyedHash(key, message, 16).toString('latin1', 0, 9)

  function turn(): void {
    old = young
    young = new Map()
    if (night !== null) clearTimeout(night)
    night = old.size === 0 ? null : setTimeout(turn, keptMillis).unref()
  }

  return {
    note(message, at) {
      if (young.size >= remembered) turn()
      night ??= setTimeout(turn, keptMillis).unref()
      young.set(name(message), at)
    },
    since(message, at) {
      if (young.size + old.size === 0) return null
      const hash = name(message)
      const handed = young.get(hash) ?? old.get(hash)
      return handed === undefined || at < handed ? null : at - handed
    },
  }
}
