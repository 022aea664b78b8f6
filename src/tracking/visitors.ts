import { type Day, dayMillis, dayOf, type Id, keyedHash, randomBytes, wipe } from '../base/index.ts'
import type { Evidence, Novelty, Visitors } from '../gate/index.ts'
import type { EventKind } from '../policy/policy.ts'

export interface DayVisitors extends Visitors {
  /** How many hashes lie in memory now. */
  readonly held: number
  /** Destroys the salt, and forgets what was hashed with it. */
  forget(): void
}

// Enough that a chance collision is rarer than the estimate's other errors, and too short to be worth breaking.
const hashBytes = 9
/**
 * People and not hits, where one token serves everybody: today's visitors of each campaign and link, as hashes of address
 * and user agent under a salt that was never written anywhere. Salt and hashes are destroyed at the end of the day (UTC), so
 * that nobody is told apart for longer, and by nobody else. An estimate: people who share an address and a user agent are
 * one visitor, one person on two devices is two, and each tracker process has a memory of its own.
 *
 * At most `remembered` hashes are held. When there are more, nobody counts as new any more: too few rather than too many.
 */
export function newVisitors(remembered = 200_000): DayVisitors {
  let salt: Buffer | null = null
  let today: Day = 0
  let seen = new Set<string>()
  let night: NodeJS.Timeout | undefined

  function forget(): void {
    if (salt) wipe(salt)
    salt = null
    seen = new Set()
    clearTimeout(night)
  }

  function begin(at: number): Buffer {
    forget()
    today = dayOf(at)
    // A tracker that nobody visits any more forgets as well.
    night = setTimeout(forget, dayMillis - (at % dayMillis)).unref()
    return randomBytes(32)
  }

  function isNew(key: Buffer, who: string, where: string): boolean {
    const hash = keyedHash(key, `${where}\n${who}`, 16).toString('latin1', 0, hashBytes)
    if (seen.has(hash) || seen.size >= remembered) return false
    seen.add(hash)
    return true
  }

  return {
    novelty({ address, userAgent, at }: Evidence, campaign: Id, kind: EventKind, link: number): Novelty {
      // A hit that began before midnight and is read after it has no day to be compared with.
      if (salt && dayOf(at) < today) return 'known'
      if (salt === null || dayOf(at) > today) salt = begin(at)
      const who = `${address}\n${userAgent}`
      const newcomer = isNew(salt, who, `${campaign} ${kind}`)
      const here = link === 0 ? newcomer : isNew(salt, who, `${campaign} ${kind} ${link}`)
      return newcomer ? 'newcomer' : here ? 'new_to_link' : 'known'
    },
    forget,
    get held() {
      return seen.size
    },
  }
}
