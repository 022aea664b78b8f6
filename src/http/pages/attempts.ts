import { type Clock, newFrequency } from '../../base/index.ts'

/** How often somebody may be wrong within an hour, about one thing and altogether. */
export interface Attempts {
  /** Whether another guess may be made. */
  open(thing: string, visitor: string): boolean
  missed(thing: string, visitor: string): void
}

const mostAboutAThing = 60
const mostOfAVisitor = 20
const hour = 3_600_000

/** Counts wrong guesses, and keeps neither what was guessed about nor who guessed. */
export function newAttempts(clock: Clock): Attempts {
  const wrong = newFrequency(clock, hour)
  return {
    open: (thing, visitor) =>
      wrong.of(`thing ${thing}`) < mostAboutAThing && wrong.of(`visitor ${visitor}`) < mostOfAVisitor,
    missed: (thing, visitor) => {
      wrong.add(`thing ${thing}`)
      wrong.add(`visitor ${visitor}`)
    },
  }
}
