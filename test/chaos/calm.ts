import { setTimeout as sleep } from 'node:timers/promises'
import { countersIn, waitingIn } from './house/counters.ts'
import type { House } from './house/house.ts'
import type { Counters } from './house/role.ts'
import type { Readers } from './load/readers.ts'

/**
 * Work resumes within 30 seconds after a fault; a machine that others use too gets three times that. What waits may take
 * longer, as long as it gets less.
 */
const boundMillis = 90_000

/**
 * Waits until nobody waits for an answer, every process serves, no hit is in memory and none in the queue; then every
 * tracker's counters are final for what happened so far. Says what was not as it should be by the end of the bound.
 */
export async function calm(house: House, readers: Readers, trouble: (what: string) => void): Promise<number> {
  const began = Date.now()
  let moved = began
  let fewest = Number.POSITIVE_INFINITY
  const over = () => Date.now() > moved + boundMillis
  readers.pace(0)
  let lacking: string | null = 'nothing was asked yet'
  while (lacking !== null && !over()) {
    supervise(house, trouble)
    const waiting = await batchesOf(house)
    if (waiting !== null && waiting < fewest) {
      fewest = waiting
      moved = Date.now()
    }
    lacking = readers.inHand > 0 ? `${readers.inHand} readers without an answer` : await lackOf(house)
    if (lacking !== null) await sleep(150)
  }
  if (lacking !== null) trouble(`not as before after ${boundMillis / 1000} s: ${lacking}`)
  return Date.now() - began
}

/** Waits until nothing is left of something; less only once it gets no less within the bound. What is left then. */
export async function ebbed(left: () => number | Promise<number>): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY
  for (let moved = Date.now(); Date.now() < moved + boundMillis; await sleep(200)) {
    const now = await left()
    if (now <= 0) return 0
    if (now < fewest) moved = Date.now()
    fewest = Math.min(fewest, now)
  }
  return fewest
}

/** What nobody ended and is gone all the same is a defect; it is started again as a supervisor would. */
export function supervise(house: House, trouble: (what: string) => void): void {
  for (const role of house.roles) {
    if (role.alive || role.life.over !== null) continue
    trouble(`${role.name} ended by itself: ${role.said.slice(-200).trim()}`)
    role.start()
  }
}

async function batchesOf(house: House): Promise<number | null> {
  const [tracker] = house.all('tracker')
  const text = await tracker?.metrics()
  return text ? waitingIn(text, 'record') : null
}

async function lackOf(house: House): Promise<string | null> {
  const ready = await Promise.all(house.roles.map((role) => role.ready()))
  const late = house.roles.filter((_, index) => !ready[index]).map(({ name }) => name)
  if (late.length > 0) return `${late.join(', ')} not ready`
  for (const tracker of house.all('tracker')) {
    const text = await tracker.metrics()
    const counters = text === null ? null : countersIn(text)
    const waiting = text === null ? null : waitingIn(text, 'record')
    if (!counters || waiting === null) return `${tracker.name} does not say what it counted`
    tracker.life.counters = counters
    if (counters.pending > 0) return `${counters.pending} hits in the memory of ${tracker.name}`
    if (waiting > 0) return `${waiting} batches wait in the queue`
  }
  return null
}

export interface Sums {
  readonly late: number
  readonly lost: number
  readonly refused: number
  /** The part of `lost` that trackers gave up at the end of a drain. */
  readonly gaveUp: number
}

/** Of all lives so far, those that are over included. */
export function sumsOf(house: House): Sums {
  const sum = (name: keyof Counters): number =>
    house.lives.reduce((all, { counters }) => all + (counters?.[name] ?? 0), 0)
  const gaveUp = givenUp(house)
  return { late: sum('late'), lost: sum('lost') + gaveUp, refused: sum('refused'), gaveUp }
}

/** What trackers gave up at the end of their drain: their counters are gone, and their logs say how many. */
const givenUp = (house: House): number =>
  house
    .all('tracker')
    .flatMap((role) => role.log())
    .reduce((all, { event, count = 0 }) => (event === 'events_lost' ? all + count : all), 0)

/** Law 6 by the tracker's own words: what was answered is recorded, lost, refused or in memory. */
export function unbalanced(house: House): readonly string[] {
  return house.all('tracker').flatMap(({ name, life: { counters } }) => {
    if (!counters) return []
    const { answered, recorded, lost, refused, pending } = counters
    const sum = recorded + lost + refused + pending
    return answered === sum ? [] : [`${name} counts ${answered} answered and ${sum} by what became of them`]
  })
}
