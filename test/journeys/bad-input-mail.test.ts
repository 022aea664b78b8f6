import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure, haveCorpora } from '../corpora.ts'
import type { Lethe } from './lethe.ts'
import { raw, statuses } from './raw.ts'
import { linkIn } from './sink.ts'
import { browser, openTarget, payloadsOf, type Target } from './target.ts'

let target: Target
let lethe: Lethe
beforeAll(async () => {
  target = await openTarget()
  lethe = target.lethe
}, 120_000)
afterAll(() => target.close())

const headerNames = (head: string): readonly string[] =>
  head.split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase())

const escaped = (value: string): string => value.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)

describe('what stands in a mail', () => {
  it.runIf(haveCorpora)(
    'leads where its author wrote, or is left alone: the open-redirect payloads',
    async () => {
      const payloads = [
        ...payloadsOf(
          'open-redirect/patt-openredirects.txt',
          'open-redirect/patt-payloads.txt',
          'open-redirect/payloadbox.txt',
          'ssrf/patt-ssrf-urls.txt',
        ),
      ].filter((line) => !line.includes('{{'))
      const html = `<html><body>${payloads.map((each, index) => `<a id="${index}" href="${escaped(each)}">x</a>\n`).join('')}</body></html>`
      const mail = await target.delivered({ html })
      const written = [...html.matchAll(/<a id="(\d+)" href="([^"]*)">/g)]
      const found = [...mail.html.matchAll(/<a id="(\d+)" href="([^"]*)">/g)]
      expect(found).toHaveLength(payloads.length)
      let [tracked, exact] = [0, 0]
      for (const [index, [, id, href]] of found.entries()) {
        expect(id).toBe(String(index))
        if (!href!.startsWith(`${lethe.env.LETHE_PUBLIC_URL}/c/`)) {
          expect(href, 'an untracked link is as written').toBe(written[index]![2])
          continue
        }
        tracked += 1
        const { status, headers } = await lethe.hit(href!, browser)
        expect(status).toBe(302)
        const [there, meant] = [URL.parse(headers.location ?? ''), URL.parse(payloads[index]!)]
        expect(there?.href, payloads[index]).toBe(meant?.href)
        expect(there?.protocol).toMatch(/^https?:$/)
        exact += 1
      }
      expect(figure('open-redirect payloads as links: tracked ones that lead exactly there', exact, tracked)).toBe(1)
      expect(tracked).toBeGreaterThan(50)
    },
    120_000,
  )

  it.runIf(haveCorpora)(
    'is no way to be redirected by somebody else',
    async () => {
      const payloads = payloadsOf(
        'open-redirect/patt-openredirects.txt',
        'open-redirect/patt-payloads.txt',
        'crlf/patt.txt',
        'crlf/fuzzdb.txt',
      )
      let led = 0
      for (const payload of payloads) {
        const path = encodeURI(payload).replace(/%25/g, '%').replace(/#/g, '%23')
        for (const prefix of ['/c', '/c/', '/u/', '/me/', '/']) {
          const answer = await raw(
            lethe.env.LETHE_TRACKER,
            `GET ${prefix}${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
          )
          if (
            /\r\n(?:location|set-cookie|refresh):/i.test(answer) ||
            (statuses(answer)[0]! >= 300 && statuses(answer)[0]! < 400)
          )
            led += 1
        }
      }
      expect(figure('redirect and CRLF payloads as paths that led somewhere', led, payloads.length * 5)).toBe(0)
    },
    120_000,
  )

  const breakouts = [
    '"><script>alert(1)</script>',
    `' onmouseover='alert(1)`,
    '</title></body></html><base href=//evil.example>',
    'javascript:alert(1)',
    '{{email}} {{unsubscribe_url}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: other people's template languages are the point
    '`${7*7}` #{7*7} <%= 7*7 %>',
    "=cmd|' /C calc'!A0",
    '--\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n',
    '\u202eevil\u2066',
    'x'.repeat(19_000),
    '😀'.repeat(4_000),
    'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A'.repeat(200),
  ]

  it('is shown as the value that it is, and breaks out of nothing', async () => {
    const html =
      '<html><head><title>{{v}}</title></head><body><p title="{{v}}">{{v}}</p><p title={{v}}>end</p></body></html>'
    for (const value of [...breakouts, ...payloadsOf('ssti/patt-ssti.txt', 'csv/patt.txt').slice(0, 40)]) {
      const mail = await target.delivered({ html, text: '{{v}}', data: { v: value } })
      const quoted = value.replace(
        /[&<>"']/g,
        (each) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[each] ?? '&#39;',
      )
      const seen = mail.html.replace(/\r\n/g, '\n')
      expect(seen, value.slice(0, 40)).toContain(
        `<p title="${quoted.replace(/\r\n/g, '\n')}">${quoted.replace(/\r\n/g, '\n')}</p>`,
      )
      expect(seen.match(/<script|<base|onmouseover='/g)).toBeNull()
      expect(seen.match(/<p title=[^\s>"']*>end<\/p>/), 'a bare attribute stays one').not.toBeNull()
      expect(mail.raw.split('\r\n').every((line) => line.length <= 998)).toBe(true)
    }
  }, 120_000)

  it("cannot spoof the links that are the reader's own", async () => {
    const html = '<html><body><a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a> {{email}}</body></html>'
    const evil = 'https://evil.example/'
    const mail = await target.delivered({
      html,
      data: { unsubscribe_url: evil, rights_url: evil, email: evil, Unsubscribe_URL: evil },
    })
    expect(mail.html).not.toContain('evil')
    expect(linkIn(mail.html, 'u')).toMatch(/^http/)
    expect(linkIn(mail.html, 'me')).toMatch(/^http/)
  })

  it('never becomes a header of its own', async () => {
    const names = headerNames((await target.delivered({ text: 'x' })).head)
    const hostile = [
      '%0d%0aBcc: evil@evil.example',
      '\\r\\nBcc: evil@evil.example',
      '=?utf-8?q?x=0d=0aBcc:_evil@evil.example?=',
      'a, evil@evil.example; <evil@evil.example>',
      'x'.repeat(1_990),
      '嘊嘍Bcc: evil@evil.example',
      '"\\"@evil.example',
    ]
    for (const value of [...hostile, ...payloadsOf('crlf/patt.txt', 'crlf/fuzzdb.txt')]) {
      const name = value.slice(0, 500)
      const mail = await target.delivered({ subject: value, text: 'x', to: { name } })
      expect(headerNames(mail.head), value).toEqual(names)
      expect(mail.head).not.toMatch(/^(?:bcc|set-cookie):/im)
    }
    expect(target.sink.mails.filter(({ to }) => to.includes('evil'))).toEqual([])
  }, 120_000)

  it.each(['\r\n', '\n', '\r', '\0', '\u0085', '\u2028', '\x1b'])(
    'takes no %j in any address, name, subject or file name',
    async (breaking) => {
      const evil = `x${breaking}Bcc: evil@evil.example`
      const base = { to: { email: 'a@x.example' }, subject: 's', text: 't', purpose: 'deliver' }
      const bodies = [
        { ...base, to: { email: `a@x.example${breaking}` } },
        { ...base, to: { email: `a${breaking}@x.example` } },
        { ...base, to: { email: 'a@x.example', name: evil } },
        { ...base, subject: evil },
        { ...base, subject: 'Hi {{v}}', data: { v: evil } },
        { ...base, from: `${evil} <a@x.example>` },
        { ...base, from: `a@x.example${breaking}` },
        { ...base, replyTo: `a@x.example${breaking}` },
        { ...base, attachments: [{ filename: evil, contentType: 'text/plain', content: '' }] },
        { ...base, attachments: [{ filename: 'a', contentType: `text/plain${breaking}X: y`, content: '' }] },
      ]
      for (const body of bodies) {
        const { status, json, text } = await lethe.call('POST', '/v1/messages', body)
        expect([status, json.code], text).toEqual([422, 'header_injection'])
        expect(text).not.toContain('evil')
      }
      const campaign = { name: 'n', subject: evil, text: 't', purpose: 'deliver' }
      for (const body of [
        campaign,
        { ...campaign, subject: 's', name: evil },
        { ...campaign, subject: 's', from: `a@x.example${breaking}` },
      ]) {
        expect((await lethe.call('POST', '/v1/campaigns', body)).json.code).toBe('header_injection')
      }
    },
  )
})
