import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lethe, until } from './lethe.ts'
import { clicksIn, linkIn, pixelsIn } from './sink.ts'
import { browser, consent, openTarget, type Target } from './target.ts'

let target: Target
let lethe: Lethe
beforeAll(async () => {
  // Every mail takes a moment, so that a campaign can be caught in the middle.
  target = await openTarget({ delay: 10 })
  lethe = target.lethe
}, 120_000)
afterAll(() => target.close())

interface Campaign {
  readonly status: string
  readonly counts: Readonly<Record<string, number>>
}

const draft = { name: 'n', subject: 'Hi {{name}}', text: 'Hello {{name}} of {{city}}', purpose: 'deliver' }

const newCampaign = async (changes: object = {}): Promise<string> =>
  (await lethe.call<{ id: string }>('POST', '/v1/campaigns', { ...draft, ...changes })).json.id
const upload = (id: string, csv: string) =>
  lethe.call<{ faults: readonly { line: number; code: string }[] }>('POST', `/v1/campaigns/${id}/recipients`, csv)
const move = (id: string, verb: string) => lethe.call('POST', `/v1/campaigns/${id}/${verb}`)
const look = async (id: string) => (await lethe.call<Campaign>('GET', `/v1/campaigns/${id}`)).json
const sentTo = (mark: string): readonly string[] =>
  target.sink.mails.flatMap(({ to }) => (to.startsWith(mark) ? [to] : []))
const settled = (id: string) => until(async () => (await look(id)).counts.queued === 0, 60)

