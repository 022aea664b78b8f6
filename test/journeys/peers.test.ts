import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corpusJson, figure, haveCorpora } from '../corpora.ts'
import { environment, folder, type Lethe, run, startLethe, until } from './lethe.ts'
import { clicksIn, htmlOf, linkIn, openSink, pixelsIn } from './sink.ts'

/*
 * What other systems' tests and bug reports check, tried on a running Lethe over real SMTP and HTTP. The corpus names the
 * behaviours; each of them is a case here, or the suite fails.
 */

interface Behaviours {
  readonly rows: readonly { readonly id: string; readonly do: string; readonly expect: string }[]
}
interface Event {
  readonly kind: string
  readonly at: string
}

const at = '2026-01-05T10:00:00Z'
const consent = { tracking: true, at, source: 'form', wording: 'Count it' }
const agent = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}

let sink: Awaited<ReturnType<typeof openSink>>
let lethe: Lethe
let people = 0

beforeAll(async () => {
  sink = await openSink()
  lethe = await startLethe(await environment({ LETHE_SMTP: sink.url }))
})
afterAll(async () => {
  await lethe.stop()
  await sink.close()
})

/** Sends `html` to somebody new, and gives the HTML as it arrived. */
async function sent(html: string | null, changes: object = {}) {
  people += 1
  const content = html === null ? { text: 'Only text: https://a.example/?a=1&b=2' } : { html }
  const somebody = { email: `p${people}@people.example`, name: 'Ada' }
  const body = { to: somebody, subject: 'Hello', purpose: 'deliver', consent, ...content, ...changes }
  const answer = await lethe.call<{ id: string }>('POST', '/v1/messages', body)
  expect(answer.status, answer.text).toBe(202)
  const mail = await until(() => sink.mails.find((each) => each.to === body.to.email))
  return { id: answer.json.id, raw: mail!.raw, html: htmlOf(mail!.raw) }
}

const eventsOf = async (id: string) =>
  (await lethe.call<{ events: readonly Event[] }>('GET', `/v1/messages/${id}/events`)).json.events

const recorded = (id: string, count: number) =>
  until(async () => ((await eventsOf(id)).length >= count ? await eventsOf(id) : null))

/** Follows the only tracked link of `html` as written, and gives where it led. */
async function followed(html: string): Promise<string | undefined> {
  const mail = await sent(html)
  const links = clicksIn(mail.html)
  expect(links).toHaveLength(1)
  const { status, headers } = await lethe.hit(links[0]!, agent)
  expect(status).toBe(302)
  const events = await recorded(mail.id, 1)
  expect(events!.map(({ kind }) => kind)).toEqual(['click'])
  return headers.location
}

