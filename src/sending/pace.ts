import { type Clock, domainOf, type Id, type Millis } from '../base/index.ts'

/**
 * How fast mail goes to one provider. Nobody is slowed before a provider asks for it (421, or a 4xx about rates); then its
 * rate halves with each such answer and creeps up with each delivery, and every message that waits has a moment of its own,
 * so that none is looked at over and over. In memory only: domains, no addresses; a restart begins without limits.
 */
export interface Pace {
  /** When the message may go, or null for now. */
  wait(id: Id, address: string): Millis | null
  /** The provider asked for less. */
  slowDown(address: string): void
  delivered(address: string): void
  /** How many providers are being spared. */
  readonly slowed: number
}

interface Slowed {
  perSecond: number
  /** The next free moment. */
  next: Millis
  pause: Millis
  since: Millis
  readonly moments: Map<Id, Millis>
}

const [slowest, firstRate, gain, forgotten] = [1 / 30, 2, 0.02, 20]
const [firstPause, longestPause] = [5_000, 300_000]
const horizon: Millis = 300_000
const [mostProviders, mostMoments] = [1_000, 5_000]

/** Domains that one provider takes mail for, and counts together. */
const families: Readonly<Record<string, readonly string[]>> = {
  google: ['gmail.com', 'googlemail.com'],
  microsoft: [
    'outlook.com',
    'hotmail.com',
    'live.com',
    'msn.com',
    'hotmail.co.uk',
    'hotmail.fr',
    'outlook.de',
    'live.fr',
  ],
  yahoo: ['yahoo.com', 'ymail.com', 'rocketmail.com', 'aol.com', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.de', 'yahoo.es'],
  apple: ['icloud.com', 'me.com', 'mac.com'],
  'united internet': ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch', 'web.de'],
}
const familyOf = new Map(Object.entries(families).flatMap(([name, domains]) => domains.map((each) => [each, name])))

export function newPace(clock: Clock): Pace {
  const all = new Map<string, Slowed>()
  const providerOf = (address: string): string => {
    const domain = domainOf(address)
    return familyOf.get(domain) ?? domain
  }

  return {
    wait: (id, address) => {
      const slowed = all.size > 0 ? all.get(providerOf(address)) : undefined
      return slowed ? moment(slowed, id, clock.now()) : null
    },
    slowDown: (address) => {
      const provider = providerOf(address)
      const now = clock.now()
      const known = all.get(provider)
      // What was in flight when it asked asks again, and means the same.
      if (known && now < known.since + 1_000) return
      const pause = known ? Math.min(known.pause * 2, longestPause) : firstPause
      const perSecond = known ? Math.max(known.perSecond / 2, slowest) : firstRate
      all.delete(provider)
      all.set(provider, { perSecond, pause, next: now + pause, since: now, moments: new Map() })
      if (all.size > mostProviders) all.delete(all.keys().next().value ?? provider)
    },
    delivered: (address) => {
      const provider = all.size > 0 ? providerOf(address) : ''
      const slowed = all.get(provider)
      if (!slowed) return
      slowed.perSecond += gain
      slowed.pause = Math.max(firstPause, slowed.pause - 1_000)
      if (slowed.perSecond >= forgotten) all.delete(provider)
    },
    get slowed() {
      return all.size
    },
  }
}

/** Null for now; otherwise the moment that is kept for this message, or the end of what can be foreseen. */
function moment(slowed: Slowed, id: Id, now: Millis): Millis | null {
  const { moments } = slowed
  const own = moments.get(id)
  if (own !== undefined && now < own) return own
  if (own === undefined && now < slowed.next) {
    if (slowed.next - now > horizon || moments.size >= mostMoments) return now + horizon
    const at = slowed.next
    moments.set(id, at)
    slowed.next += 1_000 / slowed.perSecond
    return at
  }
  moments.delete(id)
  if (own === undefined) slowed.next = now + 1_000 / slowed.perSecond
  return null
}
