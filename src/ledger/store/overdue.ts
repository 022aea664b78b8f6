import type { Fate, Finishing, Unfinished } from './finish.ts'
import { unheld } from './restrict.ts'
import { breathe, type Store, writing } from './store.ts'

const chunk = 500

/** Ends messages that wait, in chunks so that a million of them never stop a hit for long. A crash leaves the rest for the next run. */
export function overdue(store: Store, finishing: Finishing) {
  const { db, keys } = store
  const columns = 'id, handle, policy, accepted_on'
  const expired = db.prepare<[number, number], Unfinished>(
    `SELECT ${columns} FROM messages WHERE status = 'queued' AND accepted_at < ? AND ${unheld} ORDER BY accepted_at LIMIT ?`,
  )
  const ofCampaign = db.prepare<[Buffer, number], Unfinished>(
    `SELECT ${columns} FROM messages WHERE status = 'queued' AND campaign = ? AND ${unheld} LIMIT ?`,
  )

  async function endAll(
    next: () => Promise<readonly Unfinished[]>,
    fate: Fate,
    most = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    let ended = 0
    for (;;) {
      const rows = await writing(store, async () => {
        const due = await next()
        await finishing.finishAll(due.map((row) => ({ row, fate })))
        return due
      })
      await keys.dropContentKeys(rows.map(({ id }) => id))
      ended += rows.length
      if (rows.length < chunk || ended >= most) return ended
      await breathe()
    }
  }

  return {
    expireOverdue: (acceptedBefore: number, _now: number) =>
      endAll(() => expired.all(acceptedBefore, chunk), { status: 'expired', reason: 'deadline' }),
    /** At least `most` of them, and the rest with another call: whoever waits for the answer does not wait for a million. */
    cancelQueued: (campaign: Buffer, most?: number) =>
      endAll(() => ofCampaign.all(campaign, chunk), { status: 'cancelled', reason: 'campaign_cancelled' }, most),
  }
}

export type Overdue = ReturnType<typeof overdue>
