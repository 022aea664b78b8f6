import { request as send } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { dayOf, type Handle } from '../../src/base/index.ts'
import { type Claims, mintToken, newKeyRing, newStopSet, type PermittedEvent } from '../../src/gate/index.ts'
import { closeTracker, newTrackerServer, parseTrust, pixel, type TrackerParts } from '../../src/http/index.ts'
import { type CollectorParts, newCollector, openReaders } from '../../src/tracking/index.ts'
import { corpusJson, corpusText, figure, haveCorpora } from '../corpora.ts'
import { bookOf, claimsOf, noon, policy, ringOf, rule } from '../gate/scene.ts'

const clock = { now: () => noon, shift: 0 }
const ring = ringOf(1)
const readers = openReaders()
const opened: (() => Promise<void>)[] = []

/** What stands behind a fresh link has a suite of its own, over a real store. */
const nobodys = {
  ledger: { contactOf: async () => null, mailedLink: async () => null, spendMailedLink: async () => null },
} as unknown as TrackerParts['own']

afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A tracker on a port of its own, with a queue in memory and people who can be stopped. */
async function tracker(changes: Partial<TrackerParts & CollectorParts> = {}) {
  const committed: PermittedEvent[] = []
  const calls: { readonly verb: string; readonly handle: Handle | null; readonly target: string }[] = []
  const stops = newStopSet()
  const book = changes.book ?? bookOf(policy())
  const note = (verb: string) => async (claims: Claims) => {
    calls.push({ verb, handle: claims.handle, target: claims.target })
    if (claims.handle !== null) stops.stop(claims.handle, dayOf(noon) + 60)
  }
  const shared = { ring, book, stops, readers, clock }
  const collector = newCollector({ ...shared, commit: async (events) => void committed.push(...events), ...changes })
  const server = newTrackerServer({
    ...shared,
    collector,
    trust: parseTrust(''),
    notice: () => ({ html: '<h1>What we keep</h1>', digest: 'ab'.repeat(32), effective: '2026-01-01' }),
    unsubscribe: note('unsubscribe'),
    withdraw: note('withdraw'),
    confirm: async (claims) => note('confirm')(claims).then(() => true),
    own: nobodys,
    revoked: async () => null,
    ...changes,
  })
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
  opened.push(() => closeTracker(server, collector))
  const { port } = server.address() as AddressInfo // listens on TCP

  const call = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
    new Promise<Answer>((done, fail) => {
      const { method = 'GET', headers = {}, body } = options
      const sent = send({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => void chunks.push(chunk))
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        )
      })
      sent.on('error', fail).end(body)
    })

  /** For requests that no client library would write. */
  const raw = (text: string | Buffer) =>
    new Promise<string>((done) => {
      const socket = connect(port, '127.0.0.1')
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
      socket.on('close', () => done(Buffer.concat(chunks).toString('latin1'))).on('error', () => {})
      socket.end(text)
    })

  return { server, collector, committed, calls, stops, call, raw, book }
}

const url = 'https://shop.example/a/../b?x=1&y=%20%2F&y=2#part'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const mint = (kind: 'open' | 'click' | 'unsubscribe' | 'me', changes: Partial<Claims> = {}) =>
  mintToken(ring, kind, claimsOf(changes))

