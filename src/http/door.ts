import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type Clock, keyedHash } from '../base/index.ts'
import { newRawHit, type RawHit } from '../gate/index.ts'
import { clientAddress, commaHops, forwardedHops, normalAddress, type Trust } from './client-address.ts'

/** The only reader of addresses and headers: what it saw is in a closed box from here on, and only the gate opens it. */
export function readHit(request: IncomingMessage, trust: Trust, clock: Clock): RawHit {
  const { headers, method = '' } = request
  const peer = peerOf(request.socket)
  return newRawHit({
    method,
    address: trust.none ? peer : clientAddress(peer, hopsOf(request), trust),
    userAgent: headers['user-agent'] ?? '',
    acceptLanguage: headers['accept-language'] ?? '',
    gpc: isWished(headers['sec-gpc']),
    dnt: isWished(headers.dnt),
    prefetch: ahead.some((name) => saysPrefetch(headers[name])),
    at: clock.now(),
  })
}

/** Said once is said: of a repeated header Node makes one line with commas. */
const isWished = (header: string | string[] | undefined): boolean =>
  header !== undefined && /(?:^|,)\s*1\s*(?:,|$)/.test(String(header))

// The Fetch standard's header, and what browsers said before it.
const ahead = ['sec-purpose', 'purpose', 'x-moz'] as const

/** A prerender says `prefetch;prerender`. */
const saysPrefetch = (header: string | string[] | undefined): boolean =>
  header !== undefined && /(?:^|,)\s*prefetch\s*(?:[;,]|$)/i.test(String(header))

/**
 * Who asks for a page, as a word that is the same for one network (an IPv4 address, an IPv6 /64) and means nothing without
 * `key`, which lives in this process's memory: for counting guesses, and for nothing that is written down.
 */
export function readVisitor(request: IncomingMessage, trust: Trust, key: Uint8Array): string {
  const peer = peerOf(request.socket)
  const address = trust.none ? peer : clientAddress(peer, hopsOf(request), trust)
  const network = address.includes(':') ? wideAddress(address).slice(0, 4).join(':') : address
  return keyedHash(key, network, 16).toString('base64url')
}

/** The eight groups of an IPv6 address, in full. */
function wideAddress(address: string): readonly string[] {
  const [before = '', after = ''] = address.split('::')
  const [head, tail] = [before.split(':').filter(Boolean), after.split(':').filter(Boolean)]
  const gap = address.includes('::') ? Math.max(0, 8 - head.length - tail.length) : 0
  return [...head, ...Array.from({ length: gap }, () => '0'), ...tail]
}

/**
 * What the proxies in front wrote. X-Forwarded-For where there is one, and Forwarded where there is none: a proxy that
 * writes the one passes the other on as the client sent it. Node joins repeated lines in their order (RFC 9110 section 5.3).
 */
function hopsOf({ headers }: IncomingMessage): readonly string[] {
  const plain = headers['x-forwarded-for']
  return plain === undefined ? forwardedHops(headers.forwarded ?? '') : commaHops(String(plain))
}

// What a PROXY header said, for as long as the connection lives.
const told = new WeakMap<Socket, string>()

/** The other end of a connection: the address that a trusted balancer's PROXY header names, or the socket's own. */
export const peerOf = (socket: Socket): string => told.get(socket) ?? normalAddress(socket.remoteAddress ?? '')

/** Keeps what a trusted balancer said of a connection. */
export const tellPeer = (socket: Socket, address: string): void => void told.set(socket, normalAddress(address))
