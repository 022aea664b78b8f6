import sodium from 'sodium-native'
import { Fault } from './fault.ts'

/**
 * libsodium's boxes, and nothing else of cryptography anywhere in Lethe. Keys are 32 bytes; a sealed value is a 24-byte
 * random nonce, the ciphertext and a 16-byte tag (XChaCha20-Poly1305, draft-irtf-cfrg-xchacha), bound to a place by its
 * associated data, so that a value moved to another row or column does not open.
 */
const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
const tagBytes = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES

export function randomBytes(count: number): Buffer {
  const out = Buffer.allocUnsafeSlow(count)
  sodium.randombytes_buf(out)
  return out
}

const pool = Buffer.allocUnsafeSlow(6144)
let used = pool.length

/**
 * `count` random bytes that are no secret: nonces and ids. Drawn 6 KB at a time, because asking the system for each costs
 * a sixth of a hit and a twentieth of a mail (measured with --cpu-prof under `npm run bench`). No byte serves twice.
 */
export function publicRandom(count: number): Buffer {
  if (used + count > pool.length) {
    sodium.randombytes_buf(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}

/** Seals `plain` under `key` for the place that `associated` names. */
export const seal = (key: Uint8Array, plain: Uint8Array, associated: Uint8Array): Buffer =>
  sealWith(publicRandom(nonceBytes), key, plain, associated)

/**
 * The same box each time for the same `plain` and `associated`: the nonce is their keyed hash under `nonceKey`, a key used
 * for nothing else (the idea of RFC 5297's synthetic IV). Two different plain texts share a nonce only if 192 bits of keyed
 * BLAKE2b collide, so no nonce is ever used for two messages; what an observer learns is that two boxes are equal, and
 * that is what this is for.
 */
export function sealSame(key: Uint8Array, nonceKey: Uint8Array, plain: Uint8Array, associated: Uint8Array): Buffer {
  // The length in front keeps (a, bc) and (ab, c) apart.
  const input = Buffer.concat([Buffer.from([associated.length]), associated, plain])
  return sealWith(keyedHash(nonceKey, input, nonceBytes), key, plain, associated)
}

function sealWith(fresh: Uint8Array, key: Uint8Array, plain: Uint8Array, associated: Uint8Array): Buffer {
  const box = Buffer.allocUnsafe(nonceBytes + plain.length + tagBytes)
  const nonce = box.subarray(0, nonceBytes)
  nonce.set(fresh)
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(box.subarray(nonceBytes), plain, associated, null, nonce, key)
  return box
}

/** The plain bytes, or `seal_broken` when a byte was flipped, the key is another or the value lies in another place. */
export function openSeal(key: Uint8Array, box: Uint8Array, associated: Uint8Array): Buffer {
  const plain = Buffer.allocUnsafe(Math.max(0, box.length - nonceBytes - tagBytes))
  try {
    const nonce = box.subarray(0, nonceBytes)
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, box.subarray(nonceBytes), associated, nonce, key)
    return plain
  } catch (cause) {
    throw new Fault(
      'seal_broken',
      'A sealed value does not open: its bytes, its place or its key are not the ones it was sealed with.',
      'Check LETHE_KEYS and restore the store from a backup if its bytes were changed.',
      { cause },
    )
  }
}

/**
 * As `openSeal`, into memory that the caller has ready (`plain` is as long as the sealed part without its tag), and false
 * in place of a fault: for hits, of which each would otherwise leave five views behind.
 */
export function openSealInto(
  plain: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): boolean {
  try {
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, sealed, associated, nonce, key)
    return true
  } catch {
    return false
  }
}

/** Bytes of a box that are not its plain text: the nonce in front, the tag behind. */
export const boxBytes = Object.freeze({ nonce: nonceBytes, tag: tagBytes })

/** Keyed BLAKE2b (RFC 7693) of `input`, `bytes` long: indexes and fingerprints. */
export function keyedHash(key: Uint8Array, input: Uint8Array | string, bytes = 32): Buffer {
  const out = Buffer.allocUnsafe(bytes)
  sodium.crypto_generichash(out, typeof input === 'string' ? Buffer.from(input) : input, key)
  return out
}

/**
 * Keyed BLAKE2b-128 of texts under `key`, as a name of 16 characters to find something by. The text lies in memory of its
 * own for the length of the call, and is wiped.
 */
export function newNamer(key: Uint8Array): (text: string) => string {
  const out = Buffer.allocUnsafeSlow(16)
  const desk = Buffer.allocUnsafeSlow(2048)
  return (text) => {
    // UTF-8 takes three bytes a unit at most.
    if (text.length * 3 > desk.length) return keyedHash(key, text, 16).toString('latin1')
    const length = desk.write(text)
    sodium.crypto_generichash(out, desk.subarray(0, length), key)
    desk.fill(0, 0, length)
    return out.toString('latin1')
  }
}

/** Plain BLAKE2b-256 as hex: of public texts only (policies, wordings, migrations), never of anything personal. */
export function digest(input: Uint8Array | string): string {
  const out = Buffer.allocUnsafe(32)
  sodium.crypto_generichash(out, typeof input === 'string' ? Buffer.from(input) : input)
  return out.toString('hex')
}

/** A sub-key by libsodium's KDF; `context` is exactly eight characters and names the use. */
export function deriveKey(key: Uint8Array, context: string, number = 1): Buffer {
  const out = Buffer.allocUnsafeSlow(32)
  sodium.crypto_kdf_derive_from_key(out, number, Buffer.from(context), key)
  return out
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && sodium.sodium_memcmp(a, b)

/** Overwrites a key that is no longer needed. */
export const wipe = (key: Uint8Array): void => sodium.sodium_memzero(key)
