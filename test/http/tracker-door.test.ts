import { createServer, type IncomingMessage, request as send } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Evidence, permitHit, type RawHit, type Readers } from '../../src/gate/index.ts'
import { readVisitor } from '../../src/http/door.ts'
import {
  clientAddress,
  commaHops,
  expectProxyHeader,
  forwardedHops,
  normalAddress,
  parseTrust,
  readHit,
  readProxyHeader,
  type Trust,
} from '../../src/http/index.ts'
import { corpusJson, figure, haveCorpora } from '../corpora.ts'
import { bookOf, claimsOf, noon, plainReaders, policy, rule } from '../gate/scene.ts'

const clock = { now: () => noon, shift: 0 }

/** What the gate sees in a hit: asked through the gate itself, since nothing else can look. */
function seen(hit: RawHit): Pick<Evidence, 'address' | 'userAgent'> {
  let address = ''
  let userAgent = ''
  const fields = new Map([
    ['country', 'value'],
    ['browser', 'value'],
  ] as const)
  const book = bookOf(policy({ events: { open: rule('open', { fields }), click: rule('click') } }))
  const readers: Readers = {
    ...plainReaders,
    place: (text) => {
      address = text
      return plainReaders.place(text)
    },
    client: (text) => {
      userAgent = text
      return plainReaders.client(text)
    },
  }
  permitHit(hit, 'open', claimsOf(), book.inForce, book.all, readers)
  return { address, userAgent }
}

/** One real request over loopback, and the hit that the door made of it. */
async function hitOver(headers: Readonly<Record<string, string | string[]>>, trust: Trust): Promise<RawHit> {
  const server = createServer()
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
  const came = new Promise<RawHit>((done) =>
    server.once('request', (request: IncomingMessage, response) => {
      done(readHit(request, trust, clock))
      response.end()
    }),
  )
  const { port } = server.address() as AddressInfo // listens on TCP
  send({ port, host: '127.0.0.1', headers, agent: false })
    .on('error', () => {})
    .end()
  const hit = await came
  server.close()
  return hit
}

describe('the door', () => {
  test('believes no header of a stranger', async () => {
    const headers = { 'X-Forwarded-For': '198.51.100.7', 'User-Agent': 'Some Agent/1' }
    expect(seen(await hitOver(headers, parseTrust('')))).toEqual({ address: '127.0.0.1', userAgent: 'Some Agent/1' })
    expect(seen(await hitOver(headers, parseTrust('10.0.0.0/8'))).address).toBe('127.0.0.1')
  })

  test('takes the rightmost untrusted address from a trusted proxy, over several header lines', async () => {
    const trust = parseTrust('127.0.0.0/8, 10.0.0.0/8')
    const headers = { 'X-Forwarded-For': ['192.0.2.1, 198.51.100.7', '10.1.1.1, 10.2.2.2:8080'] }
    expect(seen(await hitOver(headers, trust)).address).toBe('198.51.100.7')
  })

  test('reads Forwarded where there is no other header, and stops at whoever hides', async () => {
    const trust = parseTrust('127.0.0.0/8, 10.0.0.0/8')
    const from = async (Forwarded: string) => seen(await hitOver({ Forwarded }, trust)).address
    expect(await from('for=192.0.2.1, for="[2001:db8::7]:443";proto=https, For=10.1.1.1')).toBe('2001:db8::7')
    expect(await from('for=192.0.2.1, for=unknown')).toBe('')
    expect(await from('for=192.0.2.1, for=_hidden, for=10.1.1.1')).toBe('')
    expect(await from('for=192.0.2.1;by="a,b", proto=http;for=10.1.1.1')).toBe('192.0.2.1')
    const both = { 'X-Forwarded-For': '198.51.100.7', Forwarded: 'for=192.0.2.1' }
    expect(seen(await hitOver(both, trust)).address).toBe('198.51.100.7')
  })

  test.each([
    [{ 'Sec-GPC': '1' }, 'signal_gpc'],
    [{ 'sEC-gpc': ['0', '1'] }, 'signal_gpc'],
    [{ Dnt: '1' }, 'signal_dnt'],
    [{ 'Sec-GPC': '0', DNT: '0', 'X-G-P-C': '1', X_T: '1' }, undefined],
  ])('hears a wish not to be followed however it is spelled: %o', async (headers, refused) => {
    const book = bookOf(policy({ events: { open: rule('open'), click: rule('click') } }))
    const hit = await hitOver(headers, parseTrust(''))
    expect(permitHit(hit, 'open', claimsOf(), book.inForce, book.all, plainReaders).refused).toBe(refused)
  })

  test('shows nothing of a request to whoever prints the hit', async () => {
    const hit = await hitOver({ 'User-Agent': 'Secret/1' }, parseTrust(''))
    expect(`${inspect(hit, { showHidden: true })}${JSON.stringify(hit)}`).not.toMatch(/Secret|127/)
  })
})