describe('a pixel', () => {
  test('is the same 43 bytes for every token, and sets nothing', async () => {
    const { call, collector } = await tracker()
    const genuine = mint('open')
    const tokens = [
      genuine,
      `${genuine}?a=b`,
      genuine.slice(1),
      '',
      '%ff',
      '%00',
      '%E0%A4%A',
      '../../etc/passwd',
      'a/b/c',
      mint('click'),
    ]
    const answers = await Promise.all(tokens.map((token) => call(`/o/${token}`)))
    for (const { status, headers, body } of answers) {
      expect([status, body.length]).toEqual([200, 43])
      expect(body).toEqual(answers[0]!.body)
      expect(headers).toMatchObject({
        'content-type': 'image/gif',
        'cache-control': 'no-store',
        'content-length': '43',
      })
      for (const name of ['set-cookie', 'etag', 'last-modified', 'x-powered-by'])
        expect(headers).not.toHaveProperty(name)
    }
    expect(answers[0]!.body.subarray(0, 6).toString()).toBe('GIF89a')
    expect(collector.counters).toMatchObject({ answered: 10, recorded: 2, refused: { forged: 8 } })
  })

  test('asked for with HEAD has the same headers and counts for nothing', async () => {
    const { call, committed } = await tracker()
    const token = mint('open')
    const [head, get] = [await call(`/o/${token}`, { method: 'HEAD' }), await call(`/o/${token}`)]
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' })
    expect([head.status, head.body.length, committed.length]).toEqual([200, 0, 1])
  })

  test.each([
    [{ 'Sec-Purpose': 'prefetch' }, 'prefetch'],
    [{ 'Sec-Purpose': 'prefetch;prerender' }, 'prefetch'],
    [{ 'Sec-Purpose': 'prefetch; anonymous-client-ip' }, 'prefetch'],
    [{ Purpose: 'prefetch' }, 'prefetch'],
    [{ 'X-Moz': 'prefetch' }, 'prefetch'],
    [{ 'Sec-Purpose': 'prefetching' }, 'person'],
    [{}, 'person'],
  ])('or a link that a browser fetches with %j is a %s, and is answered as ever', async (headers, agent) => {
    const fields = new Map([['agent', 'value']] as const)
    const events = { open: rule('open', { fields }), click: rule('click', { fields }) }
    const { call, collector, committed } = await tracker({ book: bookOf(policy({ events })) })
    const said = { headers: { 'User-Agent': firefox, ...headers } }
    const [open, click] = [
      await call(`/o/${mint('open')}`, said),
      await call(`/c/${mint('click', { target: url })}`, said),
    ]
    await collector.drain()
    expect([open.status, click.status, click.headers.location]).toEqual([200, 302, url])
    expect(committed.map(({ wire }) => wire[6].agent)).toEqual([agent, agent])
  })

  test('is served within the bound while the queue hangs, and the open is committed late', async () => {
    let release = () => {}
    const gone = new Promise<void>((go) => {
      release = go
    })
    const { call, collector } = await tracker({ commit: () => gone, boundMillis: 40 })
    expect((await call(`/o/${mint('open')}`)).status).toBe(200)
    expect(collector.counters).toMatchObject({ answered: 1, recorded: 0, pending: 1 })
    release()
    await collector.drain()
    expect(collector.counters).toMatchObject({ answered: 1, recorded: 1, late: 1, lost: 0, pending: 0 })
  })

  test('of a stopped person looks like any other and reaches no queue', async () => {
    const { call, committed, stops } = await tracker()
    const claims = claimsOf()
    const token = mintToken(ring, 'open', claims)
    const before = await call(`/o/${token}`)
    stops.stop(claims.handle!, dayOf(noon) + 60)
    const after = await call(`/o/${token}`)
    expect({ ...after, headers: { ...after.headers, date: '' } }).toEqual({
      ...before,
      headers: { ...before.headers, date: '' },
    })
    expect(committed.length).toBe(1)
  })

  test('keeps no byte of the address or the user agent in what goes to the queue', async () => {
    const { call, committed } = await tracker()
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0 Needle'
    await call(`/o/${mint('open')}`, { headers: { 'User-Agent': agent } })
    const text = JSON.stringify(committed.map(({ wire }) => wire))
    expect(text).toContain('"Firefox"')
    for (const secret of ['Needle', '127.0.0.1', '127.0', 'Mozilla']) expect(text).not.toContain(secret)
  })
})

