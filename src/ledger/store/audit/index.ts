import { isFault } from '../../../base/index.ts'
import type { Policy } from '../../../policy/policy.ts'
import type { Finding } from '../../ledger.ts'
import type { Store } from '../store.ts'
import type { Check } from './answer.ts'
import { columnsAgree, policiesKnown, settings } from './columns.ts'
import { datesPromised } from './dates.ts'
import { erasuresListed } from './erased.ts'
import { eventsGranted } from './granted.ts'
import { logUnbroken } from './log.ts'
import { marksOurs } from './marks.ts'
import { nothingWider, noticeKept } from './narrowed.ts'
import { keysAgree } from './orphans.ts'
import { groupsGranted, promisesKept, rowsInTime } from './retention.ts'
import { sealsOpen, valuesSealed } from './seals.ts'
import { indexesAgree, suppressionsWhole } from './suppressions.ts'
import { wordsOurs } from './words.ts'

const checks: Readonly<Record<string, Check>> = {
  'store.columns': columnsAgree,
  'store.settings': settings,
  'store.policies': policiesKnown,
  'store.retention': rowsInTime,
  'store.promises': promisesKept,
  'store.dates': datesPromised,
  'store.groups': groupsGranted,
  'store.grants': eventsGranted,
  'store.narrowed': nothingWider,
  'store.notice': noticeKept,
  'store.words': wordsOurs,
  'store.sealed': valuesSealed,
  'store.seals': sealsOpen,
  'store.keys': keysAgree,
  'store.marks': marksOurs,
  'store.suppressions': suppressionsWhole,
  'store.indexes': indexesAgree,
  'audit log is whole': logUnbroken,
  'store.erasures': erasuresListed,
}

/** Reads and never writes. What cannot be read is unproven, never passed (law 7). */
export const audit =
  (store: Store) =>
  async (policy: Policy, now: number): Promise<readonly Finding[]> => {
    const findings: Finding[] = []
    for (const [check, ask] of Object.entries(checks)) {
      try {
        findings.push({ check, ...(await ask(store, policy, now)) })
      } catch (cause) {
        const fault = store.engine.fault(cause)
        const code = isFault(fault) ? fault.code : 'store_failed'
        findings.push({ check, result: 'unproven', detail: `could not be read: ${code}` })
      }
    }
    return findings
  }
