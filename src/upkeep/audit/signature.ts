import { deriveKey, equalBytes, Fault, keyedHash } from '../../base/index.ts'
import type { OperatorKey } from '../../gate/index.ts'
import type { AuditReport } from './run.ts'

/** The report as it is handed out: whoever changes a byte of it, or makes one up, cannot sign it. */
export interface SignedAudit extends AuditReport {
  /** Which of the deployment's keys signed, as a fingerprint. */
  readonly key: string
  readonly signature: string
}

/** `revoked`: it was signed with a key that is stolen by now, and so could have been made by others. */
export type AuditVerdict = 'genuine' | 'changed' | 'unknown_key' | 'revoked_key' | 'unsigned'

const keysOf = (operators: readonly OperatorKey[]) =>
  operators.map(({ key, revoked }) => {
    const own = deriveKey(key, 'l.audit_')
    return { own, revoked, name: keyedHash(own, 'fingerprint', 16).subarray(0, 4).toString('hex') }
  })

/** Signs with a sub-key of the operator's that signs nothing else: a receipt can never pass for a report. */
export function signAudit(operators: readonly OperatorKey[], report: AuditReport): SignedAudit {
  const signing = keysOf(operators).find(({ revoked }) => !revoked)
  if (!signing) {
    throw new Fault('keys_missing', 'There is no operator key that may sign.', 'Put a fresh key first in LETHE_KEYS.')
  }
  const named = { ...report, key: signing.name }
  return { ...named, signature: keyedHash(signing.own, spelled(named)).toString('hex') }
}

export function verifyAudit(operators: readonly OperatorKey[], document: unknown): AuditVerdict {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'unsigned'
  const { signature, ...named } = { signature: undefined, key: undefined, ...document }
  if (typeof signature !== 'string' || typeof named.key !== 'string') return 'unsigned'
  const found = keysOf(operators).find(({ name }) => name === named.key)
  if (!found) return 'unknown_key'
  if (!equalBytes(keyedHash(found.own, spelled(named)), Buffer.from(signature, 'hex'))) return 'changed'
  return found.revoked ? 'revoked_key' : 'genuine'
}

/** JSON with sorted keys: one spelling, whatever order or spacing a file came back with. */
const spelled = (value: unknown): string => JSON.stringify(sorted(value))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]))
}
