import type { Id } from '../base/index.ts'
import type { PermittedEvent } from '../gate/index.ts'

/** The opens of the last seconds, for the rare moment in which the clicks of their mail show that a machine made them. */
export interface Opens {
  add(event: PermittedEvent, message: Id, at: number): void
  /** The opens of a message around a moment; each is given once. */
  take(message: Id, at: number, withinMillis: number): readonly PermittedEvent[]
  /** How many events lie in memory now. */
  readonly held: number
}

const keptMillis = 15_000
// Of one message, and of the few that share its place in the table.
const longestWalk = 128

/**
 * One ring for all messages, `size` opens long (a power of two), with a hashed chain through it: an open costs a few numbers
 * and no object of its own. An object a message with lists in it was a tenth of a hit, and kept the collector of garbage
 * busy on a second core (measured with perf under `npm run bench -- hits`). None is held longer than half a minute.
 */
export function newOpens(size = 8_192): Opens {
  const mask = size - 1
  const events = new Array<PermittedEvent | null>(size).fill(null)
  const times = new Float64Array(size)
  // Positions count on for ever, from 1: one that is `size` behind was written over, and 0 is none.
  const before = new Float64Array(size)
  const newest = new Float64Array(size)
  let next = 1
  let turned = 1
  let turning = false

  /** Ids that were made together begin alike; their ends are random. */
  const slotOf = (message: Id): number =>
    (message.charCodeAt(17) +
      message.charCodeAt(18) * 31 +
      message.charCodeAt(19) * 961 +
      message.charCodeAt(20) * 29_791) &
    mask

  function turn(): void {
    for (let position = Math.max(1, next - size); position < turned; position++) events[position & mask] = null
    turned = next
    turning = events.some((event) => event !== null)
    if (turning) setTimeout(turn, keptMillis).unref()
  }

  return {
    add(event, message, at) {
      const slot = slotOf(message)
      const index = next & mask
      events[index] = event
      times[index] = at
      before[index] = newest[slot]!
      newest[slot] = next++
      if (turning) return
      turning = true
      setTimeout(turn, keptMillis).unref()
    },
    take(message, at, withinMillis) {
      const found: PermittedEvent[] = []
      let position = newest[slotOf(message)]!
      for (let steps = 0; steps < longestWalk && position > 0 && position >= next - size; steps++) {
        const index = position & mask
        const event = events[index]
        if (event && event.wire[3] === message && Math.abs(times[index]! - at) <= withinMillis) {
          found.push(event)
          events[index] = null
        }
        position = before[index]!
      }
      return found
    },
    get held() {
      return events.reduce((sum, event) => sum + (event === null ? 0 : 1), 0)
    },
  }
}
