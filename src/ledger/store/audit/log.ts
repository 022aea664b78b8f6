import type { LogEntry } from '../../ledger.ts'
import { linkOf, origin } from '../../log/chain.ts'
import { anchorFault, brokenLog, restoreAcknowledged } from '../audit-log.ts'
import { breathe } from '../store.ts'
import { answer, type Check } from './answer.ts'

type Row = LogEntry & { readonly hash: Buffer }

const page = 2000

/** A gap that the entry behind it answers for. */
const isAcknowledged = (row: Row, from: number): boolean =>
  row.action === restoreAcknowledged && row.object === `${from}-${row.sequence - 1}`

/** Each entry against the one before it, the last one against its anchor: changed, dropped, reordered or cut off. */
export const logUnbroken: Check = async ({ db, keys, anchor }) => {
  const hash = db.dialect.bytes('hash')
  const next = db.prepare<[number, number], Row>(
    `SELECT sequence, at, actor, action, object, reason, ${hash} AS hash FROM audit_log
     WHERE sequence > ? ORDER BY sequence LIMIT ?`,
  )
  const hashAt = db.prepare<[number], Buffer>(`SELECT ${hash} FROM audit_log WHERE sequence = ?`).pluck()
  const newest = db.prepare<[], number | null>('SELECT max(sequence) FROM audit_log').pluck()
  // In this order, and before the walk: entries and anchors go on meanwhile, an entry always ahead of its anchor.
  const begun = (await newest.get()) ?? 0
  const head = anchor.read()
  const faults: string[] = []
  const restores: string[] = []
  let read = 0
  let before = { sequence: 0, hash: origin(keys.log) }
  while (faults.length < 10) {
    const rows = await next.all(before.sequence, page)
    if (rows.length === 0) break
    for (const row of rows) {
      const acknowledged = isAcknowledged(row, before.sequence + 1)
      if (row.sequence !== before.sequence + 1 && !acknowledged)
        faults.push(`entries ${before.sequence + 1} to ${row.sequence - 1} are gone`)
      else if (!linkOf(keys.log, before.hash, row).equals(row.hash))
        faults.push(`entry ${row.sequence} does not follow`)
      if (acknowledged) restores.push(`${row.object} were lost with a restore (entry ${row.sequence}: ${row.reason})`)
      if (row.action === brokenLog) faults.push(`entry ${row.sequence} found the log broken (${row.object})`)
      before = row
      read += 1
    }
    await breathe()
  }
  const fault = await anchorFault(head, head === null ? begun : before.sequence, (sequence) => hashAt.get(sequence))
  if (fault) faults.push(`against its anchor: ${fault}`)
  const whole = `${read} entries follow one another up to the anchored head`
  return answer(faults.slice(0, 10), [whole, ...restores].join('; '))
}
