import type { Finding } from '../../ledger/index.ts'
import type { Policy } from '../../policy/policy.ts'

/** What one question found; the check's name is put to it by whoever asked. */
export type Answer = Omit<Finding, 'check'>

export const proved = (detail: string): Answer => ({ result: 'proved', detail })
export const violated = (detail: string): Answer => ({ result: 'violated', detail })
export const unproven = (detail: string): Answer => ({ result: 'unproven', detail })
export const attested = (detail: string, until: string): Answer => ({ result: 'attested', detail, until })

export const isoDate = (now: number): string => new Date(now).toISOString().slice(0, 10)

/** A word of the policy (`attestations: { store: { kind: reach, … } }`) that stands for what no audit from here can read. */
export type Reach = 'store' | 'queue' | 'log' | 'proxy-logs' | 'backups'

/** Out of reach: unproven, unless somebody vouches for exactly that, and today. */
export function outOfReach(policy: Policy, now: number, what: Reach, detail: string): Answer {
  const word = policy.attestations.find(({ id, kind }) => kind === 'reach' && id === what)
  if (word && word.until >= isoDate(now)) return attested(`${detail}; vouched for until ${word.until}`, word.until)
  return unproven(detail)
}

/** The worst counts; what is attested counts as proved, and is shown as what it is. */
export function worst(findings: readonly Finding[]): 'proved' | 'violated' | 'unproven' {
  const found = (['violated', 'unproven'] as const).find((result) => findings.some((each) => each.result === result))
  return found ?? 'proved'
}