describe('a click', () => {
  test('lands byte for byte where the mail said, and no query changes it', async () => {
    const { call, committed } = await tracker()
    const token = mint('click', { target: url, link: 4 })
    for (const query of ['', '?', '?url=https://evil.example', '?utm=1&to=//evil.example', '?a=%ff']) {
      const { status, headers } = await call(`/c/${token}${query}`)
      expect([status, headers.location]).toEqual([302, url])
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      expect(headers).not.toHaveProperty('set-cookie')
    }
    expect(committed.map(({ wire }) => wire[6].link)).toEqual([4, 4, 4, 4, 4])
  })

  test('keeps letters outside ASCII as the bytes that the mail had', async () => {
    const { call } = await tracker()
    const target = 'https://b\u00fccher.example/gr\u00fcn?q=\u65e5\u672c#color=gr\u00fcn'
    const { status, headers } = await call(`/c/${mint('click', { target })}`)
    expect(status).toBe(302)
    expect(Buffer.from(String(headers.location), 'latin1').toString()).toBe(target)
  })

  test('that would break out of its header line goes nowhere', async () => {
    const { call } = await tracker()
    for (const target of [
      'https://a.example/\r\nSet-Cookie: x=1',
      'https://a.example/\n',
      'https://a.example/\u0000',
      '',
    ]) {
      const { status, headers } = await call(`/c/${mint('click', { target })}`)
      expect([status, headers.location, headers['set-cookie']]).toEqual([404, undefined, undefined])
    }
  })

  test('asked for with HEAD redirects and counts for nothing', async () => {
    const { call, committed } = await tracker()
    const { status, headers } = await call(`/c/${mint('click', { target: url })}`, { method: 'HEAD' })
    expect([status, headers.location, committed.length]).toEqual([302, url, 0])
  })

  test('of a mail two years old, of a person who is gone, still lands', async () => {
    const { call, committed, stops } = await tracker()
    const claims = claimsOf({ target: url, issued: dayOf(noon) - 730, policy: 4242 })
    stops.stop(claims.handle!, dayOf(noon))
    expect((await call(`/c/${mintToken(ring, 'click', claims)}`)).headers.location).toBe(url)
    expect(committed).toEqual([])
  })

  test('that was sealed with a stolen key names the host and sends nobody there', async () => {
    const old = { id: 'old', key: Buffer.alloc(32, 1) }
    const revoked = newKeyRing([
      { id: 'new', key: Buffer.alloc(32, 2), revoked: false },
      { ...old, revoked: true },
    ])
    const { call, committed } = await tracker({ ring: revoked })
    const { status, headers, body } = await call(`/c/${mint('click', { target: 'https://shop.example/?<script>' })}`)
    expect([status, headers.location]).toEqual([404, undefined])
    expect(body.toString()).toContain('shop.example')
    expect(body.toString()).not.toMatch(/<script|href/)
    expect(committed).toEqual([])
  })

  test.runIf(haveCorpora)(
    'with an open-redirect payload for a token goes nowhere at all',
    async () => {
      const { call } = await tracker()
      const files = ['patt-openredirects', 'patt-payloads', 'payloadbox'].map(
        (name) => `hostile/open-redirect/${name}.txt`,
      )
      const payloads = files.flatMap((path) => corpusText(path).split('\n')).filter(Boolean)
      const token = mint('click', { target: url })
      let safe = 0
      let tried = 0
      for (const payload of payloads) {
        // A client's path may hold no space and no control; everything else goes as it stands.
        const path = payload.replace(/[^\x21-\x7e]/g, encodeURIComponent)
        for (const shape of [path, `?url=${path}`, `/${path}`, `x?to=${path}`]) {
          tried++
          const { status, headers } = await call(`/c/${shape}`)
          if (status === 404 && headers.location === undefined) safe++
        }
        tried++
        if ((await call(`/c/${token}?next=${path}`)).headers.location === url) safe++
      }
      expect(figure('open-redirect payloads without a foreign Location', safe, tried)).toBe(1)
    },
    120_000,
  )

  test('with one character of its token changed, at any place, goes nowhere', async () => {
    const { call } = await tracker()
    const token = mint('click', { target: url })
    let refused = 0
    for (let place = 0; place < token.length; place++) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
      const { status, headers } = await call(`/c/${changed}`)
      if (status === 404 && headers.location === undefined && headers['set-cookie'] === undefined) refused++
    }
    for (const changed of [
      '',
      `${token}=`,
      `${token}A`,
      `${token}%20`,
      `${token}/`,
      `%${token}`,
      mint('open'),
      mint('me'),
    ]) {
      expect((await call(`/c/${changed}`)).headers.location).toBeUndefined()
    }
    expect(figure('mutated click tokens refused', refused, token.length)).toBe(1)
  })
})

