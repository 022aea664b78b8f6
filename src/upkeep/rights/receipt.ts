import { deriveKey, equalBytes, Fault, type Id, keyedHash } from '../../base/index.ts'
import type { OperatorKey } from '../../gate/index.ts'
import type { LogHead, Right } from '../../ledger/index.ts'
import { type ExportSigner, newExportSigner } from './import-signature.ts'

/** One thing that was done, and when. `count` and `until` where they say more. */
export interface Line {
  readonly at: string
  readonly code: string
  readonly says: string
  readonly count?: number
}

/** What is out of reach or stays on purpose, and until when; null where nobody here can tell. */
export interface Remainder {
  readonly code: string
  readonly says: string
  readonly until: string | null
}

/** What the person keeps. It names no one: whoever holds it knows whose it is. */
export interface Receipt {
  readonly case: Id
  readonly right: Right
  readonly at: string
  /** Digest of the policy that was in force. */
  readonly policy: string
  readonly lines: readonly Line[]
  readonly remains: readonly Remainder[]
  /** The newest line of the audit log when this was written: whoever holds the receipt can tell that the log was cut. */
  readonly log?: LogHead
  /** Which of the deployment's keys signed, as a fingerprint. */
  readonly key: string
  readonly signature: string
}

export interface Signer {
  sign(unsigned: Omit<Receipt, 'key' | 'signature'>): Receipt
  /** True for a receipt of this deployment of which no byte was changed, under any of its keys. */
  verify(receipt: Receipt): boolean
  signExport: ExportSigner['sign']
  verifyExport: ExportSigner['verify']
}

/** A keyed hash under a sub-key of the operator's: this deployment can tell its own receipts, and nobody can make one. */
export function newSigner(operators: readonly OperatorKey[]): Signer {
  const keys = operators.map(({ key, revoked }) => {
    const own = deriveKey(key, 'l.receip')
    return { own, revoked, name: keyedHash(own, 'fingerprint', 16).subarray(0, 4).toString('hex') }
  })
  const exports = newExportSigner(operators)
  const signing = keys.find(({ revoked }) => !revoked)
  if (!signing) {
    throw new Fault('keys_missing', 'There is no operator key that may sign.', 'Put a fresh key first in LETHE_KEYS.')
  }
  return {
    signExport: exports.sign,
    verifyExport: exports.verify,
    sign: (unsigned) => {
      const named = { ...unsigned, key: signing.name }
      return { ...named, signature: keyedHash(signing.own, spelled(named)).toString('hex') }
    },
    verify: ({ signature, ...named }) => {
      const found = keys.find(({ name }) => name === named.key)
      return found !== undefined && equalBytes(keyedHash(found.own, spelled(named)), Buffer.from(signature, 'hex'))
    },
  }
}

/** One spelling, whatever order the fields came in. */
const spelled = ({ case: id, right, at, policy, lines, remains, log, key }: Omit<Receipt, 'signature'>): string =>
  JSON.stringify([
    ...[id, right, at, policy, key],
    lines.map((line) => [line.at, line.code, line.says, line.count ?? null]),
    remains.map(({ code, says, until }) => [code, says, until]),
    ...(log ? [log.sequence, log.hash] : []),
  ])
