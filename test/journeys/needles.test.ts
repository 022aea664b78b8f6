import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { environment, startLethe, until } from './lethe.ts'
import { findNeedles } from './needles.ts'
import { plant } from './plant.ts'
import { flush, inLog, literal, writeStore } from './raw-store.ts'
import { shapes } from './shapes.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from './sink.ts'

const people = ['ok.kwv@needle-example.org', 'retry.kwv@needle-example.org', 'hard.kwv@needle-example.org']
const body = 'bodyneedle-5d1c77'
const name = 'Nadel Kwvqrx'
const subject = 'Betreffnadel 77kwv'
const ip = '198.51.100.93'
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 nadelagent/7.7 Chrome/131.0.6000.1 Safari/537.36'
const target = 'https://ziel.example/kwv/landing?x=1&y=2'

describe.each(shapes)('after sends, a retry, a hard failure, opens and clicks on $name', ({ open }) => {
  it('no byte at rest holds an address, a name, a subject, a body, an IP, a user agent or a destination', async () => {
    const shape = await open()
    let refusals = 0
    const sink = await openSink({
      atRecipient: (to) => (to.startsWith('hard') ? { code: 550, text: `5.1.1 <${to}> unknown` } : null),
      atEnd: (to) => (to.startsWith('retry') && refusals++ < 1 ? { code: 451, text: `4.3.0 try ${to} later` } : null),
    })
    const env = await environment({
      ...shape.settings,
      LETHE_SMTP: sink.url,
      LETHE_POLICY: 'mailerplex',
      LETHE_TRUST_PROXY: '127.0.0.0/8',
    })
    const lethe = await startLethe(env)
    const ids: string[] = []
    for (const email of people) {
      const sent = await lethe.call<{ id: string }>('POST', '/v1/messages', {
        to: { email, name },
        subject,
        html: `<html><body><p>${body} {{name}}</p><a href="${target.replace('&', '&amp;')}">go</a></body></html>`,
        purpose: 'deliver',
        consent: { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' },
      })
      expect(sent.status, sent.text).toBe(202)
      ids.push(sent.json.id)
    }
    await until(() => sink.mails.length === 2, 60)
    const pages = sink.mails.map(({ raw }) => htmlOf(raw))
    for (const page of pages) {
      expect(page).toContain(`${body} ${name}`)
      for (const link of [...pixelsIn(page), ...clicksIn(page)]) {
        await lethe.hit(link, { 'user-agent': agent, 'x-forwarded-for': ip, 'accept-language': 'de-DE' })
      }
    }
    const events = await until(async () => {
      const { json } = await lethe.call<{ events: object[] }>('GET', `/v1/messages/${ids[0]}/events`)
      return json.events?.length === 2 ? json.events : null
    })
    expect(events).not.toBeNull()
    expect(JSON.stringify(events)).not.toMatch(/198\.51|nadelagent/)
    const end = await until(async () => {
      const { json } = await lethe.call<{ status: string }>('GET', `/v1/messages/${ids[2]}`)
      return json.status === 'bounced' ? json.status : null
    })
    expect(end).toBe('bounced')

    const folders = [env.LETHE_DATA, ...shape.folders]
    const needles = [...people, body, name, ip, agent, 'nadelagent', subject, 'ziel.example/kwv']
    await flush(env)
    expect(findNeedles(folders, needles)).toEqual([])
    for (const needle of [...needles, 'kwv@']) expect(lethe.log()).not.toContain(needle)
    await lethe.stop()
    expect(findNeedles(folders, needles)).toEqual([])
    const mark = await plant(env)
    const inStore = `planted-${randomUUID()}`
    const long = `${'x'.repeat(3000)}${inStore}${'y'.repeat(3000)}`
    await writeStore(env, `INSERT INTO meta (name, value) VALUES ('planted', ${literal(env, Buffer.from(long))})`)
    await flush(env)
    for (const each of [mark, inStore]) {
      const found = findNeedles(folders, [each]).filter((place) => !inLog(place))
      expect(found.length, 'the search must find what was planted where the data would be').toBeGreaterThan(0)
    }
    await sink.close()
    await shape.close()
  }, 300_000)
})
