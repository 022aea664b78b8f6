/**
 * Where Lethe is put together. In: the environment. Out: a running Lethe, or every fault of its settings at once.
 * Forbidden: rules of the domain; they live in the rooms that this one connects.
 */

export { type KeysReport, reportCsv } from '../http/index.ts'
export {
  checkPolicy,
  diffMarkdown,
  diffPolicies,
  explainPolicy,
  inventoryCsv,
  inventoryMarkdown,
  inventoryOf,
  loadPolicy,
  nearest,
  noticeOf,
  policyPath,
  recordCsv,
  recordMarkdown,
  recordOfProcessing,
  shippedFolder,
  shippedNames,
  suggestion,
} from '../policy/index.ts'
export {
  asUtf8,
  type CampaignReport,
  charsetOf,
  type Imported,
  type LiftInput,
  type SuppressionFormat,
  suppressionFormat,
  type Why,
} from '../sending/index.ts'
export {
  type Answered,
  type AuditVerdict,
  askRight,
  type CreatedKey,
  type PurgeReport,
  type RestoreReport,
  type ShownKey,
  type SignedAudit,
  type SubjectAnswer,
  type SubjectRequest,
  type SubjectVerb,
  subjectVerbs,
} from '../upkeep/index.ts'
export { previewCertificate } from './certificate-preview.ts'
export { furtherFaults } from './check.ts'
export { type Config, ConfigFault, processConfig, processDoubts, type Role, readConfig, roles } from './config.ts'
export { readDkimKeys } from './dkim.ts'
export { askOutside, type DoctorFinding, examine, finding, type Outside } from './doctor/index.ts'
export { type House, type Overseer, openHouse } from './house.ts'
export { listNetworks, type NetworksLine, networkKind, updateNetworks } from './networks.ts'
export { copyStores } from './store-copy.ts'
export { refuseMissingStore } from './store-there.ts'
export { type RunningLethe, runLethe } from './up/index.ts'
