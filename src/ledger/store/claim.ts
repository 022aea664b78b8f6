import { bytesOf, type Id, idOf, isFault } from '../../base/index.ts'
import type { Content } from '../../gate/index.ts'
import { places } from '../keys/place.ts'
import type { Claimed } from '../ledger.ts'
import type { Outbox } from './accept.ts'
import type { Finishing } from './finish.ts'
import { inOrder } from './hold.ts'
import type { People } from './people.ts'
import { unheld } from './restrict.ts'
import type { standings } from './standing.ts'
import type { Store } from './store.ts'

interface Row {
  readonly id: Buffer
  readonly fence: number
  readonly attempts: number
  readonly campaign: Buffer | null
  readonly purpose: string
  readonly handle: Buffer
  readonly policy: number
  readonly accepted_on: number
  readonly accepted_at: number
  readonly uncertain: number
  readonly content: Buffer | null
  readonly merge: Buffer | null
  readonly recipient: Buffer
}

/** Compare-and-set from queued to sending, and everything that composing needs, opened: it lives in memory until the outcome. */
export function claim(store: Store, people: People, standingOf: ReturnType<typeof standings>, finishing: Finishing) {
  const { db, keys } = store
  const take = db.prepare<[number, Buffer, number], Row>(
    `UPDATE messages SET status = 'sending', fence = fence + 1, lease_until = ?, handed_over = 0, windowed_until = 0
     WHERE id = ? AND status = 'queued' AND next_attempt_at <= ? AND ${unheld}
       AND (campaign IS NULL OR EXISTS (SELECT 1 FROM campaigns c WHERE c.id = campaign AND c.status = 'running'))
     RETURNING id, fence, attempts, campaign, purpose, handle, policy, accepted_on, accepted_at, uncertain, content,
       merge, recipient`,
  )

  async function opened(row: Row): Promise<Claimed> {
    const { id, handle } = row
    const asked = keys.subjectKey(handle)
    const [own, key, [person, stopHash]] = await Promise.all([
      asked,
      row.content || row.merge ? keys.contentKey(id) : null,
      people.withStop(handle, asked),
    ])
    const [to, name] = JSON.parse(places.recipient.open(own, id, row.recipient).toString()) as Recipient // sealed by accept, and authenticated
    const outbox: Outbox | null =
      key && row.content ? JSON.parse(places.content.open(key, id, row.content).toString()) : null
    const merge = key && row.merge ? JSON.parse(places.merge.open(key, id, row.merge).toString()) : {}
    return {
      id: idOf(id),
      fence: row.fence,
      attempts: row.attempts,
      campaign: row.campaign && idOf(row.campaign),
      purpose: row.purpose,
      handle: idOf(handle),
      to,
      name,
      from: outbox?.from ?? null,
      replyTo: outbox?.replyTo ?? null,
      content: (outbox?.content as Content | undefined) ?? null, // sealed by accept, and authenticated
      merge,
      policy: row.policy,
      accepted: row.accepted_on,
      acceptedAt: row.accepted_at,
      standing: await standingOf(person, stopHash),
      wasUncertain: row.uncertain === 1,
    }
  }

  /** Whoever else takes one of them at the same time is waited for, and then finds it taken. */
  async function takeAll(ids: readonly Id[], now: number, leaseUntil: number): Promise<readonly Row[]> {
    const taken = new Map<Id, Row>()
    const asked = inOrder(
      ids.map((id) => ({ id, name: bytesOf(id) })),
      ({ name }) => name,
    )
    await Promise.all(
      asked.map(async ({ id, name }) => {
        const row = await take.get(leaseUntil, name, now)
        if (row) taken.set(id, row)
      }),
    )
    return [...new Set(ids)].flatMap((id) => taken.get(id) ?? [])
  }

  return async (ids: readonly Id[], now: number, leaseUntil: number): Promise<readonly Claimed[]> => {
    const broken: Buffer[] = []
    const claimed = await db.beside(async () => {
      broken.length = 0 // run again after a collision, it may find other rows
      const rows = await takeAll(ids, now, leaseUntil)
      const kept: Claimed[] = []
      // Each to its end, also where another does not open: none may still read when the transaction is over.
      const all = await Promise.allSettled(rows.map(opened))
      for (const [index, each] of all.entries()) {
        if (each.status === 'fulfilled') {
          kept.push(each.value)
          continue
        }
        // A value that does not open is never sent, and must not hold up the others of its window.
        if (!isFault(each.reason)) throw each.reason
        const row = rows[index]!
        await finishing.finish(row, { status: 'failed', reason: each.reason.code })
        broken.push(row.id)
      }
      return kept
    })
    await keys.dropContentKeys(broken)
    return claimed
  }
}

type Recipient = readonly [to: string, name: string | null]
