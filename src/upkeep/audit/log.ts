import { type Clock, dayMillis, isLogLine } from '../../base/index.ts'
import type { Finding } from '../../ledger/index.ts'
import type { Policy } from '../../policy/policy.ts'
import { residue } from '../residue.ts'
import { type Answer, outOfReach, proved, violated } from './answer.ts'

export interface LogAudited {
  readonly policy: Policy
  readonly clock: Clock
  /** Lines of the log that Lethe owns, or null when it goes to standard output and someone else keeps it. */
  readonly logLines: (() => AsyncIterable<string>) | null
}

const clean = 'log holds no personal data'
const aged = 'log is aged'
// It is aged once an hour.
const lagMillis = 2 * 3_600_000

/** Reads every line: its fields against the allow-list, its values against the shapes of personal data, its day. */
export async function logFindings({ logLines, policy, clock }: LogAudited): Promise<readonly Finding[]> {
  const now = clock.now()
  if (!logLines) {
    const detail = 'it goes to standard output, which someone else keeps; set LETHE_LOG to a file to have it read'
    return [{ check: clean, ...outOfReach(policy, now, 'log', detail) }]
  }
  let read = 0
  let overdue = 0
  let oldest = Number.POSITIVE_INFINITY
  const found = new Map<string, number>()
  const count = (what: string) => found.set(what, (found.get(what) ?? 0) + 1)
  const limit = now - policy.logDays * dayMillis - lagMillis
  for await (const line of logLines()) {
    if (line === '') continue
    read += 1
    if (!isLogLine(line)) count('with a field that no line may have')
    for (const shape of residue(line)) count(`with the shape of: ${shape}`)
    const at = Date.parse(/"at":"([^"]+)"/.exec(line)?.[1] ?? '')
    // A line without its time could be of any age.
    if (Number.isNaN(at)) overdue += 1
    else {
      oldest = Math.min(oldest, at)
      // A shifted clock audits a future in which the log would have been aged already; only the real one can be overdue.
      if (clock.shift === 0 && at < limit) overdue += 1
    }
  }
  const faults = [...found].map(([what, lines]) => `${lines} lines ${what}`).sort()
  const held: Answer = faults.length > 0 ? violated(faults.join(', ')) : proved(`${read} lines read, all of each`)
  const days = `no line is older than ${policy.logDays} days`
  const since = Number.isFinite(oldest)
    ? `${days}, the oldest is of ${new Date(oldest).toISOString().slice(0, 10)}`
    : days
  const young: Answer =
    overdue > 0 ? violated(`${overdue} lines are older than ${policy.logDays} days, or undated`) : proved(since)
  return [
    { check: clean, ...held },
    { check: aged, ...young },
  ]
}