const withoutOurs = (html: string): string =>
  html.replace(/<img src="[^"]*\/o\/[^>]*>/, '').replace(/http:[^"]*\/c\/[\w-]+/g, '#')

const cases: Readonly<Record<string, () => Promise<void>>> = {
  P01: async () =>
    expect(await followed('<a href="https://a.example/?a=1&amp;b=2">x</a>')).toBe('https://a.example/?a=1&b=2'),
  P03: async () => {
    const url = 'https://a.example/?f[0]=themes:2&f[1]=themes:1706'
    expect(await followed(`<a href="${url}">x</a>`)).toBe(url)
  },
  P05: async () =>
    expect(await followed('<a href="https://a.example/x#color=grün">x</a>')).toBe(
      'https://a.example/x#color=gr%C3%BCn',
    ),
  P07: async () =>
    expect(await followed('<a\n class="x"\n href="https://a.example/"\n>x</a>')).toBe('https://a.example/'),
  P09: async () => {
    const links = ['mailto:a@b.example', 'MAILTO:a@b.example', 'tel:+1', 'sms:+1', 'fb://page/1']
    const html = `<body>${links.map((href) => `<a href="${href}">x</a>`).join('')}</body>`
    expect(withoutOurs((await sent(html)).html)).toBe(html)
  },
  P11: async () => {
    const marked =
      '<body><a data-no-track href="https://a.example/">x</a><a clicktracking="off" href="https://a.example/">x</a></body>'
    const plain = '<body><a href="https://a.example/">x</a><a href="https://a.example/">x</a></body>'
    expect(withoutOurs((await sent(marked)).html)).toBe(plain)
    expect((await sent(marked, { consent: undefined })).html).toBe(plain)
  },
  P13: async () => {
    const html =
      '<head><link href="https://a.example/a.css"><base href="https://a.example/"></head><body><img src="https://a.example/a.png"></body>'
    expect(withoutOurs((await sent(html)).html)).toBe(html)
  },
  P15: async () => {
    const { html } = await sent('<body><a href="https://a.example/x">https://a.example/x</a></body>')
    expect(withoutOurs(html)).toBe('<body><a href="#">https://a.example/x</a></body>')
  },
  P17: async () => {
    const { html } = await sent('<body>see http://b.example/ or <a href="https://a.example/">x</a></body>')
    expect(withoutOurs(html)).toBe('<body>see http://b.example/ or <a href="#">x</a></body>')
  },
  P19: async () => {
    const html = (href: string) =>
      `<!DOCTYPE html PUBLIC "x">\r\n<html><head><style>a > b { c: "d" }</style></head><body style="m:0"><a href="${href}"><table><tr><td>x</td></tr></table></a></body></html>`
    expect(withoutOurs((await sent(html('https://a.example/'))).html)).toBe(html('#'))
  },
  P21: async () => {
    expect(pixelsIn((await sent('<p>no body')).html)).toHaveLength(1)
    const { raw, html } = await sent(null)
    expect(html).toBe('')
    expect(raw).toContain('Only text: https://a.example/?a=1&b=2'.replaceAll('=', raw.includes('=3D') ? '=3D' : '='))
  },
  P23: async () => {
    const { id, html } = await sent('<p>x')
    await lethe.hit(pixelsIn(html)[0]!, agent)
    const [first] = (await recorded(id, 1))!
    await lethe.hit(pixelsIn(html)[0]!, agent)
    expect((await recorded(id, 2))!).toContainEqual(first)
  },
  P25: async () => {
    const before = await lethe.call<{ counts: unknown }>('GET', '/metrics')
    const { status, headers, body } = await lethe.hit('/o/nonsense', agent)
    expect([status, headers['content-type'], body.length]).toEqual([200, 'image/gif', 43])
    const line = /^lethe_events_recorded_total.*$/m
    expect((await lethe.call('GET', '/metrics')).text.match(line)?.[0]).toBe(before.text.match(line)?.[0])
  },
  P27: async () => {
    const { id, html } = await sent('<a href="https://a.example/">x</a>')
    const [open, click] = [pixelsIn(html)[0]!, clicksIn(html)[0]!]
    expect((await lethe.hit(open.replace('/o/', '/c/'), agent)).status).toBe(404)
    expect((await lethe.hit(click.replace('/c/', '/o/'), agent)).status).toBe(200)
    await lethe.hit(click, agent)
    expect((await recorded(id, 1))!.map(({ kind }) => kind)).toEqual(['click'])
  },
  P29: async () => void (await followed('<a href="https://a.example/">x</a>')),
  P31: async () => {
    const email = 'scanned@people.example'
    const granted = { email, purpose: 'campaign', state: 'granted', at, source: 'form', wording: 'Send it' }
    expect((await lethe.call('POST', '/v1/consents', granted)).status).toBe(201)
    const { html } = await sent('<a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a>', {
      to: { email },
      purpose: 'campaign',
    })
    const link = linkIn(html, 'u')!
    for (const method of ['GET', 'HEAD']) expect((await lethe.hit(link, agent, method)).status).toBe(200)
    expect(await mayBeWrittenTo(email)).toBe(true)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await lethe.hit(link, form, 'POST', 'List-Unsubscribe=One-Click')).status).toBe(200)
    expect(await mayBeWrittenTo(email)).toBe(false)
  },
  P33: async () => {
    const html = '<body><a href="https://a.example/">x</a></body>'
    const mail = await sent(html, { consent: undefined })
    expect(mail.html).toBe(html)
    expect(mail.raw).not.toMatch(/\/[ocu]\/[\w-]{40}/)
  },
  P35: async () => {
    const to = { email: 'twice@people.example' }
    const tokens = []
    for (const subject of ['one', 'two']) {
      const { html } = await sent('<p>x', { to, subject })
      tokens.push(Buffer.from(pixelsIn(html)[0]!.split('/').pop()!, 'base64url'))
      sink.mails.splice(0)
    }
    // Past the version and the key's fingerprint no eight bytes in a row are shared, and none spell the address.
    const [one, two] = [tokens[0]!, tokens[1]!]
    const runs = Array.from({ length: one.length - 15 }, (_, index) => one.subarray(index + 8, index + 16))
    expect(runs.filter((run) => two.includes(run))).toEqual([])
    expect(Buffer.concat(tokens).includes('twice')).toBe(false)
  },
  P37: async () => {
    const path = join(folder(), 'wider.yaml')
    writeFileSync(path, 'policy: wider\nextends: strict\ncollect:\n  open:\n    retention: P2Y\n')
    const { code, out, err } = await run(['policy', 'check', path], {})
    expect(code).toBe(1)
    expect(out + err).toMatch(/wider\.yaml:5/)
  },
  P39: async () => {
    const body = {
      to: { email: 'a@people.example' },
      cc: [{ email: 'b@people.example' }],
      subject: 'x',
      text: 'x',
      purpose: 'deliver',
    }
    expect((await lethe.call('POST', '/v1/messages', body)).status).toBe(422)
  },
  P41: async () => {
    const { id, html } = await sent('<p>x')
    await lethe.hit(pixelsIn(html)[0]!, {
      'user-agent': 'Mozilla/5.0 (compatible; ExampleBot/1.0; +https://bot.example/)',
    })
    const [event] = (await recorded(id, 1))!
    expect(event).toMatchObject({ agent: 'scanner' })
    expect(JSON.stringify(event)).not.toMatch(/ExampleBot|127\.0\.0\.1/)
  },
}

async function mayBeWrittenTo(email: string): Promise<boolean> {
  const html = '{{unsubscribe_url}} {{rights_url}}'
  const { json } = await lethe.call('POST', '/v1/messages', {
    to: { email },
    subject: 'Next',
    html,
    purpose: 'campaign',
  })
  return json.status !== 'refused'
}

describe.runIf(haveCorpora)('what peers’ tests and bug reports check', () => {
  const { rows } = haveCorpora ? corpusJson<Behaviours>('peers/behaviours.json') : { rows: [] }
  let passed = 0
  afterAll(() => void figure('behaviours of peers', passed, rows.length))

  it.each(rows)('$id: $do: $expect', async ({ id }) => {
    await cases[id]!()
    passed += 1
  })
})
