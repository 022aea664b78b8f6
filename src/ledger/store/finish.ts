import type { TrackingPlan } from '../../gate/index.ts'
import type { MessageGroup } from '../../policy/policy.ts'
import { groupUntil } from '../grants.ts'
import { places } from '../keys/place.ts'
import type { MessageStatus } from '../ledger.ts'
import { planColumns } from './plan.ts'
import type { Store } from './store.ts'

export interface Unfinished {
  readonly id: Buffer
  readonly handle: Buffer | null
  readonly policy: number
  readonly accepted_on: number
}

export interface Fate {
  readonly status: MessageStatus
  readonly reason: string | null
  readonly sentAt?: number
  readonly subject?: string
  readonly links?: readonly string[]
  readonly tracked?: TrackingPlan
  /** Attempts spent by this fate: 0 or 1. */
  readonly spent?: number
}

export interface Ending {
  readonly row: Unfinished
  readonly fate: Fate
}

/**
 * The end of a message: whatever the outcome, content and merge values go, and of recipient, subject line and links stays
 * what the policies then and now grant. Content keys are the caller's to drop once the transaction is through.
 */
export function finishing(store: Store) {
  const { db, keys, policies } = store
  const update = db.prepare(
    `UPDATE messages SET status = ?, reason = ?, attempts = attempts + ?, sent_at = ?, uncertain = uncertain | ?,
       opens = coalesce(?, opens), clicks = coalesce(?, clicks), plan_reason = coalesce(?, plan_reason),
       lease_until = 0, windowed_until = 0, handed_over = 0, content = NULL, merge = NULL,
       recipient = CASE WHEN CAST(? AS bigint) IS NULL THEN NULL ELSE recipient END, recipient_until = ?,
       subject = ?, subject_until = ?, links = ?, links_until = ?
     WHERE id = ?`,
  )

  async function kept(
    row: Unfinished,
    group: 'subject' | 'links',
    value: string | undefined,
  ): Promise<readonly [Buffer | null, number | null]> {
    const until = value === undefined || !row.handle ? null : untilOf(row, group)
    if (until === null) return [null, null]
    return [places[group].seal(await keys.subjectKey(row.handle!), row.id, value!), until]
  }
  const untilOf = (row: Unfinished, group: MessageGroup) => groupUntil(policies, row.policy, row.accepted_on, group)

  async function values({ row, fate }: Ending): Promise<readonly unknown[]> {
    const { tracked } = fate
    const recipientUntil = untilOf(row, 'recipient')
    const links = fate.links && JSON.stringify(fate.links)
    return [
      ...[fate.status, fate.reason, fate.spent ?? 0, fate.sentAt ?? null, fate.status === 'uncertain' ? 1 : 0],
      ...(tracked ? [...planColumns(tracked), tracked.reason] : [null, null, null]),
      ...[recipientUntil, recipientUntil],
      ...[...(await kept(row, 'subject', fate.subject)), ...(await kept(row, 'links', links)), row.id],
    ]
  }

  /** Of rows that the caller has read and holds. Whatever is sealed is sealed first: then the statements go together. */
  async function finishAll(endings: readonly Ending[]): Promise<void> {
    const rows: (readonly unknown[])[] = []
    for (const ending of endings) rows.push(await values(ending))
    await Promise.all(rows.map((row) => update.run(...row)))
  }

  return { finishAll, finish: (row: Unfinished, fate: Fate): Promise<void> => finishAll([{ row, fate }]) }
}

export type Finishing = ReturnType<typeof finishing>
