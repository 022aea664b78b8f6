import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { environment, startLethe, until } from '../journeys/lethe.ts'
import { shapes } from '../journeys/shapes.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from '../journeys/sink.ts'
import { openCollector } from './collector.ts'

const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Quokka/140.0.0.0 Safari/537.36'
const html = `<p>Hi {{name}}, the marmalade letter</p><a href="https://target.example/quince?x=1">a</a>
<a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a>`
const day = '2026-01-05T10:00:00Z'
const consent = `${day},form,Send it,${day},form,Count it`
const head =
  'email,name,campaign_consent_at,campaign_consent_source,campaign_consent_wording,consent_at,consent_source,consent_wording'

const attributes = new Set([
  ...['bullmq.queue.name', 'bullmq.queue.operation', 'bullmq.job.name', 'bullmq.job.id', 'bullmq.job.attempts.made'],
  ...['bullmq.job.processed.timestamp', 'bullmq.job.attempt_finished_timestamp', 'bullmq.job.failed.reason'],
])

describe.each(shapes)('traces on $name', ({ open }) => {
  it('show the way of a mail and of its hits, and nothing of who or what', async () => {
    const shape = await open()
    const collector = await openCollector()
    const sink = await openSink({
      atRecipient: (to) => (to.startsWith('gone') ? { code: 550, text: `5.1.1 <${to}> wombat unknown` } : null),
    })
    const env = await environment({
      ...shape.settings,
      LETHE_OTEL: collector.url,
      LETHE_SMTP: sink.url,
      LETHE_TRUST_PROXY: '127.0.0.0/8',
    })
    const lethe = await startLethe(env)
    const facts = { name: 'platypus', subject: 'Numbat {{name}}', html, purpose: 'campaign' }
    const { id } = (await lethe.call<{ id: string }>('POST', '/v1/campaigns', facts)).json
    const lines = ['ada', 'bob', 'gone'].map((name) => `${name}@people.example,Echidna ${name},${consent}`)
    await lethe.call('POST', `/v1/campaigns/${id}/recipients`, [head, ...lines].join('\n'))
    await lethe.call('POST', `/v1/campaigns/${id}/start`)
    await until(() => sink.mails.length === 2)
    const paths = sink.mails.flatMap(({ raw }) => [pixelsIn(htmlOf(raw))[0]!, clicksIn(htmlOf(raw))[0]!])
    for (const path of paths) {
      expect([200, 302]).toContain(
        (await lethe.hit(path, { 'user-agent': agent, 'x-forwarded-for': '81.2.69.142' })).status,
      )
    }
    const done = await until(async () => {
      const { counts } = (await lethe.call<{ counts: Record<string, number> }>('GET', `/v1/campaigns/${id}`)).json
      return counts.sent === 2 && Number(counts.bounced) + Number(counts.failed) === 1 ? counts : null
    })
    expect(done).not.toBeNull()
    expect((await lethe.call<{ result: string }>('GET', '/v1/audit')).json.result).not.toBe('violated')
    const named = (name: string) => collector.spans().filter((span) => span.name === name)
    await until(() => named('process record').length > 0 && named('process send').length > 0)
    expect(await lethe.stop()).toBe(0)

    // One trace leads from the commit of a hit to its recording: the numbers travel with the job.
    const [recorded] = named('process record')
    const [added] = named('add record.events').filter(({ traceId }) => traceId === recorded?.traceId)
    expect(recorded?.parentSpanId).toBe(added?.spanId)
    expect(named('process send').length).toBeGreaterThan(0)

    const seen = collector.spans()
    const keys = seen.flatMap((span) => [span, ...span.events].flatMap((each) => each.attributes.map(({ key }) => key)))
    expect(keys.filter((key) => !attributes.has(key))).toEqual([])
    expect([...new Set(collector.resources().map(({ key }) => key))].sort()).toEqual([
      'lethe.roles',
      'service.instance.id',
      'service.name',
      'service.version',
    ])
    const bytes = collector.bytes()
    expect(bytes).toContain('traceId')
    const tokens = paths.map((path) => path.split('/').at(-1)!)
    const needles = [
      ...['@', 'people.example', 'target.example', 'quince', 'Numbat', 'marmalade', 'Echidna', 'platypus', 'wombat'],
      ...['81.2.69.142', 'Quokka', 'Mozilla', 'pglite', 'redis:', env.LETHE_API_KEY, env.LETHE_DATA, ...tokens],
      ...[hostname(), process.execPath],
    ]
    expect(needles.filter((needle) => needle !== '' && bytes.toLowerCase().includes(needle.toLowerCase()))).toEqual([])
    await sink.close()
    await collector.close()
    shape.close()
  }, 240_000)
})

it('a collector that is away holds nothing up', async () => {
  const collector = await openCollector()
  await collector.close()
  const lethe = await startLethe(await environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }))
  const mail = { to: { email: 'ada@people.example' }, purpose: 'deliver', subject: 'Hello', html: '<p>Hello</p>' }
  const { json, status, text } = await lethe.call<{ id: string }>('POST', '/v1/messages', mail)
  expect(status, text).toBe(202)
  const state = async () => (await lethe.call<{ status: string }>('GET', `/v1/messages/${json.id}`)).json.status
  await until(async () => (await state()) === 'sent')
  expect(await state()).toBe('sent')
  expect(await lethe.stop()).toBe(0)
}, 240_000)
