import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { openScene, type Scene } from '../sending/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const to = { email: 'ada@x.example', name: 'Ada' }
const message = {
  to,
  subject: 'Hello {{name}}',
  text: 'See you on {{day}}',
  data: { day: 'Friday' },
  purpose: 'deliver',
}
const newsletter = { name: 'n', subject: 'News', html: '{{unsubscribe_url}} {{rights_url}}', purpose: 'campaign' }

const send = (changes: object, headers: Readonly<Record<string, string>> = {}) =>
  scene.call('POST', '/v1/messages', { ...message, ...changes }, headers)

const relation = 'campaign_consent_at,campaign_consent_source,campaign_consent_wording'

describe('the API', () => {
  it('accepts a message and says whether it will be tracked, and why', async () => {
    const answer = await send({})
    expect(answer.status, answer.text).toBe(202)
    expect(answer.json).toMatchObject({
      status: 'queued',
      tracked: { opens: false, clicks: false, reason: 'consent_missing' },
    })
    const seen = await scene.call('GET', `/v1/messages/${answer.json.id}`)
    expect(seen.json).toMatchObject({ id: answer.json.id, purpose: 'deliver', attempts: 0 })
    expect((await scene.call('GET', `/v1/messages/${answer.json.id}/events`)).json).toEqual({ events: [] })
  })

  it.each([
    ['an unknown field', { surprise: 1 }, 'unknown_field'],
    ['an unknown field further in', { to: { ...to, phone: '1' } }, 'unknown_field'],
    ['a field of another type', { subject: 7 }, 'field_invalid'],
    ['no purpose', { purpose: undefined }, 'field_missing'],
    ['an unknown purpose', { purpose: 'fun' }, 'purpose_unknown'],
    ['a purpose that sends no mail', { purpose: 'insight' }, 'purpose_not_sending'],
    ['something that is no address', { to: { email: 'ada' } }, 'address_invalid'],
    ['a line break in the address', { to: { email: 'ada@x.example\r\nBcc: b@x.example' } }, 'header_injection'],
    ['a line break in the name', { to: { ...to, name: 'Ada\nBcc: b@x.example' } }, 'header_injection'],
    ['a line break in the subject', { subject: 'Hi\r\nBcc: b@x.example' }, 'header_injection'],
    ['a NUL in the sender', { from: 'a\0@x.example' }, 'header_injection'],
    ['a line break in the reply address', { replyTo: 'a@x.example\n' }, 'header_injection'],
    [
      'a line break that a merge field brings into the subject',
      { to: { email: 'a@x.example' }, data: { name: 'a\nb', day: '1' } },
      'header_injection',
    ],
    ['a sender that is no address', { from: 'Lethe <nobody>' }, 'sender_invalid'],
    ['a card number in a merge field', { data: { day: 'card 4111 1111 1111 1111.' } }, 'card_number'],
    ['a card number as name', { to: { ...to, name: '5500-0000-0000-0004' } }, 'card_number'],
    ['a missing merge field', { data: {} }, 'merge_field_missing'],
    ['a blank merge field', { data: { day: ' ' } }, 'merge_field_missing'],
    ['no content', { subject: undefined, text: undefined }, 'content_empty'],
    ['subscribed mail without a way out', { purpose: 'campaign' }, 'rights_links_missing'],
    [
      'a consent without its wording',
      { consent: { tracking: true, at: '2026-01-01', source: 'x', wording: '' } },
      'consent_incomplete',
    ],
    [
      'a consent of tomorrow',
      { consent: { tracking: true, at: '2999-01-01', source: 'x', wording: 'y' } },
      'consent_in_future',
    ],
    ['a template that is not there', { template: 'x' }, 'template_unknown'],
  ])('refuses %s', async (_what, changes, code) => {
    const answer = await send(changes)
    expect([answer.status, answer.json.code], answer.text).toEqual([422, code])
    expect(answer.json.next).toMatch(/\w/)
    expect(answer.text).not.toMatch(/4111|5500|Bcc|ada@/)
  })

  it('names the fields at fault and no values', async () => {
    const shape = await send({ to: { email: 'a@x.example', phone: '555' } })
    expect(shape.json.errors).toEqual([{ path: 'to.phone', code: 'unknown_field' }])
    expect((await send({ text: '{{day}} {{hour}}' })).json.title).toContain('hour')
  })

  it('lets a number pass that is as long as a card and none', async () => {
    expect((await send({ data: { day: '4111 1111 1111 1112' } })).status).toBe(202)
  })

  it('gives the same key the same answer once, and another body a conflict', async () => {
    const key = { 'idempotency-key': newId() }
    const [first, second] = [await send({}, key), await send({}, key)]
    expect(second.json).toEqual(first.json)
    const other = await send({ data: { day: 'Monday' } }, key)
    expect([other.status, other.json.code]).toEqual([409, 'idempotency_conflict'])
    expect((await send({}, { 'idempotency-key': 'two words' })).json.code).toBe('idempotency_key_invalid')
  })

  it('answers a recipient who may not be written to with a refusal, not a fault', async () => {
    const email = 'gone@x.example'
    const record = {
      email,
      purpose: 'campaign',
      state: 'withdrawn',
      at: '2026-01-01T00:00:00Z',
      source: 'form',
      wording: 'no',
    }
    expect((await scene.call('POST', '/v1/consents', record)).status).toBe(201)
    const answer = await send({
      to: { email },
      purpose: 'campaign',
      subject: 'n',
      html: newsletter.html,
      text: undefined,
      data: {},
    })
    expect(answer.status, answer.text).toBe(202)
    expect(answer.json).toMatchObject({ status: 'refused', reason: 'consent_withdrawn' })
  })

  it('takes recipients from CSV, counts each line once, and a fault in one stops no other', async () => {
    const { json } = await scene.call('POST', '/v1/campaigns', { ...newsletter, subject: 'News, {{Name}} of {{City}}' })
    const csv = [
      ...[
        `\uFEFFEmail,NAME,city,unused,${relation}`,
        'a@x.example,A,Riga,1,2026-01-05,order,customer',
        'A@X.example,A again,Riga,2,2026-01-05,order,customer',
        'gone@x.example,G,Oslo,3,,,',
      ],
      ...['nobody,N,Rome,4,,,', 'b@x.example,B,,5,,,', 'c@x.example,"C,Bern,6,,,'],
      'd@x.example,D,Lima,7,2026-01-05,order,customer',
    ].join('\r\n')
    const uploaded = await scene.call('POST', `/v1/campaigns/${json.id}/recipients`, csv)
    expect(uploaded.json).toEqual({
      ...{ accepted: 2, duplicates: 1, refused: 1, faulty: 3 },
      faults: [
        { line: 5, code: 'address_invalid' },
        { line: 6, code: 'merge_field_missing', fields: ['City'] },
        { line: 7, code: 'line_malformed' },
      ],
    })
    const seen = await scene.call('GET', `/v1/campaigns/${json.id}`)
    expect(seen.json).toMatchObject({
      status: 'draft',
      counts: { recipients: 3, queued: 2, refused: 1, opens: null, clicks: null },
    })
    expect((await scene.call('GET', `/v1/campaigns/${json.id}/report`)).json.events).toEqual([
      { kind: 'open', link: 0, people: null, count: null },
    ])
  })

  it('says which links of a campaign may be tracked, and why others stay as they are', async () => {
    const links =
      '<a href="https://a.example/">a</a><a data-no-track href="https://b.example/">b</a><a href="https://c.example/">https://bank.example/</a><a href="../d">d</a>'
    const { json } = await scene.call('POST', '/v1/campaigns', { ...newsletter, html: newsletter.html + links })
    const left = { marked: 1, other_host: 1, conditional: 0, not_web: 1 }
    expect(json).toMatchObject({ links: { tracked: 1, left }, warnings: [] })
    const large = { ...newsletter, html: newsletter.html + '<p>x</p>'.repeat(12_000) + links.repeat(40) }
    expect((await scene.call('POST', '/v1/campaigns', large)).json.warnings).toEqual(['html_large'])
  })

  it('records a consent that a row of recipients brings', async () => {
    const { json } = await scene.call('POST', '/v1/campaigns', newsletter)
    const csv = `email,consent_at,consent_source,consent_wording,${relation}\ne@x.example,2026-01-01T00:00:00Z,form,yes,2026-01-05,order,customer\nf@x.example,,form,yes,2026-01-05,order,customer\ng@x.example,2026-01-01,form,,,,\n`
    const uploaded = await scene.call('POST', `/v1/campaigns/${json.id}/recipients`, csv)
    expect(uploaded.json).toMatchObject({ accepted: 2, faults: [{ line: 4, code: 'consent_incomplete' }] })
    const tracked = async (email: string) => (await send({ to: { email, name: 'E' } })).json.tracked.reason
    expect([await tracked('e@x.example'), await tracked('f@x.example')]).toEqual(['consent_given', 'consent_missing'])
  })

  it('takes consents one by one or as a stream', async () => {
    const record = { purpose: 'insight', state: 'granted', at: '2026-01-01T00:00:00Z', source: 'form', wording: 'yes' }
    const lines = [
      { email: 's1@x.example', ...record },
      { email: 's2', ...record },
      { email: 's3@x.example', ...record, extra: 1 },
    ]
    const body = new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n'))
    const answer = await scene.call('POST', '/v1/consents', Buffer.from(body).toString(), {
      'content-type': 'application/x-ndjson',
    })
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({
      recorded: 1,
      faults: [
        { line: 2, code: 'address_invalid' },
        { line: 3, code: 'unknown_field' },
      ],
    })
    expect(answer.json.receipt).toMatch(/^[\w-]{22}$/)
  })

  it('asks every route but health for a key', async () => {
    const { paths } = (await scene.call('GET', '/openapi.json')).json
    for (const [path, operations] of Object.entries<Record<string, object>>(paths)) {
      for (const method of Object.keys(operations)) {
        const answer = await scene.call(method.toUpperCase(), path, undefined, { authorization: 'Bearer wrong' })
        const open = path === '/healthz' || path === '/readyz'
        expect([path, answer.status]).toEqual([path, open ? 200 : 401])
      }
    }
  })

  it('describes itself with the schemas that it validates by', async () => {
    const { json } = await scene.call('GET', '/openapi.json')
    const body = json.paths['/v1/messages'].post.requestBody.content['application/json'].schema
    expect(body.required).toEqual(['to', 'purpose'])
    expect(body.additionalProperties).toBe(false)
    expect(Object.keys(json.paths)).toContain('/v1/campaigns/{id}/recipients')
  })

  it.each([
    ['JSON that is none', 'POST', '/v1/campaigns', '{"name":', 'application/json', 400, 'body_malformed'],
    ['another media type', 'POST', '/v1/campaigns', 'x', 'text/plain', 415, 'media_type_unknown'],
    [
      'a body that is too large',
      'POST',
      '/v1/purge',
      `{"dryRun":${' '.repeat(1_100_000)}true}`,
      'application/json',
      413,
      'body_too_large',
    ],
    [
      'recipients of an unknown campaign',
      'POST',
      `/v1/campaigns/${newId()}/recipients`,
      'email\n',
      'text/csv',
      404,
      'campaign_unknown',
    ],
    [
      'a move of an unknown campaign',
      'POST',
      `/v1/campaigns/${newId()}/start`,
      undefined,
      'application/json',
      404,
      'campaign_unknown',
    ],
    ['an unknown message', 'GET', `/v1/messages/${newId()}`, undefined, 'application/json', 404, 'message_unknown'],
    ['an id that is none', 'GET', '/v1/messages/x', undefined, 'application/json', 404, 'message_unknown'],
    ['an unknown route', 'GET', '/v2', undefined, 'application/json', 404, 'route_unknown'],
  ])('answers %s with a coded problem', async (_what, method, path, body, type, status, code) => {
    const answer = await scene.call(method, path, body, { 'content-type': type })
    expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
  })

  it('shows the built-in mailbox, health and measures', async () => {
    await scene.work()
    const { json } = await scene.call('GET', '/v1/mailbox?to=ada@x.example')
    expect(json.mails.length).toBeGreaterThan(0)
    expect(json.mails[0]).toMatchObject({ to: 'ada@x.example', subject: 'Hello Ada' })
    expect((await scene.call('GET', '/readyz')).json.ready).toBe(true)
    expect((await scene.call('GET', '/metrics')).text).toContain('lethe_events_recorded_total')
  })
})
