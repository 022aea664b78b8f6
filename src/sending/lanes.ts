import { type Clock, type Day, dayMillis, dayOf, type Millis } from '../base/index.ts'
import type { Transport } from '../transport/index.ts'
import { type Breaker, newBreaker } from './breaker.ts'

/** How many mails a new sending address may send a day: the last number holds from then on until it is taken out. */
export interface WarmUp {
  readonly from: Day
  readonly perDay: readonly number[]
}

/** One way out, as the settings name it. */
export interface LaneFacts {
  readonly transport: Pick<Transport, 'deliver' | 'concurrency'>
  /** Its share of the mail among those that are open. */
  readonly weight: number
  readonly warmUp: WarmUp | null
}

export interface Lane extends LaneFacts {
  readonly breaker: Breaker
  /** What was taken but not delivered does not count for the day. */
  giveBack(): void
}

/** The ways out. One that fails, or has had its day's mail, rests; the others carry its share. */
export interface Lanes {
  /** How many mails may be in flight over all of them. */
  readonly concurrency: number
  /** The next lane by weight, or null while none is open. */
  take(): Lane | null
  /** When one opens again; null while one is open. */
  pausedUntil(): Millis | null
}

/** `sentToday` is what left before this process started, by whichever lane: a restart never adds to a warm-up day. */
export function newLanes(facts: readonly LaneFacts[], clock: Clock, sentToday = 0): Lanes {
  const lanes = facts.map((each) => newLane(each, clock, sentToday))
  const total = facts.reduce((sum, { transport }) => sum + transport.concurrency, 0)
  return {
    concurrency: total,
    // Smooth weighted round-robin: each open lane gains its weight, the one furthest ahead goes and pays for all.
    take: () => {
      const open = lanes.filter((lane) => lane.closedUntil() === null)
      const sum = open.reduce((all, { weight }) => all + weight, 0)
      for (const lane of open) lane.credit += lane.weight
      const next = open.reduce<(typeof open)[number] | null>(
        (best, lane) => (best === null || lane.credit > best.credit ? lane : best),
        null,
      )
      if (next) {
        next.credit -= sum
        next.taken += 1
      }
      return next
    },
    pausedUntil: () => {
      const until = lanes.map((lane) => lane.closedUntil())
      return until.some((each) => each === null) ? null : Math.min(...until.map((each) => each ?? 0))
    },
  }
}

function newLane(facts: LaneFacts, clock: Clock, sentToday: number) {
  const breaker = newBreaker(clock)
  let day = dayOf(clock.now())
  const lane = {
    ...facts,
    breaker,
    credit: 0,
    taken: sentToday,
    giveBack: () => {
      lane.taken -= 1
    },
    closedUntil: (): Millis | null => {
      const today = dayOf(clock.now())
      if (today !== day) lane.taken = 0
      day = today
      const paused = breaker.pausedUntil()
      const { warmUp } = facts
      if (warmUp === null || lane.taken < allowance(warmUp, today)) return paused
      return Math.max(paused ?? 0, (today + 1) * dayMillis)
    },
  }
  return lane
}

function allowance({ from, perDay }: WarmUp, today: Day): number {
  if (today < from) return 0
  return perDay[Math.min(today - from, perDay.length - 1)] ?? Number.POSITIVE_INFINITY
}
