import { boxBytes, bytesOf, type Day, type Handle, type Id, openSealInto, seal, sealSame } from '../base/index.ts'
import type { KeyRing } from './ring.ts'

/**
 * A token is everything behind `/o/`, `/c/`, `/u/`, `/me/`, `/v/` and `/confirm/`:
 *
 *   base64url( version 1 | key fingerprint 4 | nonce 24 | sealed( claims ) | tag 16 )
 *
 * The kind is associated data, so that an open token is no click token. In clear stand only the format and the key: a
 * proxy, a scanner or a forwarder reads nothing. The nonce is random, so no two messages share a byte behind the fingerprint;
 * a shared token's is derived, so that all recipients of a campaign get the same bytes.
 */
export type TokenKind = 'open' | 'click' | 'unsubscribe' | 'me' | 'certificate' | 'confirm' | 'access'

export interface Claims {
  /** Number of the policy in force when the message was accepted. */
  readonly policy: number
  readonly issued: Day
  /** The message; for a shared token the campaign. */
  readonly message: Id
  /** The data subject; absent from a shared token, which is the same for every recipient and can count nobody. */
  readonly handle: Handle | null
  /** Ordinal of the link in the mail, from 1; 0 for what is not a link. */
  readonly link: number
  /** A click's exact destination; an unsubscription's purpose. */
  readonly target: string
  /** Set where only the date of the last open may be kept. */
  readonly lastOpen?: true
}

export type TokenVerdict =
  | { readonly state: 'genuine'; readonly claims: Claims }
  /** Sealed by a key that was stolen since: nothing may be recorded and no redirect followed blindly. */
  | { readonly state: 'revoked'; readonly claims: Claims }
  | { readonly state: 'forged' }

const version = 1
const kinds: Readonly<Record<TokenKind, Buffer>> = {
  open: Buffer.from([version, 1]),
  click: Buffer.from([version, 2]),
  unsubscribe: Buffer.from([version, 3]),
  me: Buffer.from([version, 4]),
  certificate: Buffer.from([version, 5]),
  confirm: Buffer.from([version, 6]),
  access: Buffer.from([version, 7]),
}

// flags 1 | policy 4 | issued 2 | link 2 | message 16 | handle 12 (if any) | target, UTF-8, to the end
const fixed = 1 + 4 + 2 + 2 + 16
const handleBytes = 12
const withHandle = 1
const lastOpenOnly = 2

/** Seals `claims` under the ring's signing key; canonical base64url, about 110 characters before the target. */
export const mintToken = (ring: KeyRing, kind: TokenKind, claims: Claims): string =>
  spelled(ring, seal(ring.signing.key, plainOf(claims), kinds[kind]))

/**
 * A token that names nobody and is byte for byte the same for the same claims, in every process and after every restart,
 * without any state: for policies that only count. Changing the signing key in the middle of a campaign changes it once.
 */
export function mintSharedToken(ring: KeyRing, kind: 'open' | 'click', claims: Omit<Claims, 'handle'>): string {
  const { key, nonceKey } = ring.signing
  return spelled(ring, sealSame(key, nonceKey, plainOf({ ...claims, handle: null }), kinds[kind]))
}

const spelled = (ring: KeyRing, box: Buffer): string =>
  Buffer.concat([Buffer.from([version]), ring.signing.fingerprint, box]).toString('base64url')

function plainOf(claims: Claims): Buffer {
  const target = Buffer.from(claims.target)
  const plain = Buffer.alloc(fixed + (claims.handle ? handleBytes : 0) + target.length)
  plain[0] = (claims.handle ? withHandle : 0) | (claims.lastOpen ? lastOpenOnly : 0)
  plain.writeUInt32BE(claims.policy, 1)
  plain.writeUInt16BE(claims.issued, 5)
  plain.writeUInt16BE(claims.link, 7)
  bytesOf(claims.message).copy(plain, 9)
  if (claims.handle) bytesOf(claims.handle).copy(plain, fixed)
  target.copy(plain, plain.length - target.length)
  return plain
}

const head = 1 + 4
const { nonce: nonceBytes, tag: tagBytes } = boxBytes
const shortest = head + nonceBytes + fixed + tagBytes
const longest = 8192
const forged: TokenVerdict = Object.freeze({ state: 'forged' })

// One desk for every token, because a hit is over before the next begins: its bytes, and views of their parts, which are
// the same for as many tokens as are of the same length. A Buffer for each part of each token was half of what it took.
const desk = Buffer.allocUnsafeSlow((longest * 3) / 4)
const fingerprint = desk.subarray(1, head)
const nonce = desk.subarray(head, head + nonceBytes)
let length = 0
let sealed = desk
let plain = desk

/** Opens `token` as one of `kind`. Anything that is not canonical base64url, or was not sealed by a known key, is forged. */
export function openToken(ring: KeyRing, kind: TokenKind, token: string): TokenVerdict {
  if (token.length > longest || token.length < (shortest * 4) / 3) return forged
  const written = desk.write(token, 'base64url')
  // One byte string has one spelling: without this, the unused low bits of the last character would make aliases.
  if (desk[0] !== version || written < shortest || desk.toString('base64url', 0, written) !== token) return forged
  const found = ring.byFingerprint(fingerprint)
  if (!found) return forged
  if (written !== length) {
    length = written
    sealed = desk.subarray(head + nonceBytes, length)
    plain = Buffer.allocUnsafeSlow(sealed.length - tagBytes)
  }
  if (!openSealInto(plain, found.key, nonce, sealed, kinds[kind])) return forged
  return { state: found.revoked ? 'revoked' : 'genuine', claims: readClaims(plain) }
}

function readClaims(plain: Buffer): Claims {
  const flags = plain[0]!
  const hasHandle = (flags & withHandle) !== 0
  const end = hasHandle ? fixed + handleBytes : fixed
  const claims = {
    policy: plain.readUInt32BE(1),
    issued: plain.readUInt16BE(5),
    link: plain.readUInt16BE(7),
    message: plain.toString('base64url', 9, fixed),
    handle: hasHandle ? plain.toString('base64url', fixed, end) : null,
    target: end < plain.length ? plain.toString('utf8', end) : '',
  }
  return flags & lastOpenOnly ? { ...claims, lastOpen: true } : claims
}
