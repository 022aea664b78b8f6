import { BlockList, isIP, SocketAddress } from 'node:net'
import { Fault } from '../base/index.ts'

/** The proxies that are believed when they say whose request they pass on. */
export interface Trust {
  /** True when there is none: then no header is even looked at. */
  readonly none: boolean
  has(address: string): boolean
}

const malformed = (position: number) =>
  new Fault(
    'trust_proxy_malformed',
    `Entry number ${position} of the trusted proxies is neither an address nor a CIDR range.`,
    'Write LETHE_TRUST_PROXY as a list such as 10.0.0.0/8,fd00::/8.',
  )

/** CIDR ranges or single addresses, separated by commas or spaces. Throws `trust_proxy_malformed`. */
export function parseTrust(text: string): Trust {
  const list = new BlockList()
  const entries = text.split(/[\s,]+/).filter(Boolean)
  for (const [index, entry] of entries.entries()) {
    const [address = '', prefix, ...rest] = entry.split('/')
    const version = isIP(address)
    const widest = version === 4 ? 32 : 128
    const bits = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
    if (version === 0 || rest.length > 0 || bits < 0 || bits > widest) throw malformed(index + 1)
    list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
  }
  return Object.freeze({
    none: entries.length === 0,
    has: (address: string) => address !== '' && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'),
  })
}

/**
 * Whose request it is: the peer, unless that is a trusted proxy; then the rightmost of the `hops` that is none. What is no
 * address at all is passed over; one that hides itself (`unknown`, `_name`, 0.0.0.0) ends the search, because whatever
 * stands left of it nobody vouches for. Where only proxies are named the client is unknown: '' rather than a wrong address.
 */
export function clientAddress(peer: string, hops: readonly string[], trust: Trust): string {
  if (peer !== '' && !trust.has(peer)) return peer
  for (const hop of hops.toReversed()) {
    const address = normalAddress(hop)
    if (address !== '' && !trust.has(address)) return address
    if (address === '' && isHidden(hop)) return ''
  }
  return ''
}

// RFC 7239 section 6: `unknown`, or a name that the proxy made up.
const isHidden = (hop: string): boolean => /^(?:unknown|_[\w.-]+|0\.0\.0\.0|::|\[::\])(?::[\w.-]+)?$/i.test(hop.trim())

/** The hops of an X-Forwarded-For: addresses between commas. */
export const commaHops = (header: string): readonly string[] => header.split(',')

/**
 * The hops of a Forwarded header (RFC 7239): what each element says with `for`, unquoted. '' for an element that does not
 * say it, or is not well formed.
 */
export function forwardedHops(header: string): readonly string[] {
  return splitOutsideQuotes(header, ',').map((element) => {
    const pairs = splitOutsideQuotes(element, ';').map((pair) => /^\s*for\s*=\s*(.*?)\s*$/i.exec(pair)?.[1])
    const value = pairs.find((each) => each !== undefined) ?? ''
    const quoted = /^"([^"\\]*)"$/.exec(value)
    return quoted ? quoted[1]! : /["\\]/.test(value) ? '' : value
  })
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '"') quoted = !quoted
    else if (text[index] === separator && !quoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)]
}

/**
 * One spelling for one address: without port, brackets or zone, mapped IPv4 (`::ffff:192.0.2.1`) as IPv4, IPv6 compressed
 * (RFC 5952). '' for everything else, the unspecified address included.
 */
export function normalAddress(text: string): string {
  const bare = withoutZone(withoutPort(text.trim()))
  const version = isIP(bare)
  if (version === 0) return ''
  if (version === 4) return bare === '0.0.0.0' ? '' : bare
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' })
  if (address === '::') return ''
  return address.startsWith('::ffff:') && address.includes('.') ? normalAddress(address.slice(7)) : address
}

// A zone names an interface of the machine that wrote it, and says nothing about where a client is.
const withoutZone = (text: string): string => (text.includes('%') ? text.slice(0, text.indexOf('%')) : text)

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)
  if (bracketed) return bracketed[1]!
  const colon = text.indexOf(':')
  return colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text
}
