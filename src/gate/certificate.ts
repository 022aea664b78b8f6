import { bytesOf, type Day, equalBytes, type Id, idOf, keyedHash } from '../base/index.ts'
import { normalHolder } from './holder.ts'
import type { KeyRing } from './ring.ts'
import { mintToken, openToken } from './token.ts'

/** What anybody may read who holds the certificate in their hand. */
export interface CertificateFacts {
  readonly id: Id
  readonly title: string
  readonly issuer: string
  readonly date: Day
}

/**
 * How to make the certificate of one message when it is composed: its facts and the template's digest. The values come from
 * the message; the PDF itself is never kept.
 */
export interface CertificatePlan extends CertificateFacts {
  readonly template: string
}

export type CertificateVerdict =
  | { readonly state: 'genuine'; readonly certificate: CertificateFacts; readonly heldBy: (name: string) => boolean }
  /** Sealed by a key that was stolen since: whoever has it could have written anything. */
  | { readonly state: 'revoked' }
  | { readonly state: 'forged' }

// 96 bits: the code has to stay small enough for a sheet of paper, and nobody can try names without the key.
const commitmentBytes = 12
const separator = '\n'

/**
 * Everything that the verification page will ever know, sealed into the token on the certificate itself: its facts, and a
 * keyed commitment to its holder's name. Nothing about either is stored anywhere. Facts hold no line break.
 */
export function mintCertificate(
  ring: KeyRing,
  { id, title, issuer, date }: CertificateFacts,
  holder: string,
  policy: number,
): string {
  const target = [commitment(ring.signing.holderKey, id, holder).toString('base64url'), title, issuer].join(separator)
  return mintToken(ring, 'certificate', { policy, issued: date, message: id, handle: null, link: 0, target })
}

/** What a certificate says of itself, and whether a name is its holder's: yes or no, for as long as a key knows it. */
export function openCertificate(ring: KeyRing, token: string): CertificateVerdict {
  const verdict = openToken(ring, 'certificate', token)
  if (verdict.state !== 'genuine') return { state: verdict.state }
  const { message: id, issued, target } = verdict.claims
  const [promised = '', title = '', issuer = ''] = target.split(separator)
  const key = ring.byFingerprint(bytesOf(token).subarray(1, 5))?.holderKey
  const held = bytesOf(promised)
  return {
    state: 'genuine',
    certificate: { id, title, issuer, date: issued },
    heldBy: (name) => key !== undefined && equalBytes(commitment(key, id, name), held),
  }
}

/** The certificate's id goes in, so that two certificates of one person have nothing in common. */
const commitment = (key: Uint8Array, id: Id, holder: string): Buffer =>
  keyedHash(key, Buffer.concat([bytesOf(id), Buffer.from(normalHolder(holder))]), 16).subarray(0, commitmentBytes)

const checkBytes = 4
const idBytes = 16

/**
 * The number of the certificate in a message: the same for a repeated request, and nobody without the key can tell the
 * one from the other. Its last bytes vouch for the others, since a revocation has nothing else to hold it against.
 */
export function certificateId(ring: KeyRing, message: Id): Id {
  // The oldest key: a repetition must give the same number after a rotation.
  const first = ring.all.at(-1)!.holderKey
  const body = keyedHash(first, `number${separator}${message}`, 16).subarray(0, idBytes - checkBytes)
  return idOf(Buffer.concat([body, checkOf(first, body)]))
}

/** Whether this is the number of a certificate that one of the ring's keys could have made: a slip of the pen is none. */
export function isCertificateId(ring: KeyRing, id: string): boolean {
  const bytes = bytesOf(id)
  if (bytes.length !== idBytes || idOf(bytes) !== id) return false
  const [body, check] = [bytes.subarray(0, idBytes - checkBytes), bytes.subarray(idBytes - checkBytes)]
  return ring.all.some(({ holderKey }) => equalBytes(checkOf(holderKey, body), check))
}

const checkOf = (key: Uint8Array, body: Uint8Array): Buffer =>
  keyedHash(key, Buffer.concat([Buffer.from(`check${separator}`), body]), 16).subarray(0, checkBytes)
