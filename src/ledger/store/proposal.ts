import { bytesOf, type Handle, type Id, idOf, isFault } from '../../base/index.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Contact, PendingPolicy } from '../change.ts'
import { places } from '../keys/place.ts'
import type { LogNote } from '../ledger.ts'
import type { AuditLog } from './audit-log.ts'
import { type Store, writing } from './store.ts'

interface Row extends Omit<PendingPolicy, 'proposedAt' | 'campaign' | 'announcedAt'> {
  readonly proposed_at: number
  readonly campaign: Buffer | null
  readonly announced_at: number | null
}

interface Held {
  readonly handle: Buffer
  readonly address: Buffer | null
  readonly id: Buffer | null
  readonly recipient: Buffer | null
}

/** The policy that waits, and whom to tell of it. At most one waits: a newer proposal takes its place and starts anew. */
export function proposals(
  store: Store,
  { noting }: AuditLog,
  enforce: (policy: Policy, append: (note: LogNote) => Promise<void>) => Promise<void>,
) {
  const { db, keys } = store
  const get = db.prepare<[], Row>(
    'SELECT number, name, digest, source, proposed_at, campaign, announced_at FROM pending_policy',
  )
  const clear = db.prepare('DELETE FROM pending_policy')
  const put = db.prepare(
    'INSERT INTO pending_policy (number, name, digest, source, proposed_at) VALUES (?, ?, ?, ?, ?)',
  )
  const noteCampaign = db.prepare('UPDATE pending_policy SET campaign = ? WHERE number = ? AND campaign IS NULL')
  const dropCampaign = db.prepare('UPDATE pending_policy SET campaign = NULL WHERE number = ?')
  const noteTold = db.prepare('UPDATE pending_policy SET announced_at = ? WHERE number = ?')
  const known = db.prepare<[Buffer], number>('SELECT 1 FROM subjects WHERE handle = ?').pluck()
  const page = db.prepare<[Buffer, number], Held>(
    `SELECT s.handle, s.address, m.id, m.recipient FROM subjects s LEFT JOIN messages m ON m.id = (
       SELECT id FROM messages WHERE handle = s.handle AND recipient IS NOT NULL ORDER BY accepted_at DESC LIMIT 1)
     WHERE s.handle > ? ORDER BY s.handle LIMIT ?`,
  )

  async function pendingPolicy(): Promise<PendingPolicy | null> {
    const row = await get.get()
    if (!row) return null
    const { proposed_at: proposedAt, announced_at: announcedAt, campaign, ...policy } = row
    return { ...policy, proposedAt, announcedAt, campaign: campaign && idOf(campaign) }
  }

  async function contactOf({ handle, address, id, recipient }: Held): Promise<readonly Contact[]> {
    if (!address && !recipient) return []
    const key = await keyOf(handle)
    if (!key) return []
    if (address) return [{ handle: idOf(handle), address: places.address.open(key, handle, address).toString() }]
    const [to] = JSON.parse(places.recipient.open(key, id!, recipient!).toString()) as readonly [string] // by accept
    return [{ handle: idOf(handle), address: to }]
  }

  /** Null for somebody who was erased since they were found. */
  async function keyOf(handle: Buffer): Promise<Buffer | null> {
    try {
      return await keys.subjectKey(handle)
    } catch (cause) {
      if (isFault(cause) && (await known.get(handle)) === undefined) return null
      throw cause
    }
  }

  return {
    pendingPolicy,
    enforce: (policy: Policy): Promise<void> =>
      noting(async (append) => {
        await enforce(policy, append)
        await clear.run()
      }),
    proposePolicy: (policy: Policy, now: number): Promise<PendingPolicy> =>
      writing(store, async () => {
        const before = await pendingPolicy()
        if (before?.number === policy.number) return before
        await clear.run()
        await put.run(policy.number, policy.name, policy.digest, policy.source, now)
        return (await pendingPolicy())!
      }),
    noteNotice: (
      number: number,
      { campaign, announcedAt }: { readonly campaign?: Id | null; readonly announcedAt?: number },
    ): Promise<void> =>
      writing(store, async () => {
        if (campaign === null) await dropCampaign.run(number)
        else if (campaign !== undefined) await noteCampaign.run(bytesOf(campaign), number)
        if (announcedAt !== undefined) await noteTold.run(announcedAt, number)
      }),
    dropProposal: async (): Promise<void> => void (await clear.run()),
    contacts: async (after: Handle | null, limit: number) => {
      const rows = await page.all(after === null ? Buffer.alloc(0) : bytesOf(after), limit)
      const contacts = (await Promise.all(rows.map(contactOf))).flat()
      const last = rows.at(-1)
      return { contacts, next: last && rows.length === limit ? idOf(last.handle) : null }
    },
  }
}