describe('the public side', () => {
  test('refuses other methods on hits with a coded page', async () => {
    const { call, committed } = await tracker()
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      for (const path of [`/o/${mint('open')}`, `/c/${mint('click', { target: url })}`]) {
        const { status, headers, body } = await call(path, { method, body: 'x'.repeat(1000) })
        expect([status, headers.allow, headers.location]).toEqual([405, 'GET, HEAD', undefined])
        expect(body.toString()).toContain('method_not_allowed')
      }
    }
    expect(committed).toEqual([])
  })

  test('answers malformed and huge requests without falling over', async () => {
    const { raw, call } = await tracker()
    const lines = [
      'GET /o/\u0000 HTTP/1.1',
      'GET /%ff HTTP/1.1',
      'GET //evil.example/c/x HTTP/1.1',
      'GET http:// HTTP/1.1',
      'GET * HTTP/1.1',
      'GET /u/%E0%A4%A HTTP/1.1',
      'GET /me/%00 HTTP/1.1',
      `GET /c/${'A'.repeat(14_000)} HTTP/1.1`,
      `GET /o/${'A'.repeat(70_000)} HTTP/1.1`,
      'OPTIONS * HTTP/1.1',
      'CONNECT evil.example:443 HTTP/1.1',
      'nonsense',
    ]
    for (const line of lines) {
      const answer = await raw(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(answer).not.toMatch(/^location:/im)
      expect(answer).not.toMatch(/HTTP\/1.1 5/)
    }
    for (const host of ['', 'a b', '[', 'evil.example/x?y', '\u00ff']) {
      expect(await raw(`GET /privacy HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).not.toMatch(
        /HTTP\/1.1 5/,
      )
    }
    expect((await call(`/o/${mint('open')}`)).status).toBe(200)
  })

  test('takes a request in absolute form', async () => {
    const { raw } = await tracker()
    const token = mint('click', { target: url })
    expect(await raw(`GET http://any/c/${token} HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n`)).toContain(url)
  })

  test('commits what it answered before it closes', async () => {
    const slow: PermittedEvent[] = []
    const commit = async (events: readonly PermittedEvent[]) => {
      await new Promise((go) => setTimeout(go, 60))
      slow.push(...events)
    }
    const { call, server, collector } = await tracker({ commit, boundMillis: 20 })
    await call(`/o/${mint('open')}`)
    await closeTracker(server, collector)
    opened.length = 0
    expect([slow.length, collector.counters.pending]).toEqual([1, 0])
  })
})

const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml' } }

test('a mangled picture address still gets the picture, and a browser the page that says there is none', async () => {
  const { call } = await tracker()
  for (const headers of [{}, { accept: 'image/avif,image/webp,*/*;q=0.8' }]) {
    const { status, body, headers: answered } = await call('/etc/passwd', { headers })
    expect([status, body.equals(pixel)]).toEqual([200, true])
    expect(answered).not.toHaveProperty('etag')
  }
  expect((await call('/etc/passwd', asBrowser)).status).toBe(404)
})

describe('every page', () => {
  test('needs no script and no cookie, loads nothing and tells nobody where it was read', async () => {
    const { call } = await tracker()
    const paths = [
      '/',
      '/privacy',
      '/nowhere',
      '/favicon.ico',
      `/u/${mint('unsubscribe')}`,
      `/me/${mint('me')}`,
      '/u/x',
      '/c/x',
      '/me/',
    ]
    for (const path of paths) {
      const { headers, body } = await call(path, asBrowser)
      const policyLine = String(headers['content-security-policy'])
      expect(policyLine).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'/)
      expect(policyLine).not.toContain('unsafe')
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' })
      expect(headers).not.toHaveProperty('set-cookie')
      expect(body.toString()).not.toMatch(/<script|<img|<link|http-equiv|style=|src=|onclick/i)
      expect(body.toString()).toMatch(/<html lang="en">[\s\S]*name="viewport"[\s\S]*<title>[^<]+<\/title>[\s\S]*<h1>/)
    }
  })

  test('shows its own style: the policy names the hash of exactly that text', async () => {
    const { call } = await tracker()
    const { headers, body } = await call('/', asBrowser)
    const text = /<style>([\s\S]*)<\/style>/.exec(body.toString())![1]!
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('base64')
    expect(headers['content-security-policy']).toContain(`'sha256-${hash}'`)
  })

  test('that does not exist is a plain 404', async () => {
    const { call } = await tracker()
    for (const path of ['/', '/nowhere', '/healthz', '/readyz', '/v1/messages', '/u', '/me/', '/u/a/b']) {
      expect((await call(path, asBrowser)).status).toBe(404)
    }
  })

  test('escapes the name of whoever sends the mail', async () => {
    const named = policy({ controller: { name: '<b>Smith & Sons</b>', contact: '"><script>x' } })
    const { call } = await tracker({ book: bookOf(named) })
    const { body } = await call(`/me/${mint('me')}`)
    expect(body.toString()).toContain('&lt;b&gt;Smith &amp; Sons&lt;/b&gt;')
    expect(body.toString()).not.toContain('<script')
  })
})

describe('the privacy notice', () => {
  test('is published with its date, and its digest is the ETag', async () => {
    const { call } = await tracker()
    const { status, headers, body } = await call('/privacy')
    expect([status, headers.etag]).toEqual([200, `"${'ab'.repeat(32)}"`])
    for (const part of ['<h1>What we keep</h1>', '2026-01-01', 'ab'.repeat(32)]) expect(body.toString()).toContain(part)
    const again = await call('/privacy', { headers: { 'If-None-Match': String(headers.etag) } })
    expect([again.status, again.body.length]).toEqual([304, 0])
    expect((await call('/privacy', { method: 'POST' })).status).toBe(405)
  })
})

const form = { 'Content-Type': 'application/x-www-form-urlencoded' }

describe('unsubscribing', () => {
  test('takes a press: opening the page, or scanning it, changes nothing', async () => {
    const { call, calls } = await tracker()
    const token = mint('unsubscribe', { target: 'campaign' })
    const page = await call(`/u/${token}`)
    expect(page.status).toBe(200)
    expect(page.body.toString()).toMatch(/<form method="post">[\s\S]*<button type="submit">Unsubscribe<\/button>/)
    expect((await call(`/u/${token}`, { method: 'HEAD' })).status).toBe(200)
    expect((await call(`/u/${token}`, { method: 'PUT' })).status).toBe(405)
    expect(calls).toEqual([])
  })

  test('works in one click with any body, and again, without redirect or cookie', async () => {
    const { call, calls } = await tracker()
    const claims = claimsOf({ target: 'campaign' })
    const token = mintToken(ring, 'unsubscribe', claims)
    const multipart = { 'Content-Type': 'multipart/form-data; boundary=cut' }
    const part = 'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click'
    const posts = [
      { headers: form, body: 'List-Unsubscribe=One-Click' },
      { headers: multipart, body: `--cut\r\n${part}\r\n--cut--\r\n` },
      { headers: multipart, body: 'not multipart at all' },
      { headers: form, body: '' },
      {},
    ]
    for (const post of posts) {
      const { status, headers } = await call(`/u/${token}`, { method: 'POST', ...post })
      expect([status, headers.location, headers['set-cookie']]).toEqual([200, undefined, undefined])
    }
    expect(calls).toEqual(posts.map(() => ({ verb: 'unsubscribe', handle: claims.handle, target: 'campaign' })))
  })

  test('says 503 and to come back when it could not be saved', async () => {
    const failing = async () => {
      throw new Error('locked: ada@example.org')
    }
    const { call } = await tracker({ unsubscribe: failing, withdraw: failing })
    const one = await call(`/u/${mint('unsubscribe')}`, {
      method: 'POST',
      headers: form,
      body: 'List-Unsubscribe=One-Click',
    })
    const two = await call(`/me/${mint('me')}`, { method: 'POST', headers: form, body: 'action=withdraw' })
    for (const { status, headers, body } of [one, two]) {
      expect([status, headers['retry-after']]).toEqual([503, '30'])
      expect(body.toString()).not.toContain('ada@')
    }
  })

  test('with a forged, foreign, swapped, re-spelled or stolen token stops nobody', async () => {
    const { call, calls } = await tracker()
    const token = mint('unsubscribe')
    const encoded = `%${token.charCodeAt(0).toString(16)}${token.slice(1)}`
    const tokens = [
      `${token.slice(0, -2)}AA`,
      mintToken(ringOf(9), 'unsubscribe', claimsOf()),
      mint('me'),
      encoded,
      `${token}=`,
      '',
    ]
    for (const each of tokens) {
      expect(
        (await call(`/u/${each}`, { method: 'POST', headers: form, body: 'List-Unsubscribe=One-Click' })).status,
      ).toBe(404)
    }
    const stolen = newKeyRing([
      { id: 'new', key: Buffer.alloc(32, 2), revoked: false },
      { id: 'old', key: Buffer.alloc(32, 1), revoked: true },
    ])
    const other = await tracker({ ring: stolen })
    expect((await other.call(`/u/${token}`, { method: 'POST' })).status).toBe(404)
    expect([...calls, ...other.calls]).toEqual([])
  })

  test('works for as long as the longer promise of then and now, and then says so', async () => {
    const then = policy({ number: 1, rightsDays: 30 })
    const { call, calls } = await tracker({ book: bookOf(then, policy({ number: 2, rightsDays: 10 })) })
    const old = (days: number) => `/u/${mint('unsubscribe', { policy: 1, issued: dayOf(noon) - days })}`
    expect((await call(old(30), { method: 'POST' })).status).toBe(200)
    expect((await call(old(31), { method: 'POST' })).status).toBe(410)
    expect(calls.length).toBe(1)
  })

  test.runIf(haveCorpora)('answers the one-click requests of RFC 8058', async () => {
    type Request = {
      readonly name: string
      readonly method?: string
      readonly content_type?: string
      readonly body?: string
    }
    const { requests } = corpusJson<{ readonly requests: readonly (Request & { readonly mutate?: string })[] }>(
      'vectors/rfc8058-vectors.json',
    )
    let agree = 0
    for (const { name, method = 'POST', content_type, body, mutate } of requests) {
      const { call, calls } = await tracker()
      const [ada, grace] = [mint('unsubscribe'), mint('unsubscribe')]
      // "Cross recipient": one person's seal around another person's claims.
      const token = mutate === undefined ? ada : ada.slice(0, 60) + grace.slice(60)
      const headers = { 'Content-Type': content_type ?? form['Content-Type'] }
      const once = await call(`/u/${token}`, { method, ...(body === undefined ? {} : { headers, body }) })
      const twice = name === 'POST twice' ? await call(`/u/${token}`, { method, headers, body: body ?? '' }) : once
      const changes = method === 'POST' && mutate === undefined
      const status = mutate === undefined ? 200 : 404
      if (once.status === status && twice.status === status && calls.length > 0 === changes) agree++
    }
    expect(figure('RFC 8058 requests', agree, requests.length)).toBe(1)
  })
})

describe("the recipient's page", () => {
  test('can stop things at once and shows no button that does nothing', async () => {
    const { call, calls } = await tracker()
    const claims = claimsOf({ target: 'campaign' })
    const path = `/me/${mintToken(ring, 'me', claims)}`
    const page = await call(path, asBrowser)
    const buttons = [...page.body.toString().matchAll(/name="action" value="(\w+)"/g)].map(([, value]) => value)
    expect([page.status, buttons]).toEqual([200, ['unsubscribe', 'withdraw', 'rest']])
    expect(calls).toEqual([])
    for (const action of ['withdraw', 'unsubscribe']) {
      const saved = await call(path, { method: 'POST', headers: form, body: `action=${action}` })
      expect([saved.status, saved.headers.location]).toEqual([200, undefined])
    }
    expect(calls.map(({ verb }) => verb)).toEqual(['withdraw', 'unsubscribe'])
  })

  test('stops the recording of opens of mail that was sent before', async () => {
    const { call, committed } = await tracker()
    const claims = claimsOf()
    const pixel = `/o/${mintToken(ring, 'open', claims)}`
    await call(pixel)
    await call(`/me/${mintToken(ring, 'me', claims)}`, { method: 'POST', headers: form, body: 'action=withdraw' })
    await call(pixel)
    expect(committed.length).toBe(1)
  })

  test('refuses an action that it does not know, a body that is too long, and a forged token', async () => {
    const { call, calls } = await tracker()
    const path = `/me/${mint('me')}`
    const post = (body: string, headers: Record<string, string> = form) => call(path, { method: 'POST', headers, body })
    expect((await post('action=erase')).status).toBe(400)
    expect((await post('')).status).toBe(400)
    expect((await post('garbage', { 'Content-Type': 'multipart/form-data; boundary=x' })).status).toBe(400)
    expect((await post(`action=withdraw&x=${'y'.repeat(20_000)}`)).status).toBe(413)
    expect((await call('/me/forged', { method: 'POST', headers: form, body: 'action=withdraw' })).status).toBe(404)
    expect(calls).toEqual([])
  })

  test('offers no stop of recording where nothing is recorded of anybody', async () => {
    const quiet = policy()
    const off = { ...quiet.events.open, mode: 'off' } as const
    const { call } = await tracker({
      book: bookOf(policy({ events: { open: off, click: { ...off, kind: 'click' } } })),
    })
    expect((await call(`/me/${mint('me')}`)).body.toString()).not.toContain('withdraw')
  })
})
