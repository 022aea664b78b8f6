import sodium from 'sodium-native'

// A pwhash works on tens of megabytes: one at a time, so that wrong keys cannot be used to fill the memory.
let last: Promise<unknown> = Promise.resolve()
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work)
  last = mine.catch(() => {})
  return mine
}

/** Argon2id (RFC 9106) of `secret` with its salt and cost inside: what is kept of a key that is shown once. */
export async function hashSecret(secret: string): Promise<string> {
  const out = Buffer.alloc(sodium.crypto_pwhash_STRBYTES)
  const { crypto_pwhash_OPSLIMIT_INTERACTIVE: ops, crypto_pwhash_MEMLIMIT_INTERACTIVE: memory } = sodium
  await inTurn(() => sodium.crypto_pwhash_str_async(out, Buffer.from(secret), ops, memory))
  return out.toString('latin1').replace(/\0+$/, '')
}

/** Whether `hash` was made of `secret`. Costs what the hash cost: ask once and remember. */
export function secretMatches(hash: string, secret: string): Promise<boolean> {
  const padded = Buffer.alloc(sodium.crypto_pwhash_STRBYTES)
  padded.write(hash, 'latin1')
  return inTurn(() => sodium.crypto_pwhash_str_verify_async(padded, Buffer.from(secret)))
}
