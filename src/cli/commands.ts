import { apiKeyCreate, apiKeyList, apiKeyRevoke } from './api-key.ts'
import { audit } from './audit.ts'
import { campaign } from './campaign.ts'
import { certificatePreview, certificateRevoke } from './certificate.ts'
import type { Command } from './command.ts'
import { dataList, dataUpdate } from './data.ts'
import { doctor } from './doctor.ts'
import { keysRevoke, keysRotate } from './keys.ts'
import { migrate } from './migrate.ts'
import { policyCheck, policyExplain, policyNotice } from './policy.ts'
import { policyDiff, policyInventory, policyRecord } from './policy-record.ts'
import { purge } from './purge.ts'
import { reports } from './report.ts'
import { restoreCheck } from './restore-check.ts'
import { sendCampaign } from './send-campaign.ts'
import { sendCertificates } from './send-certificates.ts'
import { storeCopy } from './store-copy.ts'
import { subject } from './subject.ts'
import { suppression } from './suppression.ts'
import { template } from './template.ts'
import { up } from './up.ts'
import { why } from './why.ts'

/** Every command there is. */
export const commands: readonly Command[] = [
  up,
  sendCampaign,
  ...campaign,
  ...template,
  sendCertificates,
  certificatePreview,
  certificateRevoke,
  policyCheck,
  policyExplain,
  policyNotice,
  policyRecord,
  policyInventory,
  policyDiff,
  reports,
  why,
  purge,
  audit,
  ...subject,
  restoreCheck,
  ...suppression,
  migrate,
  storeCopy,
  doctor,
  apiKeyCreate,
  apiKeyList,
  apiKeyRevoke,
  keysRotate,
  keysRevoke,
  dataUpdate,
  dataList,
]
