import { afterEach, describe, expect, it } from 'vitest'
import { dayOf } from '../../src/base/index.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'
import { htmlOf, openSink, pixelsIn } from '../journeys/sink.ts'
import { openScene } from './scene.ts'

const wide = loadPolicy('mailerplex')
/** The same, with fewer fields, a coarser time and a shorter life. */
const narrow: Policy = {
  ...wide,
  number: 4_000,
  events: {
    ...wide.events,
    open: { ...wide.events.open, fields: new Map([['at', 'day']]), retentionDays: 3 },
  },
}

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

async function opened(policy: Policy) {
  const sink = await openSink()
  const scene = await openScene({ smtp: sink.url, policy })
  closers.push(sink.close, scene.close)
  const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
  const accept = async () => {
    const body = { to: { email: 'a@x.example' }, purpose: 'deliver', subject: 'Hi', html: '<body>Hi</body>', consent }
    return (await scene.call('POST', '/v1/messages', body)).json.id as string
  }
  const openIt = async () => scene.hit(pixelsIn(htmlOf(sink.mails.at(-1)!.raw))[0]!)
  const eventsOf = async (id: string) => (await scene.call('GET', `/v1/messages/${id}/events`)).json.events
  return { ...scene, sink, accept, openIt, eventsOf }
}

describe('versions of the policy side by side', () => {
  it('a message that was accepted under a wider policy is recorded as the narrower of today grants', async () => {
    const { accept, work, turn, openIt, eventsOf, clock, ledger } = await opened(wide)
    const id = await accept()
    await work()
    await openIt()
    expect(Object.keys((await eventsOf(id))[0]).length).toBeGreaterThan(2)
    await turn(narrow)
    await openIt()
    const midnight = new Date(dayOf(clock.now()) * 86_400_000).toISOString()
    expect((await eventsOf(id))[1]).toEqual({ kind: 'open', at: midnight })
    clock.time += 4 * 86_400_000
    await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(await eventsOf(id)).toHaveLength(1)
  })

  it('a message that was accepted under a narrower policy stays narrow when a wider one is in force', async () => {
    const { accept, work, turn, openIt, eventsOf, clock } = await opened(narrow)
    const id = await accept()
    await work()
    await turn(wide)
    await openIt()
    const midnight = new Date(dayOf(clock.now()) * 86_400_000).toISOString()
    expect(await eventsOf(id)).toEqual([{ kind: 'open', at: midnight }])
  })

  it('what was stored under the wider policy is cut down with the rest', async () => {
    const { accept, work, turn, openIt, eventsOf, clock, ledger } = await opened(wide)
    const id = await accept()
    await work()
    await openIt()
    await turn(narrow)
    await ledger.retighten(clock.now(), { chunk: 100 })
    expect(Object.keys((await eventsOf(id))[0])).toEqual(['kind', 'at'])
  })
})

describe('a purpose', () => {
  const html = '<body>News <a href="{{unsubscribe_url}}">u</a> <a href="{{rights_url}}">r</a></body>'
  const news = { purpose: 'campaign', subject: 'News', html }

  it('that the policy does not have is a fault of the request', async () => {
    const { call } = await opened(wide)
    const answer = await call('POST', '/v1/messages', { to: { email: 'a@x.example' }, ...news, purpose: 'profiling' })
    expect([answer.status, answer.json.code]).toEqual([422, 'purpose_unknown'])
    // Nobody can pass a mail off as a notice, which goes past every objection.
    const notice = await call('POST', '/v1/messages', {
      to: { email: 'a@x.example' },
      ...news,
      purpose: 'policy.notice',
    })
    expect([notice.status, notice.json.code]).toEqual([422, 'purpose_unknown'])
  })

  it('of unasked promotion needs a record of where the relationship is from', async () => {
    const { call } = await opened(wide)
    const send = async () => (await call('POST', '/v1/messages', { to: { email: 'b@x.example' }, ...news })).json
    expect(await send()).toMatchObject({ status: 'refused', reason: 'evidence_missing' })
    const record = { email: 'b@x.example', purpose: 'campaign', state: 'granted', at: '2026-01-05T10:00:00Z' }
    const kept = await call('POST', '/v1/consents', { ...record, source: 'order 4711', wording: 'customer since 2025' })
    expect(kept.status).toBe(201)
    expect(await send()).toMatchObject({ status: 'queued' })
  })

  it('binds the address that was given for it: an answer asked for is no way into the news', async () => {
    const free = new Map(wide.purposes)
    free.set('campaign', { ...free.get('campaign')!, evidence: null })
    const { call } = await opened({ ...wide, number: 4_001, purposes: free })
    const to = { email: 'c@x.example' }
    const first = await call('POST', '/v1/messages', { to, purpose: 'deliver', subject: 'Hi', text: 'Hello' })
    expect(first.json.status).toBe('queued')
    const reused = await call('POST', '/v1/messages', { to, ...news })
    expect(reused.json).toMatchObject({ status: 'refused', reason: 'purpose_bound' })
    const other = await call('POST', '/v1/messages', { to: { email: 'd@x.example' }, ...news })
    expect(other.json.status).toBe('queued')
    const certificate = await call('POST', '/v1/messages', {
      ...{ to: { email: 'd@x.example' }, purpose: 'deliver', subject: 'Hi', text: 'Hello' },
    })
    expect(certificate.json.status).toBe('queued')
  })
})
