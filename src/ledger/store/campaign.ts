import { bytesOf, dayOf, type Id } from '../../base/index.ts'
import { rowUntil } from '../grants.ts'
import { places } from '../keys/place.ts'
import type { CampaignFacts, CampaignStatus } from '../ledger.ts'
import type { Outbox } from './accept.ts'
import type { Overdue } from './overdue.ts'
import { type Store, writing } from './store.ts'

/** From where each state may be reached. */
const before: Readonly<Record<CampaignStatus, readonly CampaignStatus[]>> = {
  draft: [],
  running: ['draft', 'paused'],
  paused: ['running'],
  cancelled: ['draft', 'running', 'paused'],
  done: ['running'],
}

const cancelledAtOnce = 2_000

export function campaigns(store: Store, overdue: Overdue) {
  const { db, keys, policies } = store
  const insert = db.prepare(
    `INSERT INTO campaigns (id, name, purpose, status, content, policy, created_at, expires_on, links)
     VALUES (?, ?, ?, 'draft', ?, ?, ?, ?, ?)`,
  )
  const move = db.prepare<[CampaignStatus, Buffer, string]>(
    `UPDATE campaigns SET status = ? WHERE id = ? AND ${db.dialect.among('status', '?')}`,
  )
  const schedule = db.prepare<[number | null, Buffer]>(
    "UPDATE campaigns SET start_at = ? WHERE id = ? AND status = 'draft'",
  )
  const unsettled = `EXISTS (SELECT 1 FROM messages m WHERE m.campaign = c.id AND m.status = 'queued')
    OR EXISTS (SELECT 1 FROM messages m WHERE m.campaign = c.id AND m.status = 'sending')`
  // One that was started before its first recipient waits for them, though not longer than content may lie.
  const finished = db
    .prepare<[number], Buffer>(
      `SELECT id FROM campaigns c WHERE status = 'running' AND NOT (${unsettled})
         AND (created_at < ? OR EXISTS (SELECT 1 FROM messages m WHERE m.campaign = c.id))`,
    )
    .pluck()
  const cancelled = db
    .prepare<[], Buffer>("SELECT id FROM campaigns WHERE status = 'cancelled' AND content IS NOT NULL")
    .pluck()
  const settled = db.prepare<[Buffer], number>(`SELECT NOT (${unsettled}) FROM campaigns c WHERE id = ?`).pluck()
  const shred = db.prepare('UPDATE campaigns SET content = NULL WHERE id = ?')

  async function createCampaign(facts: CampaignFacts): Promise<void> {
    const id = bytesOf(facts.id)
    const { content, from, replyTo } = facts
    const outbox: Outbox = { content, from, replyTo }
    const made = dayOf(facts.createdAt)
    const days = policies.inForce.tallies?.retentionDays ?? 0
    const until = Math.max(rowUntil(policies, facts.policy, made), made + days)
    await writing(store, async () => {
      const key = await keys.together(() => keys.newContentKey(id))
      const sealed = places.campaign.seal(key, id, JSON.stringify(outbox))
      await insert.run(id, facts.name, facts.purpose, sealed, facts.policy, facts.createdAt, until, facts.links)
    })
  }

  async function moveCampaign(id: Id, to: CampaignStatus, _now: number): Promise<boolean> {
    const from = JSON.stringify(before[to])
    const moved = await writing(store, async () => (await move.run(to, bytesOf(id), from)).changes === 1)
    // Nothing of it is sent from here on; what is left of a large one is ended by `finishCampaigns`.
    if (moved && to === 'cancelled') await overdue.cancelQueued(bytesOf(id), cancelledAtOnce)
    return moved
  }

  /** Also ends what a cancellation left over, of a large campaign or in a crash. */
  async function finishCampaigns(now: number): Promise<number> {
    const stale = now - policies.inForce.message.contentHours * 3_600_000
    const left = await cancelled.all()
    for (const id of left) await overdue.cancelQueued(id)
    // Asked in the moment of the change: a message that was accepted meanwhile needs its campaign's content.
    const { done, over } = await writing(store, async () => {
      const ended = await finished.all(stale)
      const shredded = [...ended]
      for (const id of left) if ((await settled.get(id)) === 1) shredded.push(id)
      for (const id of ended) await move.run('done', id, JSON.stringify(before.done))
      for (const id of shredded) await shred.run(id)
      return { done: ended, over: shredded }
    })
    await keys.dropContentKeys(over)
    return done.length
  }

  const scheduleCampaign = (id: Id, at: number | null): Promise<boolean> =>
    writing(store, async () => (await schedule.run(at, bytesOf(id))).changes === 1)

  return { createCampaign, moveCampaign, scheduleCampaign, finishCampaigns }
}
