import { type Clock, keyedHash, randomBytes } from '../../base/index.ts'

/** How often somebody may be wrong within an hour, about one thing and altogether. */
export interface Attempts {
  /** Whether another guess may be made. */
  open(thing: string, visitor: string): boolean
  missed(thing: string, visitor: string): void
}

const slots = 1 << 16
const mostAboutAThing = 60
const mostOfAVisitor = 20
const hour = 3_600_000

/**
 * Counts wrong guesses in a table of fixed size that is emptied every hour. Neither what was guessed about nor who guessed
 * is in it: only which of its cells they fall into, by a key that lives in this memory. Two who share a cell share its count,
 * which is rare and at worst means to wait.
 */
export function newAttempts(clock: Clock): Attempts {
  const key = randomBytes(32)
  const counts = new Uint16Array(slots)
  let since = clock.now()

  const cell = (kind: string, who: string): number => keyedHash(key, `${kind} ${who}`, 16).readUInt16BE(0)
  const now = (): Uint16Array => {
    if (Math.abs(clock.now() - since) >= hour) {
      counts.fill(0)
      since = clock.now()
    }
    return counts
  }
  const add = (at: number): void => {
    // A full cell stays full.
    now()[at] = Math.min(now()[at]! + 1, 0xffff)
  }

  return {
    open: (thing, visitor) =>
      now()[cell('thing', thing)]! < mostAboutAThing && now()[cell('visitor', visitor)]! < mostOfAVisitor,
    missed: (thing, visitor) => {
      add(cell('thing', thing))
      add(cell('visitor', visitor))
    },
  }
}
