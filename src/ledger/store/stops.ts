import { type Day, dayOf, type Handle, idOf } from '../../base/index.ts'
import { recordingEnds } from '../../policy/policy.ts'
import { trackingPurposes } from '../grants.ts'
import type { Store } from './store.ts'

/** Withdrawn as of now: no later decision for the same purpose, and at the same instant the withdrawal wins. */
const withdrawn = `c.state = 'withdrawn' AND NOT EXISTS (
  SELECT 1 FROM consents later
  WHERE later.handle = c.handle AND later.purpose = c.purpose AND later.decided_at > c.decided_at)`

/** Whose hits stop at the door: erased, restricted, objected, or withdrawn from what opens and clicks are recorded for. */
export function stops(store: Store) {
  const { db } = store
  const tracked = (column: string): string => db.dialect.among(column, '@purposes')
  const one = db
    .prepare<[{ purposes: string; handle: Buffer }], number>(
      `SELECT EXISTS (SELECT 1 FROM subjects WHERE handle = @handle AND state = 'restricted')
           OR EXISTS (SELECT 1 FROM objections o WHERE o.handle = @handle AND (o.purpose = '' OR ${tracked('o.purpose')}))
           OR EXISTS (SELECT 1 FROM consents c WHERE c.handle = @handle AND ${tracked('c.purpose')} AND ${withdrawn})`,
    )
    .pluck()
  const everyone = db
    .prepare<[{ purposes: string }], Buffer>(
      `SELECT handle FROM subjects WHERE state = 'restricted'
       UNION SELECT o.handle FROM objections o WHERE o.purpose = '' OR ${tracked('o.purpose')}
       UNION SELECT c.handle FROM consents c WHERE ${tracked('c.purpose')} AND ${withdrawn}`,
    )
    .pluck()
  const buried = db.prepare<[number], { handle: Buffer; until: Day }>(
    'SELECT handle, expires_on AS until FROM tombstones WHERE expires_on >= ?',
  )
  const purposes = (): string => JSON.stringify([...trackingPurposes(store.policies.inForce)])

  return {
    isStopped: async (handle: Buffer): Promise<boolean> => (await one.get({ purposes: purposes(), handle })) === 1,
    stopped: (): Promise<readonly { readonly handle: Handle; readonly until: Day }[]> =>
      db.glance(async () => {
        const today = dayOf(store.clock.now())
        const until = recordingEnds(store.policies, today)
        const [living, dead] = await Promise.all([everyone.all({ purposes: purposes() }), buried.all(today)])
        return [
          ...living.map((handle) => ({ handle: idOf(handle), until })),
          ...dead.map((row) => ({ handle: idOf(row.handle), until: row.until })),
        ]
      }),
  }
}

export type Stopping = ReturnType<typeof stops>
