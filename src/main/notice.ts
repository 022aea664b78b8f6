import type { Notice } from '../http/index.ts'
import { diffPolicies, noticeOf, type PolicyBook } from '../policy/index.ts'
import { changeSentences } from './change-sentences.ts'
import type { PolicyChange } from './policy-change.ts'

/** What /privacy shows: exactly the policy in force, and the one that waits, named with its day. */
export function noticeNow({ inForce }: PolicyBook, { waiting }: Pick<PolicyChange, 'waiting'>): Notice {
  const { effective, digest } = inForce
  const notice = { html: noticeOf(inForce).article, digest, effective }
  if (!waiting) return { ...notice, pending: null }
  const { changes, noticeDays } = diffPolicies(inForce, waiting.policy)
  const pending = { digest: waiting.policy.digest, from: waiting.from, noticeDays, changes: changeSentences(changes) }
  return { ...notice, pending }
}
