import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Trust } from './client-address.ts'
import { peerOf, tellPeer } from './door.ts'

/**
 * What stands in front of a connection's first request (the PROXY protocol of HAProxy, versions 1 and 2):
 *
 *   more   the header is not there as a whole yet
 *   bad    this is no header
 *   known  `length` bytes of header; `source` is null where the balancer speaks for itself (a health check)
 */
export type ProxyHeader =
  | { readonly state: 'more' | 'bad' }
  | { readonly state: 'known'; readonly source: string | null; readonly length: number }

const more: ProxyHeader = { state: 'more' }
const bad: ProxyHeader = { state: 'bad' }
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const longestLine = 107
const longestBlock = 4096

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const begin = Math.min(bytes.length, signature.length)
  if (begin > 0 && bytes.subarray(0, begin).equals(signature.subarray(0, begin))) return readBinary(bytes)
  const line = bytes.toString('latin1', 0, longestLine)
  if (!line.startsWith('PROXY '.slice(0, line.length))) return bad
  const end = line.indexOf('\r\n')
  if (end < 0) return bytes.length < longestLine ? more : bad
  return readLine(line.slice(0, end), end + 2)
}

function readLine(line: string, length: number): ProxyHeader {
  const [, family, source, , sourcePort, port, ...rest] = line.split(' ')
  if (family === 'UNKNOWN') return { state: 'known', source: null, length }
  const isPort = (text: string | undefined) => /^\d{1,5}$/.test(text ?? '')
  const sound =
    (family === 'TCP4' || family === 'TCP6') && source && isPort(sourcePort) && isPort(port) && rest.length === 0
  return sound ? { state: 'known', source, length } : bad
}

function readBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < 16) return more
  const [versionAndCommand, family] = [bytes[12]!, bytes[13]!]
  const length = 16 + bytes.readUInt16BE(14)
  if (versionAndCommand >> 4 !== 2 || (versionAndCommand & 15) > 1 || length > longestBlock) return bad
  if (bytes.length < length) return more
  const isLocal = (versionAndCommand & 15) === 0
  const wide = { 1: 12, 2: 36 }[family >> 4]
  if (isLocal || wide === undefined) return { state: 'known', source: null, length }
  if (length < 16 + wide) return bad
  const address = bytes.subarray(16)
  const source =
    family >> 4 === 1
      ? address.subarray(0, 4).join('.')
      : Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16)).join(':')
  return { state: 'known', source, length }
}

const patienceMillis = 10_000

/**
 * Lets connections of trusted balancers begin with a PROXY header, and only theirs: without one, or with a broken one, they
 * are dropped, so that no request of theirs is ever taken for the balancer's own. Everybody else speaks HTTP at once.
 */
export function expectProxyHeader(server: Server, trust: Trust): Server {
  const listeners = server.listeners('connection')
  const pass = (socket: Socket) => {
    for (const listener of listeners) listener.call(server, socket)
  }
  server.removeAllListeners('connection')
  return server.on('connection', (socket: Socket) => {
    if (!trust.has(peerOf(socket))) return pass(socket)
    let got = Buffer.alloc(0)
    const drop = () => void socket.destroy()
    const impatience = setTimeout(drop, patienceMillis).unref()
    const onReadable = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        got = Buffer.concat([got, chunk]) // no encoding is set: these are bytes
      }
      const header = readProxyHeader(got)
      if (header.state === 'more') return
      clearTimeout(impatience)
      socket.off('readable', onReadable)
      socket.off('error', drop)
      if (header.state !== 'known') return drop()
      if (header.source !== null) tellPeer(socket, header.source)
      if (got.length > header.length) socket.unshift(got.subarray(header.length))
      pass(socket)
    }
    socket.on('readable', onReadable)
    socket.on('error', drop)
    socket.once('close', () => clearTimeout(impatience))
  })
}
