import { Fault } from '../../base/index.ts'
import type { LogEntry, LogHead, LogNote } from '../ledger.ts'
import type { Anchor } from '../log/anchor.ts'
import { checked, linkOf, origin } from '../log/chain.ts'
import type { Store } from './store.ts'

interface Last {
  readonly sequence: number
  readonly hash: Buffer
}

/** What an entry says whose number follows on a gap: its object names what was lost, its reason why. */
export const restoreAcknowledged = 'restore_acknowledged'

/** What an entry says that found the log shorter than its anchor, or other: it stays, and every audit names it. */
export const brokenLog = 'log_broken'

/**
 * Who did what: a hash chain, its head anchored in a file. The anchor is written after the entry is on the disk, so that a
 * power cut never leaves an anchor of an entry that is gone; an entry without its anchor is no fault.
 */
export function auditLog(store: Store, anchor: Anchor) {
  const { db, keys, clock } = store
  const last = db.prepare<[], Last>('SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1')
  const at = db.prepare<[number], Buffer>('SELECT hash FROM audit_log WHERE sequence = ?').pluck()
  const insert = db.prepare(
    'INSERT INTO audit_log (sequence, at, actor, action, object, reason, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const after = db.prepare<[number, number], LogEntry>(
    'SELECT sequence, at, actor, action, object, reason FROM audit_log WHERE sequence > ? ORDER BY sequence LIMIT ?',
  )
  let compared = false

  async function add(note: LogNote, after = 0): Promise<LogHead> {
    const { actor, action, object = null, reason = null } = checked(note)
    const before = await last.get()
    const entry = {
      sequence: Math.max(before?.sequence ?? 0, after) + 1,
      at: clock.now(),
      actor,
      action,
      object,
      reason,
    }
    const hash = linkOf(keys.log, before?.hash ?? origin(keys.log), entry)
    await insert.run(entry.sequence, entry.at, actor, action, object, reason, hash)
    return { sequence: entry.sequence, hash: hash.toString('hex') }
  }

  /** Once a process: a log that lost its end between two starts says so itself, before it goes on. */
  async function compare(): Promise<void> {
    if (compared) return
    compared = true
    const head = anchor.read()
    const newest = (await last.get())?.sequence ?? 0
    // The very first entry has its anchor before it: else another process would find it without one.
    if (head === null && newest === 0) return anchor.write({ sequence: 0, hash: origin(keys.log).toString('hex') })
    const found = await anchorFault(head, newest, (sequence) => at.get(sequence))
    if (found) await add({ actor: 'lethe', action: brokenLog, object: found })
  }

  /** Anchors the newest entry that is on the disk, by whatever process: an anchor never goes back. */
  const anchorNewest = (): Promise<void> =>
    db.alone(async () => {
      const newest = await last.get()
      if (newest) anchor.write(headOf(newest))
    })

  /** Appends within `work`'s own transaction, and anchors once it is on the disk. */
  async function noting<T>(work: (append: (note: LogNote) => Promise<void>) => Promise<T>): Promise<T> {
    const heads: LogHead[] = []
    const done = await db.durably(() =>
      work(async (note) => {
        await compare()
        heads.push(await add(note))
      }),
    )
    if (heads.length > 0) await anchorNewest()
    return done
  }

  async function note(note: LogNote): Promise<LogHead> {
    const head = await db.durably(async () => {
      await compare()
      return add(note)
    })
    await anchorNewest()
    return head
  }

  /** The anchor is ahead: the store is older than its log was, as after a restore. */
  async function cutOff(): Promise<{ readonly from: number; readonly to: number } | null> {
    const head = anchor.read()
    const newest = (await last.get())?.sequence ?? 0
    return head !== null && head !== 'forged' && head.sequence > newest ? { from: newest + 1, to: head.sequence } : null
  }

  /** Goes on behind the lost numbers, so that none is given twice: receipts that people hold name them. */
  async function acknowledge(actor: string, reason: string): Promise<LogHead> {
    const head = await db.durably(async () => {
      const lost = await cutOff()
      if (!lost) throw nothingLost()
      compared = true
      return add({ actor, action: restoreAcknowledged, object: `${lost.from}-${lost.to}`, reason }, lost.to)
    })
    await anchorNewest()
    return head
  }

  return {
    noting,
    cutOff,
    acknowledge,
    note,
    logEntries: (sequence: number, limit: number): Promise<readonly LogEntry[]> => after.all(sequence, limit),
    logHead: async (): Promise<LogHead | null> => {
      const newest = await last.get()
      return newest ? headOf(newest) : null
    },
  }
}

export type AuditLog = ReturnType<typeof auditLog>

const nothingLost = (): Fault =>
  new Fault(
    'restore_unknown',
    'The audit log has lost nothing, so that there is no restore to acknowledge.',
    'Run lethe audit: it names what is wrong, if anything is.',
  )

const headOf = ({ sequence, hash }: Last): LogHead => ({ sequence, hash: hash.toString('hex') })

/**
 * What is wrong between the log and its anchor, as a code, or null. The anchor follows the log: read before it, it may name an
 * entry of before, and never one that is still to come.
 */
export async function anchorFault(
  head: ReturnType<Anchor['read']>,
  newest: number,
  hashAt: (sequence: number) => Promise<Buffer | undefined>,
): Promise<'anchor_missing' | 'anchor_forged' | 'cut_off' | 'changed' | null> {
  if (head === 'forged') return 'anchor_forged'
  if (head === null) return newest > 0 ? 'anchor_missing' : null
  if (head.sequence > newest) return 'cut_off'
  // It was written before the first entry.
  if (head.sequence === 0) return null
  return (await hashAt(head.sequence))?.toString('hex') === head.hash ? null : 'changed'
}