describe('the trusted proxies', () => {
  test.each([
    '10.0.0.0/33',
    '10.0.0/8',
    'proxy.example',
    '::1/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '1.2.3.4/0x8',
  ])('%s is refused with the step that mends it', (text) => {
    expect(() => parseTrust(`10.0.0.0/8,${text}`)).toThrow(
      expect.objectContaining({ code: 'trust_proxy_malformed', next: expect.stringContaining('LETHE_TRUST_PROXY') }),
    )
  })

  test('may be single addresses and both families', () => {
    const trust = parseTrust('192.0.2.1 2001:db8::/32,::1')
    for (const address of ['192.0.2.1', '2001:db8:9::1', '::1']) expect(trust.has(address)).toBe(true)
    for (const address of ['192.0.2.2', '2001:db9::1', '']) expect(trust.has(address)).toBe(false)
    expect([trust.none, parseTrust(' , ').none]).toEqual([false, true])
  })
})

describe('one address', () => {
  test.each([
    ['192.0.2.60:4823', '192.0.2.60'],
    [' 192.0.2.60 ', '192.0.2.60'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['[2001:db8:0:0:0:0:0:1]', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:80', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', ''],
    ['_hidden', ''],
    ['192.0.2.1.example', ''],
    ['999.1.1.1', ''],
    ['0.0.0.0', ''],
    ['::', ''],
    ['', ''],
    ['[', ''],
    [':443', ''],
    ['1.2.3.4, 5.6.7.8', ''],
    ['1.1.1.1%', '1.1.1.1'],
    ['[fe80::1%eth0]:443', 'fe80::1'],
    ["' or 1=1 --", ''],
  ])('%s is %s', (text, address) => {
    expect(normalAddress(text)).toBe(address)
  })
})

interface Vector {
  readonly strategy: string
  readonly name: string
  readonly headerName?: string
  readonly remoteAddr?: string
  readonly headers?: Readonly<Record<string, readonly string[]>>
  readonly trustedRanges?: readonly string[] | string
  readonly trustedCount?: number
  readonly want: string
  readonly wantErr: boolean
}

const internal = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8,169.254.0.0/16,::1,fc00::/7,fe80::/10'
const cloudflare = '2400:cb00::/32,173.245.48.0/20'

/** A vector as a Lethe behind these proxies sees it. A count of proxies is as many of the rightmost hops, by their ranges. */
function asSeen({
  strategy,
  headerName = '',
  headers = {},
  remoteAddr = '',
  trustedRanges,
  trustedCount,
}: Vector): string {
  const lines = Object.entries(headers).find(([name]) => name.toLowerCase() === headerName.toLowerCase())?.[1] ?? []
  const hops = (headerName.toLowerCase() === 'forwarded' ? forwardedHops : commaHops)(lines.join(', '))
  const peer = strategy.startsWith('Rightmost') && !trustedRanges ? '' : normalAddress(remoteAddr)
  if (strategy === 'RemoteAddr') return normalAddress(remoteAddr)
  const counted = trustedCount ? hops.slice(hops.length - Math.min(trustedCount - 1, hops.length)) : []
  const ranges = {
    RightmostNonPrivate: internal,
    RightmostTrustedCount: counted.map(normalAddress).filter(Boolean).join(),
    RightmostTrustedRange: typeof trustedRanges === 'string' ? cloudflare : (trustedRanges?.join() ?? ''),
  }[strategy]
  return clientAddress(peer, hops, parseTrust(ranges ?? ''))
}

describe.runIf(haveCorpora)('the vectors of others', () => {
  // A zone says nothing about where a client is.
  const zoneless = (want: string) => want.replace(/%.*/, '')

  test('that name the rightmost or the remote address come out as they expect', () => {
    const { cases } = corpusJson<{ readonly cases: readonly Vector[] }>('xff/xff-vectors.json')
    // Those that expect an error are about settings that Lethe cannot be given at all.
    const ours = cases.filter(({ strategy, wantErr }) => !wantErr && /^(?:Rightmost|RemoteAddr)/.test(strategy))
    const wrong = ours.filter((vector) => asSeen(vector) !== zoneless(vector.want))
    figure('client address vectors', ours.length - wrong.length, ours.length)
    expect(wrong.map((vector) => [vector.strategy, vector.name, asSeen(vector)])).toEqual([])
    expect(ours.length).toBeGreaterThanOrEqual(29)
  })

  test('about single addresses and elements come out as they expect', () => {
    interface Unit {
      readonly fn: string
      readonly name: string
      readonly fwd?: string
      readonly ipStr?: string
      readonly want?: string
    }
    const { unit } = corpusJson<{ readonly unit: readonly Unit[] }>('xff/xff-vectors.json')
    const ours = unit.filter(({ fwd, fn }) => fwd !== undefined || fn === 'Test_goodIPAddr')
    const wrong = ours.filter(({ fwd, ipStr, want }) => {
      const seenAs = normalAddress(fwd === undefined ? (ipStr ?? '') : (forwardedHops(fwd)[0] ?? ''))
      return seenAs !== zoneless(want === 'nil' ? '' : (want ?? ''))
    })
    figure('address and element vectors', ours.length - wrong.length, ours.length)
    expect(wrong.map(({ name }) => name)).toEqual([])
  })
})

const v2 = (command: number, family: number, body: Buffer): Buffer => {
  const head = Buffer.from('0d0a0d0a000d0a515549540a00000000', 'hex')
  head[12] = 0x20 | command
  head[13] = family
  head.writeUInt16BE(body.length, 14)
  return Buffer.concat([head, body])
}
const four = Buffer.from([198, 51, 100, 7, 127, 0, 0, 1, 0x12, 0x34, 0, 80])
const six = Buffer.concat([Buffer.from('20010db8000000000000000000000001', 'hex'), Buffer.alloc(16), Buffer.alloc(4)])

describe('a PROXY header', () => {
  test.each<[string, Buffer, string | null]>([
    ['in text, IPv4', Buffer.from('PROXY TCP4 198.51.100.7 10.0.0.1 4660 80\r\n'), '198.51.100.7'],
    ['in text, IPv6', Buffer.from('PROXY TCP6 2001:db8::1 ::1 4660 80\r\n'), '2001:db8::1'],
    ['in text, unknown', Buffer.from('PROXY UNKNOWN\r\n'), null],
    ['in bytes, IPv4', v2(1, 0x11, four), '198.51.100.7'],
    ['in bytes, IPv6', v2(1, 0x21, six), '2001:db8:0:0:0:0:0:1'],
    ['in bytes, of a health check', v2(0, 0x11, four), null],
    ['in bytes, of a local socket', v2(1, 0x31, Buffer.alloc(216)), null],
    ['in bytes, with more behind it', v2(1, 0x11, Buffer.concat([four, Buffer.alloc(40)])), '198.51.100.7'],
  ])('%s is read whole, and waited for until it is', (_, bytes, source) => {
    const request = Buffer.from('GET / HTTP/1.1\r\n\r\n')
    expect(readProxyHeader(Buffer.concat([bytes, request]))).toEqual({ state: 'known', source, length: bytes.length })
    for (let part = 0; part < bytes.length; part++) {
      expect([part, readProxyHeader(bytes.subarray(0, part)).state]).toEqual([part, 'more'])
    }
  })

  test.each<[string, Buffer]>([
    ['a request', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a line without end', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['a family of its own', Buffer.from('PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n')],
    ['a port missing', Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n')],
    ['another version', Buffer.concat([v2(1, 0x11, four).fill(0x31, 12, 13)])],
    ['another command', v2(2, 0x11, four)],
    ['too short for its family', v2(1, 0x21, four)],
    ['too long for anything', v2(1, 0x11, Buffer.alloc(5000))],
  ])('is not %s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toEqual({ state: 'bad' })
  })
})

/** What a server behind PROXY headers answers to these bytes: the address that it saw, or '' when it hung up. */
async function overProxy(bytes: readonly Buffer[], trusted: string): Promise<string> {
  const trust = parseTrust(trusted)
  const server = createServer((request, response) => response.end(`<${seen(readHit(request, trust, clock)).address}>`))
  expectProxyHeader(server, trust)
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo // listens on TCP
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  const closed = new Promise<void>((done) => void socket.on('close', () => done()).on('error', () => {}))
  for (const part of bytes) {
    socket.write(part)
    // Long enough that the parts mostly come apart; nothing hangs on it when they do not.
    await sleep(5)
  }
  await closed
  server.close()
  return [...answer.matchAll(/<(.*)>/g)].map(([, address]) => address).join(' ')
}

describe('a tracker behind a balancer that speaks PROXY', () => {
  const get = (more = '') => Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${more}\r\n`)
  const last = get('Connection: close\r\n')
  const said = Buffer.from('PROXY TCP4 198.51.100.7 10.0.0.1 4660 80\r\n')

  test('takes the client from it, for every request of the connection, however the bytes come', async () => {
    expect(await overProxy([Buffer.concat([said, get(), last])], '127.0.0.1')).toBe('198.51.100.7 198.51.100.7')
    expect(await overProxy([said.subarray(0, 9), said.subarray(9), get(), last], '127.0.0.1')).toBe(
      '198.51.100.7 198.51.100.7',
    )
    expect(await overProxy([Buffer.concat([v2(1, 0x11, four), last])], '127.0.0.1')).toBe('198.51.100.7')
  })

  test('looks for the client in front of a proxy that it names', async () => {
    const forwarded = get('X-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n')
    const chained = Buffer.from('PROXY TCP4 10.0.0.7 10.0.0.1 4660 80\r\n')
    expect(await overProxy([Buffer.concat([chained, forwarded])], '127.0.0.1,10.0.0.0/8')).toBe('203.0.113.9')
    expect(await overProxy([Buffer.concat([said, forwarded])], '127.0.0.1,10.0.0.0/8')).toBe('198.51.100.7')
  })

  test('hangs up on a trusted balancer that does not speak it', async () => {
    expect(await overProxy([last], '127.0.0.1')).toBe('')
  })

  test('believes it from nobody else', async () => {
    expect(await overProxy([Buffer.concat([said, last])], '10.0.0.0/8')).toBe('')
    expect(await overProxy([last], '10.0.0.0/8')).toBe('127.0.0.1')
  })
})

describe('the word for a visitor', () => {
  const key = Buffer.alloc(32, 3)
  const word = (remoteAddress: string) =>
    // All of a request that is read here.
    readVisitor({ headers: {}, socket: { remoteAddress } } as unknown as IncomingMessage, parseTrust(''), key)

  test('is one for all of an IPv6 /64 and one for each IPv4 address, and tells neither', () => {
    expect(word('2001:db8:1:2::1')).toBe(word('2001:db8:1:2:ffff:ffff:ffff:ffff'))
    expect(word('2001:db8:1:2::1')).not.toBe(word('2001:db8:1:3::1'))
    expect(word('::ffff:192.0.2.1')).toBe(word('192.0.2.1'))
    expect(word('192.0.2.1')).not.toBe(word('192.0.2.2'))
    expect(word('192.0.2.1')).toMatch(/^[\w-]{22}$/)
  })
})
