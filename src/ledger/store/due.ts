import { type Id, idOf } from '../../base/index.ts'
import { holdsOf } from './hold.ts'
import { unheld } from './restrict.ts'
import type { Store } from './store.ts'

/**
 * The scheduler's cursor. A window marks its messages, so that none is in two, and leaves out those that another scheduler
 * is at; a lost window falls due again by itself.
 */
export function takeDue(store: Store) {
  const { db } = store
  const toBegin = db
    .prepare<[number], Buffer>(
      "SELECT id FROM campaigns WHERE status = 'draft' AND start_at IS NOT NULL AND start_at <= ? ORDER BY id",
    )
    .pluck()
  const begin = db.prepare<[Buffer, number]>(
    "UPDATE campaigns SET status = 'running' WHERE id = ? AND status = 'draft' AND start_at <= ?",
  )
  const running = db
    .prepare<[], Buffer>("SELECT id FROM campaigns WHERE status = 'running' ORDER BY created_at")
    .pluck()
  const dueAt = db.dialect.greatest('next_attempt_at', 'windowed_until')
  const dueOf = (whose: string) => `SELECT id FROM messages WHERE status = 'queued' AND ${whose} AND ${dueAt} <= ?
     AND ${unheld} ORDER BY ${dueAt} LIMIT ? ${holdsOf(db).freeRows}`
  const ofNone = db.prepare<[number, number], Buffer>(dueOf('campaign IS NULL')).pluck()
  const ofCampaign = db.prepare<[Buffer, number, number], Buffer>(dueOf('campaign = ?')).pluck()
  const mark = db.prepare<[number, Buffer]>('UPDATE messages SET windowed_until = ? WHERE id = ?')

  return (limit: number, now: number, until: number): Promise<readonly Id[]> =>
    db.beside(async () => {
      for (const id of await toBegin.all(now)) await begin.run(id, now)
      const [taken, campaigns] = await Promise.all([ofNone.all(now, limit), running.all()])
      // Each running campaign gets its share of what is left, so that a long one does not starve a short one.
      for (const [index, campaign] of campaigns.entries()) {
        const share = Math.ceil((limit - taken.length) / (campaigns.length - index))
        if (share > 0) taken.push(...(await ofCampaign.all(campaign, now, share)))
      }
      await Promise.all(taken.map((id) => mark.run(until, id)))
      return taken.map(idOf)
    })
}
