import { places } from '../keys/place.ts'
import type { Store } from './store.ts'
import type { Suppressions } from './suppress.ts'

/**
 * The proof of a withdrawal ends like any other, and what was withdrawn must not come back with that: where silence would
 * mean yes, the withdrawal becomes an entry of the suppression list before its record goes.
 */
export function lapse(store: Store, suppressions: Suppressions) {
  const ending = store.db.prepare<[number], { handle: Buffer; purpose: string; stop: Buffer }>(
    `SELECT c.handle, c.purpose, s.stop FROM consents c JOIN subjects s ON s.handle = c.handle
     WHERE c.expires_on < ? AND c.state = 'withdrawn' AND s.state = 'active'
       AND NOT EXISTS (SELECT 1 FROM consents later WHERE later.handle = c.handle AND later.purpose = c.purpose
                       AND later.decided_at > c.decided_at)`,
  )
  return async (today: number): Promise<void> => {
    for (const { handle, purpose, stop } of await ending.all(today)) {
      if (store.policies.inForce.purposes.get(purpose)?.consent === 'opt-in') continue
      const key = await store.keys.subjectKey(handle)
      await suppressions.keepHash(places.stop.open(key, handle, stop), purpose)
    }
  }
}
