/**
 * The published policy, executable. In: YAML. Out: a frozen Policy, or every fault with its line and column; and plain
 * sentences for people. Forbidden: the clock, the store, anything that happens at run time.
 */
export { type Checked, type CheckOptions, checkPolicy } from './check.ts'
export { type Control, controls } from './controls.ts'
export { csvOf } from './csv.ts'
export { diffPolicies, type Effect, type PolicyChange, type PolicyDiff } from './diff.ts'
export { diffMarkdown } from './diff-text.ts'
export { type Chapter, chaptersOf, explainPolicy } from './explain.ts'
export { type PolicyFault, PolicyInvalid } from './fault.ts'
export { type InventoryRow, inventoryCsv, inventoryMarkdown, inventoryOf } from './inventory.ts'
export { compileSource, type LoadOptions, loadPolicy } from './load.ts'
export { type Notice, noticeOf } from './notice.ts'
export type * from './policy.ts'
export { expiresOn, narrowerDays } from './policy.ts'
export { type Activity, type RecordOfProcessing, recordCsv, recordMarkdown, recordOfProcessing } from './record.ts'
export { policyPath, shippedFolder, shippedNames } from './shipped.ts'
export { nearest, suggestion } from './suggest.ts'
export {
  type Entity,
  type ErasureEffect,
  type EventWord,
  eventWords,
  type MessageWord,
  messageWords,
  standingWords,
  type Word,
} from './vocabulary.ts'
