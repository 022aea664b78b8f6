import { bytesOf, equalBytes, type Id, idOf, keyedHash } from '../base/index.ts'
import type { KeyRing } from './ring.ts'

/**
 * What a mail comes back to: the local part of its envelope sender, and its CFBL-Feedback-ID (RFC 9477). A local part holds
 * 64 octets (RFC 5321 section 4.5.3.1.1) whose case servers may change, which is 40 bytes of base32 and too few for an
 * AEAD's nonce and tag beside an id:
 *
 *   base32( version 1 | key fingerprint 4 | tag 16 | message id 16 XOR mask ), 60 characters
 *
 * The tag is the id's keyed hash, and the mask the keyed hash of the tag under another key (the idea of RFC 5297): without
 * the keys neither the message is read nor a token made for it. The same at each attempt, so that a repetition is one.
 */
const version = 1
const tagBytes = 16
const idBytes = 16
const length = 1 + 4 + tagBytes + idBytes
const characters = Math.ceil((length * 8) / 5)

export type ReturnVerdict =
  | { readonly state: 'genuine'; readonly message: Id }
  /** Looks like one and was made by nobody who has the keys, or by one who stole them: it stops nobody. */
  | { readonly state: 'forged' }
  /** Does not even look like one. */
  | { readonly state: 'none' }

const forged: ReturnVerdict = Object.freeze({ state: 'forged' })
const none: ReturnVerdict = Object.freeze({ state: 'none' })

/** 60 characters of lower-case base32. */
export function mintReturn({ signing }: KeyRing, message: Id): string {
  const id = bytesOf(message)
  const tag = keyedHash(signing.returns.tag, id, tagBytes)
  const hidden = masked(id, signing.returns.mask, tag)
  return base32(Buffer.concat([Buffer.from([version]), signing.fingerprint, tag, hidden]))
}

export function openReturn(ring: KeyRing, text: string): ReturnVerdict {
  const bytes = text.length === characters ? fromBase32(text.toLowerCase()) : null
  if (bytes?.[0] !== version) return none
  const key = ring.byFingerprint(bytes.subarray(1, 5))
  if (!key || key.revoked) return forged
  const tag = bytes.subarray(5, 5 + tagBytes)
  const id = masked(bytes.subarray(5 + tagBytes), key.returns.mask, tag)
  return equalBytes(keyedHash(key.returns.tag, id, tagBytes), tag) ? { state: 'genuine', message: idOf(id) } : forged
}

/** The first genuine one in `texts`; `forged` when only such were found. Looks at a bounded number of candidates. */
export function returnsIn(ring: KeyRing, texts: Iterable<string>): ReturnVerdict {
  let [tries, found]: [number, ReturnVerdict] = [64, none]
  for (const text of texts) {
    for (const [candidate] of text.matchAll(shaped)) {
      const verdict = openReturn(ring, candidate)
      if (verdict.state === 'genuine') return verdict
      if (verdict.state === 'forged') found = verdict
      if (--tries === 0) return found
    }
  }
  return found
}

const shaped = new RegExp(`(?<![a-z0-9])[a-z2-7]{${characters}}(?![a-z0-9])`, 'gi')

const masked = (id: Uint8Array, key: Uint8Array, tag: Uint8Array): Buffer => {
  const mask = keyedHash(key, tag, idBytes)
  return Buffer.from(id.map((byte, at) => byte ^ mask[at]!))
}

/** RFC 4648 section 6, without padding. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

function base32(bytes: Uint8Array): string {
  let [text, bits, value] = ['', 0, 0]
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31]
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** Null when it is none, or not the one spelling of its bytes. */
function fromBase32(text: string): Buffer | null {
  const bytes: number[] = []
  let [bits, value] = [0, 0]
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) return null
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >> bits) & 255)
    }
  }
  return (value & ((1 << bits) - 1)) === 0 ? Buffer.from(bytes) : null
}
