/** The functions of libsodium that Lethe uses; the package ships no types. Outputs are written into the first argument. */
declare module 'sodium-native' {
  interface Sodium {
    readonly crypto_aead_xchacha20poly1305_ietf_NPUBBYTES: number
    readonly crypto_aead_xchacha20poly1305_ietf_ABYTES: number
    readonly crypto_pwhash_STRBYTES: number
    readonly crypto_pwhash_OPSLIMIT_INTERACTIVE: number
    readonly crypto_pwhash_MEMLIMIT_INTERACTIVE: number
    randombytes_buf(out: Uint8Array): void
    sodium_memzero(out: Uint8Array): void
    sodium_memcmp(a: Uint8Array, b: Uint8Array): boolean
    crypto_generichash(out: Uint8Array, input: Uint8Array, key?: Uint8Array): void
    crypto_kdf_derive_from_key(out: Uint8Array, number: number, context: Uint8Array, key: Uint8Array): void
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      out: Uint8Array,
      plain: Uint8Array,
      associated: Uint8Array | null,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    /** Throws when the box was not made by this key, nonce and associated data. */
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      out: Uint8Array,
      secretNonce: null,
      box: Uint8Array,
      associated: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    crypto_pwhash_str_async(out: Uint8Array, password: Uint8Array, ops: number, memory: number): Promise<void>
    crypto_pwhash_str_verify_async(hash: Uint8Array, password: Uint8Array): Promise<boolean>
  }
  const sodium: Sodium
  export default sodium
}
