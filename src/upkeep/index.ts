/**
 * What makes the promises come true without anyone asking: purge, tidy, stray work, and the audit that proves it.
 * In: the stores, by their faces. Out: what was removed, what was found. Forbidden: reading personal values.
 */
export { type ApiKeys, type CreatedKey, newApiKeys, type ShownKey } from './api-keys.ts'
export {
  type AuditReport,
  type AuditVerdict,
  type CanaryParts,
  canaryDomain,
  type HouseFacts,
  type Peer,
  runAudit,
  runCanary,
  type SignedAudit,
  signAudit,
  verifyAudit,
  withFindings,
} from './audit/index.ts'
export { type PurgeReport, purge } from './purge.ts'
export { residue } from './residue.ts'
export { newRestoreCheck, type RestoreCheck, type RestoreReport } from './restore.ts'
export {
  type Answered,
  askRight,
  type Case,
  type Correction,
  checkExport,
  type Exported,
  type Fingerprinted,
  newRights,
  newSigner,
  type ParentalConsent,
  type Receipt,
  type Rights,
  type Signer,
  type SubjectAnswer,
  type SubjectRequest,
  type SubjectVerb,
  subjectVerbs,
} from './rights/index.ts'
export { type Task, tasks, type Upkeep } from './schedule.ts'
export { keyPattern, type Scope, scopes } from './scopes/index.ts'