describe('a request that is wrong', () => {
  const message = { to: { email: 'a@x.example' }, subject: 's', text: 't', purpose: 'deliver' }

  it.each([
    ['an unknown field', { surprise: 1 }, 'unknown_field'],
    ['an unknown field of the recipient', { to: { email: 'a@x.example', phone: '1' } }, 'unknown_field'],
    ['no address', { to: { email: 'ada' } }, 'address_invalid'],
    ['two addresses', { to: { email: 'a@x.example,b@x.example' } }, 'address_invalid'],
    ['a missing merge field', { text: 'Hi {{name}}' }, 'merge_field_missing'],
    ['an unknown purpose', { purpose: 'fun' }, 'purpose_unknown'],
    ['a purpose that sends nothing', { purpose: 'insight' }, 'purpose_not_sending'],
    ['subscribed mail without a way out', { purpose: 'campaign' }, 'rights_links_missing'],
    ['a card number', { text: '{{card}}', data: { card: '4111 1111 1111 1111' } }, 'card_number'],
    ['a sender that is none', { from: 'Lethe <nobody>' }, 'sender_invalid'],
    ['an unknown campaign', { campaign: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'campaign_unknown'],
  ])('with %s is refused with a code and a next step, and sends nothing', async (_what, changes, code) => {
    const { status, json, text } = await lethe.call('POST', '/v1/messages', { ...message, ...changes })
    expect([status, json.code], text).toEqual([code === 'campaign_unknown' ? 404 : 422, code])
    expect(json).toMatchObject({ type: `urn:lethe:problem:${code}`, next: expect.stringMatching(/^[A-Z].+\.$/) })
    expect(text).not.toMatch(/4111|ada/)
  })

  it('in some lines of a file stops none of the other recipients', async () => {
    const id = await newCampaign()
    const csv = [
      'email,name,city',
      'good1@x.example,Ada,Riga',
      'no address,Eve,Oslo',
      'bad@x.example,"Eve\nBcc: e@x.example",Oslo',
      'bad@x.example,,Oslo',
      'bad@x.example,Eve',
      'bad@x.example,"Eve"x,Oslo',
      `bad@x.example,${'E'.repeat(1_100_000)},Oslo`,
      'bad@x.example,4111 1111 1111 1111,Oslo',
      'GOOD1@x.example,Ada again,Riga',
      '=cmd|x@x.example,=1+1,Oslo',
      'good2@x.example,"Zoë, \u{1F600}","two\r\nlines"',
      '"good3@x.example",Åsa,Rome',
    ].join('\r\n')
    const { json, text } = await upload(id, csv)
    expect(json, text).toMatchObject({ accepted: 4, duplicates: 1, refused: 0, faulty: 7 })
    expect(json.faults.map(({ code }) => code)).toEqual([
      ...['address_invalid', 'header_injection', 'merge_field_missing', 'line_columns', 'line_malformed'],
      ...['line_too_long', 'card_number'],
    ])
    expect((await move(id, 'start')).status).toBe(202)
    await settled(id)
    expect(sentTo('good').length + sentTo('=cmd').length).toBe(4)
    expect((await look(id)).counts).toMatchObject({ recipients: 4, sent: 4, failed: 0 })
    expect(sentTo('bad')).toEqual([])
  })

  it('in a whole file is refused with nothing kept', async () => {
    const id = await newCampaign()
    for (const [csv, code] of [
      ['', 'header_missing'],
      ['name,city\nAda,Riga\n', 'header_missing'],
      ['email,name,Name\na@x.example,A,B\n', 'header_invalid'],
      ['\u0000\u0001\u0002', 'header_missing'],
    ] as const) {
      expect((await upload(id, csv)).json, JSON.stringify(csv)).toMatchObject({ code })
    }
    expect((await look(id)).counts.recipients).toBe(0)
    expect((await move(id, 'resume')).json).toMatchObject({ code: 'campaign_state' })
    expect((await move('AAAAAAAAAAAAAAAAAAAAAA', 'start')).json).toMatchObject({ code: 'campaign_unknown' })
  })
})

describe('a store that another program holds', () => {
  it('keeps no reader waiting, refuses with a code what it cannot keep, and goes on when it is let go', async () => {
    const html = '<html><body><a href="https://t.example/a">a</a><a href="{{unsubscribe_url}}">u</a></body></html>'
    const { html: page } = await target.delivered({ html })
    const body = { to: { email: 'held@x.example' }, subject: 's', text: 't', purpose: 'deliver' }
    const holder = new Driver(join(lethe.env.LETHE_DATA, 'lethe.db'))
    holder.exec('BEGIN IMMEDIATE')
    const [answer, pixel, click, stop] = await Promise.all([
      lethe.call('POST', '/v1/messages', body),
      lethe.hit(pixelsIn(page)[0]!, browser),
      lethe.hit(clicksIn(page)[0]!, browser),
      lethe.hit(linkIn(page, 'u')!, browser, 'POST'),
    ])
    expect([answer.status, answer.json.code], answer.text).toEqual([503, 'store_locked'])
    expect([pixel.status, click.status, click.headers.location]).toEqual([200, 302, 'https://t.example/a'])
    expect(stop.status, 'an unsubscription that is not durable').toBe(503)
    expect((await lethe.call('GET', '/readyz')).status).toBe(503)
    holder.close()
    expect((await lethe.hit(linkIn(page, 'u')!, browser, 'POST')).status).toBe(200)
    expect((await lethe.call('POST', '/v1/messages', body)).status).toBe(202)
    await until(() => sentTo('held').length > 0)
    expect(sentTo('held')).toHaveLength(1)
  })
})

describe('two at once', () => {
  it('with one Idempotency-Key are one message', async () => {
    const body = { to: { email: 'once@x.example' }, subject: 's', text: 't', purpose: 'deliver' }
    const key = { 'idempotency-key': crypto.randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => lethe.call('POST', '/v1/messages', body, key)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    await until(() => sentTo('once').length > 0)
    await lethe.call('POST', '/v1/messages', body, key)
    expect(sentTo('once')).toHaveLength(1)
  })

  it('with one Idempotency-Key and different bodies are one message and conflicts', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const bodies = Array.from({ length: 10 }, (_, at) => ({
      ...{ to: { email: `race${at}@x.example` }, subject: 's', text: 't', purpose: 'deliver' },
    }))
    const answers = await Promise.all(bodies.map((body) => lethe.call('POST', '/v1/messages', body, key)))
    const taken = answers.filter(({ status }) => status === 202)
    expect(taken).toHaveLength(1)
    expect(answers.filter(({ json }) => json.code === 'idempotency_conflict')).toHaveLength(9)
    const { id } = taken[0]!.json
    await until(async () => (await lethe.call('GET', `/v1/messages/${id}`)).json.status === 'sent')
    expect(sentTo('race')).toHaveLength(1)
  })

  it('uploads of one file, and two starts, write to nobody twice', async () => {
    const id = await newCampaign()
    const lines = Array.from({ length: 300 }, (_, at) => `dup${at}@x.example,A,B`)
    const csv = ['email,name,city', ...lines].join('\n')
    const counts = await Promise.all([upload(id, csv), upload(id, csv), upload(id, csv)])
    const total = counts.map(({ json }) => json as unknown as Record<string, number>)
    expect(total.reduce((sum, { accepted }) => sum + accepted!, 0)).toBe(300)
    expect(total.reduce((sum, { duplicates }) => sum + duplicates!, 0)).toBe(600)
    const starts = await Promise.all([move(id, 'start'), move(id, 'start'), move(id, 'start')])
    expect(starts.map(({ status }) => status)).toEqual([202, 202, 202])
    await settled(id)
    expect([sentTo('dup').length, new Set(sentTo('dup')).size]).toEqual([300, 300])
  }, 240_000)
})

describe('a campaign in the middle', () => {
  const campaignOf = async (mark: string, size: number) => {
    const id = await newCampaign()
    await upload(
      id,
      ['email,name,city', ...Array.from({ length: size }, (_, at) => `${mark}${at}@x.example,A,B`)].join('\n'),
    )
    await move(id, 'start')
    await until(() => sentTo(mark).length > 20)
    return id
  }
  /** Until what was in flight has ended: no mail came for a second. */
  const quiet = async (mark: string) => {
    for (let before = -1; before !== sentTo(mark).length; ) {
      before = sentTo(mark).length
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
    return sentTo(mark).length
  }

  it('stops when it is paused, goes on when it is resumed, and misses and repeats nobody', async () => {
    const id = await campaignOf('pause', 1_500)
    expect((await move(id, 'pause')).status).toBe(202)
    const atPause = await quiet('pause')
    expect(atPause).toBeLessThan(1_500)
    const paused = await look(id)
    expect(paused.status).toBe('paused')
    expect([paused.counts.sent, paused.counts.queued]).toEqual([atPause, 1_500 - atPause])
    const moves = await Promise.all([move(id, 'resume'), move(id, 'pause'), move(id, 'resume'), move(id, 'resume')])
    for (const { status } of moves) expect([202, 409]).toContain(status)
    await move(id, 'resume')
    await settled(id)
    expect([sentTo('pause').length, new Set(sentTo('pause')).size]).toEqual([1_500, 1_500])
  }, 120_000)

  it('stops for good when it is cancelled, and accounts for everyone', async () => {
    const id = await campaignOf('stop', 1_500)
    expect((await move(id, 'cancel')).status).toBe(202)
    const sent = await quiet('stop')
    const { status, counts } = await look(id)
    expect(status).toBe('cancelled')
    expect([counts.sent, counts.cancelled, counts.queued]).toEqual([sent, 1_500 - sent, 0])
    for (const verb of ['start', 'resume', 'pause']) {
      expect((await move(id, verb)).json).toMatchObject({ code: 'campaign_state' })
    }
    expect((await upload(id, 'email,name,city\nlate@x.example,A,B\n')).json).toMatchObject({ code: 'campaign_over' })
    expect(await quiet('stop')).toBe(sent)
  }, 120_000)
})

describe('a withdrawal that races with hits', () => {
  it('stops every hit that comes after its answer, whatever was under way', async () => {
    const html = '<html><body><a href="https://t.example/a">a</a></body></html>'
    const { html: page } = await target.delivered({ html })
    const mail = target.sink.mails.at(-1)!
    const links = [pixelsIn(page)[0]!, clicksIn(page)[0]!]
    const hits = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, at) => lethe.hit(links[at % 2]!, browser)))
    const record = { email: mail.to, purpose: 'insight', state: 'withdrawn', ...consent, tracking: undefined }
    const [under, answer] = await Promise.all([hits(60), lethe.call('POST', '/v1/consents', record), hits(60)])
    expect(answer.status, answer.text).toBe(201)
    const refused = async (): Promise<number> =>
      Number(/refused_total\{code="stopped"\} (\d+)/.exec((await lethe.call('GET', '/metrics')).text)?.[1] ?? 0)
    const recorded = async (): Promise<number> =>
      Number(/^lethe_events_recorded_total (\d+)$/m.exec((await lethe.call('GET', '/metrics')).text)?.[1])
    const before = [await refused(), await recorded()] as const
    const after = await hits(60)
    expect(await refused()).toBe(before[0] + 60)
    expect(await recorded()).toBe(before[1])
    for (const { status, headers } of [...under, ...after]) {
      expect([200, 302]).toContain(status)
      if (status === 302) expect(headers.location).toBe('https://t.example/a')
    }
  })
})
