import { bytesOf, type Id, idOf } from '../../base/index.ts'
import { rightsPurpose } from '../../gate/index.ts'
import type { Feedback, FeedbackTaken, MessageStatus } from '../ledger.ts'
import type { People } from './people.ts'
import { type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'

interface Row {
  readonly id: Buffer
  readonly handle: Buffer
  readonly campaign: Buffer | null
  readonly purpose: string
  readonly status: MessageStatus
  readonly reason: string | null
  readonly bounced_at: number | null
  readonly complained_at: number | null
}

/** A report about a message that was never handed over is a mistake or a guess. */
const wasSent: ReadonlySet<MessageStatus> = new Set(['sent', 'bounced', 'uncertain'])

export function takeFeedback(store: Store, people: People, suppressions: Suppressions) {
  const { db } = store
  const one = db.prepare<[Buffer], Row>(
    `SELECT id, handle, campaign, purpose, status, reason, bounced_at, complained_at FROM messages
     WHERE id = ? AND handle IS NOT NULL`,
  )
  const bounce = db.prepare(`UPDATE messages SET status = 'bounced', reason = ?, bounced_at = ? WHERE id = ?`)
  const complain = db.prepare('UPDATE messages SET complained_at = ? WHERE id = ?')
  const object = db.prepare('INSERT INTO objections (handle, purpose) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const alike = db
    .prepare<[Buffer, string], number>(
      `SELECT count(*) FROM messages WHERE handle = ? AND status = 'bounced' AND reason = ?`,
    )
    .pluck()

  /** Anybody may ask for a mail about rights to any address: what becomes of it says nothing of the address's owner. */
  const stopAll = async ({ handle, purpose }: Row): Promise<boolean> => {
    if (purpose === rightsPurpose.name) return false
    await suppressions.keepHash(await people.stopHashOf(handle), null)
    return true
  }

  async function bounced(row: Row, feedback: Extract<Feedback, { kind: 'bounce' }>, restricted: boolean, now: number) {
    const known = row.bounced_at !== null
    if (!known && !restricted) await bounce.run(feedback.reason, now, row.id)
    const often = feedback.enough !== null && ((await alike.get(row.handle, feedback.reason)) ?? 0) >= feedback.enough
    const suppressed = feedback.hard || often ? await stopAll(row) : false
    return { state: known ? 'repeated' : 'taken', suppressed } as const
  }

  async function complained(row: Row, purposes: readonly string[], restricted: boolean, now: number) {
    const known = row.complained_at !== null
    if (!known && !restricted) await complain.run(now, row.id)
    for (const purpose of purposes) {
      await suppressions.keepHash(await people.stopHashOf(row.handle), purpose)
      if (!restricted) await object.run(row.handle, purpose)
    }
    return { state: known ? 'repeated' : 'taken', suppressed: purposes.length > 0 } as const
  }

  return (id: Id, feedback: Feedback, now: number): Promise<FeedbackTaken> =>
    writing(store, async () => {
      const row = await one.get(bytesOf(id))
      if (!row || !(wasSent.has(row.status) || isUnderWay(row))) return unknown
      if (isUnderWay(row)) return { ...unknown, state: 'early' }
      const restricted = (await people.get(idOf(row.handle)))?.state === 'restricted'
      const { state, suppressed } =
        feedback.kind === 'bounce'
          ? await bounced(row, feedback, restricted, now)
          : await complained(row, feedback.purposes, restricted, now)
      return { state: restricted ? 'restricted' : state, suppressed, campaign: row.campaign && idOf(row.campaign) }
    })
}

const unknown: FeedbackTaken = Object.freeze({ state: 'unknown', suppressed: false, campaign: null })

/** Its report may overtake its outcome; one that waits for another attempt had none, or will be asked again. */
const isUnderWay = ({ status }: Row): boolean => status === 'sending'
