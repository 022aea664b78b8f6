import { bytesOf, type Id } from '../../base/index.ts'
import type { Finishing, Unfinished } from './finish.ts'
import { inOrder } from './hold.ts'
import type { Overdue } from './overdue.ts'
import { type Store, writing } from './store.ts'

interface Held {
  readonly id: Id
  readonly fence: number
}

interface HandOver {
  readonly id: Buffer
  readonly fence: number
  readonly leaseUntil: number
  readonly answer: (handed: boolean) => void
  readonly fail: (cause: unknown) => void
}

/** Leases on claimed messages. Every verb compares the fence: a worker that lost its lease changes nothing. */
export function leases(store: Store, finishing: Finishing, overdue: Overdue) {
  const { db, keys } = store
  const fenced = `WHERE id = ? AND fence = ? AND status = 'sending'`
  const hand = db.prepare(`UPDATE messages SET handed_over = 1, lease_until = ? ${fenced}`)
  const extend = db.prepare(`UPDATE messages SET lease_until = ? ${fenced}`)
  const idle = `status = 'queued', lease_until = 0, windowed_until = 0, handed_over = 0`
  const free = db.prepare(`UPDATE messages SET ${idle} ${fenced}`)
  const lost = db.prepare<[number, number], Unfinished & { readonly handed_over: number; readonly purpose: string }>(
    `SELECT id, handle, policy, accepted_on, purpose, handed_over FROM messages
     WHERE status = 'sending' AND (lease_until < ? OR ? = 1)`,
  )
  const requeue = db.prepare<[number, number, Buffer]>(
    `UPDATE messages SET ${idle}, uncertain = uncertain | ?, attempts = attempts + ? WHERE id = ?`,
  )

  const named = (held: readonly Held[]) =>
    inOrder(
      held.map(({ id, fence }) => ({ id: bytesOf(id), fence })),
      ({ id }) => id,
    )

  const cancelled = db
    .prepare<[Buffer], Buffer>(
      `SELECT campaign FROM messages m WHERE id = ?
         AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = m.campaign AND c.status = 'cancelled')`,
    )
    .pluck()
  let asked: HandOver[] = []

  async function handAll(): Promise<void> {
    const group = inOrder(asked, ({ id }) => id)
    asked = []
    try {
      const runs = await db.beside(() =>
        Promise.all(group.map(({ id, fence, leaseUntil }) => hand.run(leaseUntil, id, fence))),
      )
      for (const [at, { answer }] of group.entries()) answer(runs[at]!.changes === 1)
    } catch (cause) {
      for (const { fail } of group) fail(cause)
    }
  }

  return {
    // One transaction for all that are asked for in one turn of the event loop: three at ten connections.
    handOver: (id: Id, fence: number, leaseUntil: number): Promise<boolean> =>
      new Promise((answer, fail) => {
        asked.push({ id: bytesOf(id), fence, leaseUntil, answer, fail })
        if (asked.length === 1) setImmediate(() => void handAll())
      }),
    extendLeases: (held: readonly Held[], leaseUntil: number): Promise<void> =>
      db.beside(async () => {
        await Promise.all(named(held).map(({ id, fence }) => extend.run(leaseUntil, id, fence)))
      }),
    release: async (held: readonly Held[]): Promise<void> => {
      const ordered = named(held)
      const over = await db.beside(async () => {
        await Promise.all(ordered.map(({ id, fence }) => free.run(id, fence)))
        return Promise.all(ordered.map(({ id }) => cancelled.get(id)))
      })
      // A cancellation left alone what was claimed: given back, it ends as the others did.
      const campaigns = new Map(over.flatMap((campaign) => (campaign ? [[campaign.toString('hex'), campaign]] : [])))
      for (const campaign of campaigns.values()) await overdue.cancelQueued(campaign, 1)
    },
    recoverLeases: async (now: number, resend: ReadonlySet<string>, all = false) => {
      const dropped: Buffer[] = []
      const counts = await writing(store, async () => {
        let requeued = 0
        let uncertain = 0
        for (const row of await lost.all(now, all ? 1 : 0)) {
          if (row.handed_over) uncertain += 1
          if (!row.handed_over || resend.has(row.purpose)) {
            await requeue.run(row.handed_over, row.handed_over, row.id)
            requeued += 1
          } else {
            await finishing.finish(row, { status: 'uncertain', reason: 'lease_lost', spent: 1 })
            dropped.push(row.id)
          }
        }
        return { requeued, uncertain }
      })
      await keys.dropContentKeys(dropped)
      return counts
    },
  }
}
