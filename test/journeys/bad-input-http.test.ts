import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '../corpora.ts'
import { type Lethe, until } from './lethe.ts'
import { raw, statuses } from './raw.ts'
import { clicksIn, linkIn, pixelsIn } from './sink.ts'
import { browser, openTarget, type Target } from './target.ts'

let target: Target
let lethe: Lethe
beforeAll(async () => {
  target = await openTarget()
  lethe = target.lethe
}, 120_000)
afterAll(() => target.close())

describe('without the key', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer journey-key-0123456789abcdef012345678X' }],
    ['the beginning of the right one', { authorization: 'Bearer journey-key-0123456789abcdef' }],
    ['the right one as a password', { authorization: `Basic ${btoa('admin:journey-key-0123456789abcdef0123456789')}` }],
    ['the right one as a cookie', { cookie: 'authorization=journey-key-0123456789abcdef0123456789' }],
    ['the right one twice', { authorization: 'Bearer journey-key-0123456789abcdef0123456789, Bearer x' }],
  ])('nothing is told or taken: %s', async (_what, headers) => {
    const { json } = await lethe.call<{ paths: Record<string, Record<string, object>> }>('GET', '/openapi.json')
    for (const [path, operations] of Object.entries(json.paths)) {
      for (const method of Object.keys(operations)) {
        const url = `http://${lethe.env.LETHE_API}${path}?api_key=${lethe.env.LETHE_API_KEY}`
        const answer = await fetch(url, { method, headers: headers as Record<string, string> })
        const open = path === '/healthz' || path === '/readyz'
        expect([method, path, answer.status]).toEqual([method, path, open ? 200 : 401])
        await answer.body?.cancel()
      }
    }
  })
})

describe('bytes that are no HTTP', () => {
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}Connection: close\r\n\r\n`

  it.each([
    ['two lengths', 'POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'],
    [
      'a length and chunks',
      'POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /privacy HTTP/1.1\r\nHost: x\r\n\r\n',
    ],
    ['chunks by another name', 'POST /u/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a folded header', 'GET /o/x HTTP/1.1\r\nHost: x\r\nX: a\r\n Content-Length: 5\r\n\r\n'],
    ['a blank before the colon', 'GET /o/x HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['line feeds alone', 'GET /o/x HTTP/1.1\nHost: x\n\n'],
    ['a chunk of negative length', 'POST /u/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n'],
    ['a head of 100 KB', `GET /o/x HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
  ])('on both sides get one refusal and no second answer: %s', async (_what, bytes) => {
    for (const at of [lethe.env.LETHE_TRACKER, lethe.env.LETHE_API]) {
      const found = statuses(await raw(at, bytes))
      expect(found.length).toBeLessThanOrEqual(1)
      for (const status of found) expect([400, 431]).toContain(status)
    }
  })

  it('in the body of a hit are no second request', async () => {
    const inner = 'GET /privacy HTTP/1.1\r\nHost: x\r\n\r\n'
    const head = `GET /o/x HTTP/1.1\r\nHost: x\r\nContent-Length: ${inner.length}\r\n\r\n`
    expect(statuses(await raw(lethe.env.LETHE_TRACKER, head + inner))).toEqual([200])
    const posted = await raw(lethe.env.LETHE_TRACKER, head.replace('GET', 'POST') + inner)
    expect(statuses(posted)).toEqual([405])
  })

  it.each(['a b', 'a/b?c#d@e', '[::1', '\x00', ''])(
    'with the host %j are answered by a problem, not by silence',
    async (host) => {
      const answer = await raw(
        lethe.env.LETHE_API,
        `GET /v1/audit HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      )
      expect([400, 401]).toContain(statuses(answer)[0])
    },
  )

  it('of HTTP/1.0, which names no host, may ask for health', async () => {
    expect(await raw(lethe.env.LETHE_API, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('that claim a huge body get a refusal before it is read', async () => {
    const key = `Authorization: Bearer ${lethe.env.LETHE_API_KEY}\r\nContent-Type: application/json\r\n`
    const head = (path: string, more = '') =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\n${more}Content-Length: 99999999999\r\n\r\n{`
    expect(statuses(await raw(lethe.env.LETHE_API, head('/v1/purge', key)))[0]).toBe(413)
    expect(statuses(await raw(lethe.env.LETHE_API, head('/v1/messages')))[0]).toBe(401)
    expect(statuses(await raw(lethe.env.LETHE_TRACKER, head('/u/x')))[0]).toBe(413)
  })

  it.each([
    '/o/../../etc/passwd',
    '/o/%2e%2e/%2e%2e/etc/passwd',
    '//evil.example/o/x',
    '/c//evil.example',
    '/c/https://evil.example',
    '/c/?url=https://evil.example',
    '/c/%0d%0aLocation:%20https://evil.example',
    '/u/%E0%A4%A',
    '/u/%00',
    '/\\evil.example',
    'http://evil.example/c/x',
    'http://[::1/u/x',
    '*',
    '/v1/messages',
    '/metrics',
    '/privacy/../v1/audit',
  ])('or play tricks with the path are led nowhere: %s', async (path) => {
    const answer = await raw(lethe.env.LETHE_TRACKER, get(path, 'Accept: text/html\r\n'))
    expect(statuses(answer)).toHaveLength(1)
    expect(answer).not.toMatch(/\r\n(?:location|set-cookie):/i)
    expect(answer).not.toMatch(/root:|lethe_events|receipt/)
  })

  it('that never end keep nobody else waiting', async () => {
    const [host, port] = lethe.env.LETHE_TRACKER.split(':')
    const idle = Array.from({ length: 300 }, () => {
      const socket = net.connect(Number(port), host, () => socket.write('POST /u/x HTTP/1.1\r\nHost: x\r\nX-Slow: '))
      return socket.on('error', () => {})
    })
    await until(() => idle.every(({ connecting }) => !connecting))
    expect((await lethe.hit('/o/x')).status).toBe(200)
    expect((await lethe.call('GET', '/readyz')).status).toBe(200)
    for (const socket of idle) socket.destroy()
  })
})

