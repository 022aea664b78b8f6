import { type Address, type Clock, type Handle, type Language, newFrequency } from '../../base/index.ts'

/** An address that was typed, or the person behind a mail's link, with what they typed where their address is not held. */
export interface Wish {
  readonly handle: Handle | null
  readonly typed: Address | null
  readonly language: Language
  /** Who asks, as a word that means nothing outside of the process that made it. */
  readonly visitor: string
}

/** What is still to be looked at, for a moment and in memory. */
export interface Wishes {
  /** False when one had to go for it: this one, or the last of whoever has most. Nothing in it depends on whom it is for. */
  add(wish: Wish): boolean
  next(): Wish | undefined
}

const mostInAMinute = 20
const minute = 60_000
const mostWaiting = 5_000

/**
 * A line each, and turns between them: whoever asks for many addresses waits behind everybody who asks for one. The wishes
 * behind a mail's own link stand apart and go first, under the person whom the link names: no stranger can hold these up.
 */
export function newWishes(clock: Clock): Wishes {
  const asked = newFrequency(clock, minute)
  const [linked, typed] = [newTurns(), newTurns()]
  return {
    add: (wish) => {
      const asker = wish.handle ? `link ${wish.handle}` : `visitor ${wish.visitor}`
      if (asked.of(asker) >= mostInAMinute) return false
      asked.add(asker)
      return (wish.handle ? linked : typed).add(asker, wish)
    },
    next: () => linked.next() ?? typed.next(),
  }
}

function newTurns() {
  // In the order of their turns: who had theirs goes to the end.
  const lines = new Map<string, Wish[]>()
  let waiting = 0

  /** Takes the last wish of the longest line, unless all are as short as the newcomer's would be. */
  function makeRoom(newcomer: number): boolean {
    let longest: Wish[] = []
    for (const line of lines.values()) if (line.length > longest.length) longest = line
    if (longest.length <= newcomer) return false
    longest.pop()
    waiting -= 1
    return true
  }

  return {
    add: (asker: string, wish: Wish): boolean => {
      const line = lines.get(asker) ?? []
      const isFull = waiting >= mostWaiting
      if (isFull && !makeRoom(line.length + 1)) return false
      line.push(wish)
      lines.set(asker, line)
      waiting += 1
      return !isFull
    },
    next: (): Wish | undefined => {
      const [asker, line] = lines.entries().next().value ?? []
      if (asker === undefined || line === undefined) return undefined
      lines.delete(asker)
      if (line.length > 1) lines.set(asker, line)
      waiting -= 1
      return line.shift()
    },
  }
}
