import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { Fault } from '../base/index.ts'

/**
 * DKIM signatures, relaxed/relaxed, by RSA (RFC 6376) and Ed25519 (RFC 8463). Written here and not taken from a library: a
 * mail is hashed once for all its keys, and RSA signs on libuv's threads while the next mail is composed; measured at a
 * quarter of what mailauth takes for the same two signatures. libsodium has no RSA, so both are Node's own.
 */
export interface DkimKey {
  /** The signing domain, d=. */
  readonly domain: string
  readonly selector: string
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  readonly key: KeyObject
}

export type DkimSigner = (octets: Buffer, from: string, seconds: number) => Promise<Buffer>

const label = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** Reads one private key, PEM. Throws `dkim_key_invalid`; the fault holds nothing of the key. */
export function readDkimKey(domain: string, selector: string, pem: string): DkimKey {
  if (!label.test(domain) || !label.test(selector)) throw invalid('domain and selector have to be host names')
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw invalid('its file holds no private key in PEM')
  }
  if (key.asymmetricKeyType === 'ed25519') return { domain, selector, algorithm: 'ed25519-sha256', key }
  if (key.asymmetricKeyType !== 'rsa') throw invalid('it is neither RSA nor Ed25519')
  // RFC 8301 section 3.2: signers use at least 1024 bits, and should use 2048.
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 1024) throw invalid('an RSA key needs 2048 bits')
  return { domain, selector, algorithm: 'rsa-sha256', key }
}

const invalid = (why: string): Fault =>
  new Fault(
    'dkim_key_invalid',
    `A key of LETHE_DKIM cannot be used: ${why}.`,
    'Make one with `openssl genpkey -algorithm ed25519 -out key.pem` (or rsa, 2048 bits) and name it as domain:selector:file.',
  )

/** The TXT record at `<selector>._domainkey.<domain>` by which others verify (RFC 6376 section 3.6.1, RFC 8463 section 4). */
export function dkimRecord({ algorithm, key }: DkimKey): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  // The raw 32 octets of an Ed25519 key end its SubjectPublicKeyInfo (RFC 8410).
  const [kind, octets] = algorithm === 'rsa-sha256' ? ['rsa', spki] : ['ed25519', spki.subarray(-32)]
  return `v=DKIM1; k=${kind}; p=${octets.toString('base64')}`
}

/** Named once more than they occur, so that nobody on the way can add one (RFC 6376 section 8.15). */
const oversigned = ['from', 'to', 'subject', 'date', 'reply-to']
/** What the unsubscribe and feedback headers promise only counts when it is signed (RFC 8058 section 4, RFC 9477 section 3). */
const signed = [
  ...oversigned,
  ...['message-id', 'mime-version', 'content-type', 'content-transfer-encoding', 'auto-submitted'],
  ...['list-id', 'list-unsubscribe', 'list-unsubscribe-post', 'feedback-id', 'cfbl-address', 'cfbl-feedback-id'],
]

/** Signs with each key whose domain is that of the From address or one above it; other mail goes as it is. */
export function newDkimSigner(keys: readonly DkimKey[]): DkimSigner {
  return async (octets, from, seconds) => {
    const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase()
    const own = keys.filter((key) => domain === key.domain || domain.endsWith(`.${key.domain}`))
    if (own.length === 0) return octets
    const text = octets.toString('latin1')
    const split = text.indexOf('\r\n\r\n')
    const bodyHash = sha256(Buffer.from(relaxedBody(text.slice(split + 4)), 'latin1')).toString('base64')
    const { names, canonical } = relaxedHeaders(text.slice(0, split))
    const headers = await Promise.all(own.map((key) => header(key, names, canonical, bodyHash, seconds)))
    return Buffer.concat([Buffer.from(headers.join(''), 'latin1'), octets])
  }
}

async function header(
  { domain, selector, algorithm, key }: DkimKey,
  names: readonly string[],
  canonical: string,
  bodyHash: string,
  seconds: number,
): Promise<string> {
  const tags = [
    `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain};\r\n s=${selector}; t=${seconds};`,
    ` h=${names.join(':\r\n  ')};`,
    ` bh=${bodyHash};`,
    ' b=',
  ].join('\r\n')
  const input = Buffer.from(`${canonical}${relaxed(tags)}`, 'latin1')
  const signature = algorithm === 'rsa-sha256' ? await signRsa(input, key) : sign(null, sha256(input), key)
  return `${tags}${(signature.toString('base64').match(/.{1,72}/g) ?? []).join('\r\n  ')}\r\n`
}

const signRsa = (input: Buffer, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign('sha256', input, key, (error, signature) => (error ? reject(error) : resolve(signature)))
  })

const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest()

/** The header fields to sign, canonical and in the order of h=. */
function relaxedHeaders(head: string): { readonly names: readonly string[]; readonly canonical: string } {
  const fields = new Map<string, string>()
  for (const field of head.split(/\r\n(?![ \t])/)) {
    const name = field.slice(0, field.indexOf(':')).trim().toLowerCase()
    fields.set(name, relaxed(field))
  }
  const present = signed.filter((name) => fields.has(name))
  return {
    names: [...present, ...oversigned],
    canonical: present.map((name) => `${fields.get(name)}\r\n`).join(''),
  }
}

/** RFC 6376 section 3.4.2. */
function relaxed(field: string): string {
  const colon = field.indexOf(':')
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`
}

/** RFC 6376 section 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.replace(/[ \t]+/g, ' ').replaceAll(' \r\n', '\r\n')
  let end = lines.endsWith(' ') ? lines.length - 1 : lines.length
  while (lines.startsWith('\r\n', end - 2)) end -= 2
  return end === 0 ? '' : `${lines.slice(0, end)}\r\n`
}
