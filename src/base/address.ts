import { domainToASCII } from 'node:url'

/**
 * One mailbox (RFC 5321 section 4.1.2, with RFC 6531 characters), without display name, comment or route.
 * `text` is what goes to SMTP; `normal` is what people mean by "the same address" and is what indexes are made of.
 */
export interface Address {
  readonly text: string
  readonly normal: string
  readonly domain: string
}

const atom =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\u{10FFFF}]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\u{10FFFF}]+)*$/u
// The URL parser behind domainToASCII would take `b.example/x` for the host b.example.
const host = /^[A-Za-z0-9.\-\u0080-\u{10FFFF}]+$/u
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
// Controls, spaces of every script, direction marks and lone surrogates: none belongs in an address, all have been used to inject.
const hidden = /[\p{C}\p{Z}]/u

/** The address in `text`, or null. Quoted local parts and address literals are refused: no sender of campaigns needs them. */
export function parseAddress(text: string): Address | null {
  if (text.length > 320 || hidden.test(text)) return null
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  if (at < 1 || Buffer.byteLength(local) > 64 || !atom.test(local)) return null
  const written = text.slice(at + 1)
  if (!host.test(written)) return null
  const domain = domainToASCII(written).toLowerCase()
  const labels = domain.split('.')
  // RFC 5321 section 4.5.3.1.3: 256 octets with the angle brackets.
  if (
    Buffer.byteLength(local) + 1 + domain.length > 254 ||
    labels.length < 2 ||
    !labels.every((part) => label.test(part))
  )
    return null
  if (/^\d+$/.test(labels.at(-1)!)) return null
  return { text: `${local}@${domain}`, normal: `${caseless(local)}@${domain}`, domain }
}

/**
 * The same for a letter and its capital, however both are composed: capitals fall only once letter and mark are apart,
 * because J with a caron has no capital in one piece and ǰ has. A sigma is written as its place in the word wants it.
 * Letters that share a capital (ß and ss, ı and i) stay apart: a mailbox of the one is not a mailbox of the other, and a
 * link that is mailed to what was typed must not reach somebody else (as in CVE-2019-19844).
 */
const caseless = (text: string): string =>
  text.normalize('NFD').toLowerCase().replaceAll('ς', 'σ').replace(sigmaAtEnd, 'ς').normalize('NFC')
const sigmaAtEnd = /(?<=\p{L}\p{M}*)σ(?!\p{M}*\p{L})/gu

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()