describe('a token', () => {
  it('that was changed anywhere, or serves another end, opens nothing', async () => {
    const html =
      '<html><body><a href="https://t.example/a">a</a><a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">m</a></body></html>'
    const mail = await target.delivered({ html })
    const tokenOf = (url: string | undefined): string => url!.split('/').at(-1)!
    const tokens = {
      o: tokenOf(pixelsIn(mail.html)[0]),
      c: tokenOf(clicksIn(mail.html)[0]),
      u: tokenOf(linkIn(mail.html, 'u')),
      me: tokenOf(linkIn(mail.html, 'me')),
    }
    expect((await lethe.hit(`/c/${tokens.c}`, browser)).headers.location).toBe('https://t.example/a')
    const changed = (token: string): readonly string[] => {
      const at = Array.from({ length: token.length }, (_, index) => index)
      const turned = at.map(
        (index) => token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1),
      )
      const spelled = [`${token}=`, `${token}A`, `${token} `, token.slice(0, -1), token.slice(4), `%${token}`]
      const standard = Buffer.from(token, 'base64url').toString('base64')
      return [...turned, ...spelled, ...(standard === token ? [] : [standard]), `${encodeURIComponent(token)}%00`]
    }
    let [tried, closed] = [0, 0]
    for (const [kind, token] of Object.entries(tokens)) {
      const some = changed(token).filter((_, index) => index % 3 === 0 || index > token.length - 4)
      const others = Object.values(tokens).filter((other) => other !== token)
      for (const wrong of [...some, ...others]) {
        const method = kind === 'u' || kind === 'me' ? 'POST' : 'GET'
        const path = `/${kind}/${wrong.replace(/ /g, '%20')}`
        const { status, headers } = await lethe.hit(path, { ...browser, accept: 'text/html' }, method)
        tried += 1
        if (status === (kind === 'o' ? 200 : 404) && headers.location === undefined) closed += 1
      }
    }
    expect(figure('tampered tokens that opened nothing', closed, tried)).toBe(1)
    const { text } = await lethe.call('GET', '/metrics')
    expect(text).toMatch(/^lethe_events_recorded_total 1$/m)
  })
})
