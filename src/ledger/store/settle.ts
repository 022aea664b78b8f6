import { bytesOf } from '../../base/index.ts'
import type { Outcome } from '../ledger.ts'
import type { Ending, Finishing, Unfinished } from './finish.ts'
import { holdsOf, inOrder } from './hold.ts'
import type { People } from './people.ts'
import type { Store } from './store.ts'
import type { Suppressions } from './suppress.ts'

interface Held extends Unfinished {
  readonly keyed: number
}

/** Outcomes and what they make superfluous, in one transaction; the keys of shredded content follow at once. */
export function settle(store: Store, people: People, suppressions: Suppressions, finishing: Finishing) {
  const { db, keys } = store
  const held = db.prepare<[Buffer, number], Held>(
    `SELECT id, handle, policy, accepted_on, (content IS NOT NULL OR merge IS NOT NULL) AS keyed FROM messages
     WHERE id = ? AND fence = ? AND status = 'sending' ${holdsOf(db).rows}`,
  )
  const again = db.prepare(
    `UPDATE messages SET status = 'queued', reason = ?, next_attempt_at = ?, attempts = attempts + ?,
       uncertain = uncertain | ?, lease_until = 0, windowed_until = 0, handed_over = 0 WHERE id = ?`,
  )

  /** Each with its row; what another has settled meanwhile, or an outcome before it in the same batch, has none. */
  async function holdAll(outcomes: readonly Outcome[]) {
    const asked = inOrder(
      outcomes.map((outcome) => ({ outcome, id: bytesOf(outcome.id) })),
      ({ id }) => id,
    )
    const rows = await Promise.all(
      asked.map(async ({ outcome, id }) => ({ outcome, row: await held.get(id, outcome.fence) })),
    )
    const seen = new Set<string>()
    return rows.flatMap(({ outcome, row }) => {
      if (!row || seen.has(outcome.id)) return []
      seen.add(outcome.id)
      return [{ outcome, row }]
    })
  }

  async function stopAll(handles: readonly Buffer[]): Promise<void> {
    const hashes: Buffer[] = []
    for (const handle of handles) hashes.push(await people.stopHashOf(handle))
    for (const hash of inOrder(hashes, (each) => each)) await suppressions.keepHash(hash, null)
  }

  return async (outcomes: readonly Outcome[], now: number): Promise<void> => {
    const dropped: Buffer[] = []
    await db.beside(async () => {
      dropped.length = 0 // run again after a collision, it may find other rows
      const repeats: (readonly unknown[])[] = []
      const endings: Ending[] = []
      const stopped: Buffer[] = []
      for (const { outcome, row } of await holdAll(outcomes)) {
        const spent = outcome.free ? 0 : 1
        const unknown = outcome.status === 'uncertain' ? 1 : 0
        if (outcome.status === 'queued' || (unknown === 1 && outcome.nextAttemptAt !== undefined)) {
          repeats.push([outcome.reason, outcome.nextAttemptAt ?? now, spent, unknown, row.id])
          continue
        }
        const sentAt = outcome.status === 'sent' ? { sentAt: now } : {}
        endings.push({ row, fate: { ...outcome, ...sentAt, spent } })
        if (row.keyed) dropped.push(row.id)
        if (outcome.suppress && row.handle) stopped.push(row.handle)
      }
      await Promise.all(repeats.map((values) => again.run(...values)))
      await finishing.finishAll(endings)
      await stopAll(stopped)
    })
    await keys.dropContentKeys(dropped)
  }
}
