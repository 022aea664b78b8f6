import { deriveKey, Fault, keyedHash } from '../base/index.ts'

/** One operator key as the configuration names it. A revoked key opens nothing that records or redirects any more. */
export interface OperatorKey {
  readonly id: string
  readonly key: Uint8Array
  readonly revoked: boolean
}

interface TokenKey {
  readonly fingerprint: Buffer
  readonly key: Buffer
  /** Makes the nonces of shared tokens, and nothing else. */
  readonly nonceKey: Buffer
  /** Of return paths, which have no room for a nonce: one key makes their tag, the other hides what they name. */
  readonly returns: { readonly tag: Buffer; readonly mask: Buffer }
  /** Commits to the holders of certificates, and nothing else. */
  readonly holderKey: Buffer
  readonly revoked: boolean
}

/** The sub-keys that trackers hold: enough to open tokens, useless for the store (the KDF does not run backwards). */
export interface KeyRing {
  readonly signing: TokenKey
  /** Every key that tokens may name, revoked ones among them. */
  readonly all: readonly TokenKey[]
  byFingerprint(fingerprint: Uint8Array): TokenKey | undefined
}

const malformed = (position: number) =>
  new Fault(
    'keys_malformed',
    `Operator key number ${position} is not of the form id:base64 with 32 bytes behind the colon.`,
    'Correct LETHE_KEYS or the keys file; restore the file from its backup if it was cut.',
  )

/** `id:base64[:revoked]`, comma or newline separated; the first that is not revoked seals and signs. Throws `keys_malformed`. */
export function parseOperatorKeys(text: string): readonly OperatorKey[] {
  const entries = text.split(/[,\n]/).map((entry) => entry.trim())
  const keys = entries.filter(Boolean).map((entry, index) => {
    const [id, encoded, state] = entry.split(':')
    const key = Buffer.from(encoded ?? '', 'base64')
    if (!id || key.length !== 32 || (state !== undefined && state !== 'revoked')) throw malformed(index + 1)
    return { id, key, revoked: state === 'revoked' }
  })
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new Fault(
      'keys_repeated',
      'Two operator keys have the same id.',
      'Give each key in LETHE_KEYS an id of its own.',
    )
  }
  return keys
}

/** The token sub-keys of the operator keys. Throws `keys_missing` when none may sign. */
export function newKeyRing(keys: readonly OperatorKey[]): KeyRing {
  const ring = keys.map(({ key, revoked }): TokenKey => {
    const token = deriveKey(key, 'l.token_')
    const nonceKey = deriveKey(token, 'l.shared')
    const holderKey = deriveKey(token, 'l.holder')
    const returns = { tag: deriveKey(token, 'l.return', 1), mask: deriveKey(token, 'l.return', 2) }
    const fingerprint = keyedHash(token, 'fingerprint', 16).subarray(0, 4)
    return { key: token, nonceKey, returns, holderKey, fingerprint, revoked }
  })
  const signing = ring.find(({ revoked }) => !revoked)
  if (!signing) {
    throw new Fault('keys_missing', 'There is no operator key that may sign.', 'Put a fresh key first in LETHE_KEYS.')
  }
  const lookup = new Map(ring.map((entry) => [entry.fingerprint.readUInt32BE(0), entry]))
  const number = (bytes: Uint8Array): number =>
    ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
  return Object.freeze({ signing, all: ring, byFingerprint: (bytes: Uint8Array) => lookup.get(number(bytes)) })
}

/** A ring whose keys may be turned while many hold it: each question goes to the one that counts then. */
export const turningRing = (current: () => KeyRing): KeyRing => ({
  get signing() {
    return current().signing
  },
  get all() {
    return current().all
  },
  byFingerprint: (fingerprint) => current().byFingerprint(fingerprint),
})
