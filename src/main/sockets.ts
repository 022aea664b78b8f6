import { networkInterfaces } from 'node:os'
import type { Peer } from '../upkeep/index.ts'
import { isLoopback } from './loopback.ts'

interface End {
  readonly address: string
  readonly port: number
}

/**
 * The TCP sockets of this process off loopback, from Node's own diagnostic report, which shows them on every platform; null
 * where this Node has none. Sockets that are still being connected have no other end yet.
 */
export function openPeers(): readonly Peer[] | null {
  const handles = handlesOf(report())
  if (handles === null) return null
  const ends = handles
    .filter((handle) => member(handle, 'type') === 'tcp')
    .map((handle) => ({ local: endOf(member(handle, 'localEndpoint')), far: endOf(member(handle, 'remoteEndpoint')) }))
  const listening = new Set(ends.flatMap(({ local, far }) => (local && !far ? [local.port] : [])))
  const own = new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)))
  // A process that calls its own public side, as an audit does, discloses nothing.
  const toItself = ({ address, port }: End) => isLoopback(address) || (own.has(address) && listening.has(port))
  return ends.flatMap(({ local, far }) =>
    far && !toItself(far) ? [{ ...far, inbound: local !== null && listening.has(local.port) }] : [],
  )
}

function report(): unknown {
  if (!process.report) return null
  // Without this the report would look the name of each address up. Node 24 has it, its types do not.
  const before: unknown = Reflect.get(process.report, 'excludeNetwork')
  Reflect.set(process.report, 'excludeNetwork', true)
  try {
    return process.report.getReport()
  } finally {
    Reflect.set(process.report, 'excludeNetwork', before)
  }
}

function handlesOf(document: unknown): readonly unknown[] | null {
  const handles = member(document, 'libuv')
  return Array.isArray(handles) ? handles : null
}

function endOf(value: unknown): End | null {
  const address = member(value, 'ip4') ?? member(value, 'ip6')
  const port = member(value, 'port')
  if (typeof address !== 'string' || typeof port !== 'number') return null
  // RFC 4291 section 2.5.5.2: an IPv4 end of a socket that takes both.
  return { address: address.replace(/^::ffff:(?=\d+\.)/i, ''), port }
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
