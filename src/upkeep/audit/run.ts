import type { Clock } from '../../base/index.ts'
import type { Finding, Ledger } from '../../ledger/index.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Queue } from '../../queue/index.ts'
import { type Answer, worst } from './answer.ts'
import { type HouseFacts, houseChecks } from './house.ts'
import { type LogAudited, logFindings } from './log.ts'
import { queueChecks } from './queue.ts'

export interface AuditReport {
  readonly at: string
  /** The policy that was held against the stores. */
  readonly policy: { readonly name: string; readonly number: number; readonly digest: string }
  /** How far the clock was moved, in milliseconds: an audit of the future is no audit of today. */
  readonly clockShift: number
  readonly findings: readonly Finding[]
  /** The worst of the findings; what is attested counts as proved. */
  readonly result: 'proved' | 'violated' | 'unproven'
}

export interface Audited extends LogAudited {
  readonly ledger: Ledger
  readonly queue: Queue
  readonly policy: Policy
  readonly clock: Clock
  readonly house: HouseFacts
}

/** Holds the promises against the live stores, reading only. A question that could not be asked is unproven (law 7). */
export async function runAudit(audited: Audited): Promise<AuditReport> {
  const { ledger, queue, policy, clock, house } = audited
  const whole = { ledger, policy, house, now: clock.now() }
  const looked = queue.inspect()
  // Each check of the queue waits for it and says so itself when it fails.
  looked.catch(() => undefined)
  const jobs = { queue, upkeepSince: house.upkeepSince, now: whole.now }
  const parts = await Promise.all([
    asked('store', () => ledger.audit(policy, whole.now)),
    ...Object.entries(queueChecks).map(([check, ask]) => one(check, async () => ask(jobs, await looked))),
    asked('log', () => logFindings(audited)),
    ...Object.entries(houseChecks).map(([check, ask]) => one(check, async () => ask(whole))),
  ])
  const findings = parts.flat()
  return {
    at: new Date(whole.now).toISOString(),
    policy: { name: policy.name, number: policy.number, digest: policy.digest },
    clockShift: clock.shift,
    findings,
    result: worst(findings),
  }
}

/** The report with what else was found, and the worst of all of it. */
export function withFindings(report: AuditReport, more: readonly Finding[]): AuditReport {
  const findings = [...report.findings, ...more]
  return { ...report, findings, result: worst(findings) }
}

const one = (check: string, ask: () => Promise<Answer>): Promise<readonly Finding[]> =>
  asked(check, async () => [{ check, ...(await ask()) }])

async function asked(check: string, ask: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await ask()
  } catch {
    return [{ check, result: 'unproven', detail: 'it could not be read' }]
  }
}
