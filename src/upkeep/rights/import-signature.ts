import { type Address, deriveKey, equalBytes, Fault, keyedHash } from '../../base/index.ts'
import type { OperatorKey } from '../../gate/index.ts'

/** Which of the deployment's keys signed, as a fingerprint, and the keyed hash. */
export interface ExportSignature {
  readonly key: string
  readonly signature: string
}

/** `foreign`: by a key that is not among ours. `revoked`: by one that is stolen, so that anybody may have made it. */
export type ExportVerdict = 'genuine' | 'changed' | 'foreign' | 'revoked'

export interface ExportSigner {
  sign(address: Address, document: object): ExportSignature
  verify(address: Address, document: object, signed: ExportSignature): ExportVerdict
}

/**
 * Signs an export together with the address that it is of, which need not stand in it: nobody can hand one person's data in as
 * another's. By a sub-key that signs nothing else; the same export is signed the same each time.
 */
export function newExportSigner(operators: readonly OperatorKey[]): ExportSigner {
  const keys = operators.map(({ key, revoked }) => {
    const own = deriveKey(key, 'l.export')
    return { own, revoked, name: keyedHash(own, 'fingerprint', 16).subarray(0, 4).toString('hex') }
  })
  const hash = (own: Buffer, address: Address, document: object): Buffer =>
    keyedHash(own, spelled([address.normal, document]))
  return {
    sign: (address, document) => {
      const signing = keys.find(({ revoked }) => !revoked)
      if (!signing) {
        const next = 'Put a fresh key first in LETHE_KEYS.'
        throw new Fault('keys_missing', 'There is no operator key that may sign.', next)
      }
      return { key: signing.name, signature: hash(signing.own, address, document).toString('hex') }
    },
    verify: (address, document, { key, signature }) => {
      const found = keys.find(({ name }) => name === key)
      if (!found) return 'foreign'
      if (!equalBytes(hash(found.own, address, document), Buffer.from(signature, 'hex'))) return 'changed'
      return found.revoked ? 'revoked' : 'genuine'
    },
  }
}

/** One spelling, whatever order and spacing a file came back with. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, each]) => `${JSON.stringify(key)}:${spelled(each)}`).join(',')}}`
}
