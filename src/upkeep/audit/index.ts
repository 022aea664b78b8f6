/**
 * Holds the promises against the live stores. In: the stores by their faces, and what the house knows of itself. Out: one
 * finding a promise, signed. Forbidden: changing a byte; personal values in a finding; "proved" for what could not be read.
 */
export { type CanaryParts, canaryDomain, runCanary } from './canary.ts'
export type { HouseFacts } from './house.ts'
export { type AuditReport, runAudit, withFindings } from './run.ts'
export { type AuditVerdict, type SignedAudit, signAudit, verifyAudit } from './signature.ts'
export type { Peer } from './sockets.ts'
