import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { htmlOf, openSink } from '../journeys/sink.ts'
import { openScene, type Scene } from './scene.ts'

const content = {
  subject: 'Hello {{name}}',
  html: '<body><p>{{course}}</p><a href="https://x.example/a">a</a> <a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a></body>',
}

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

async function scene(options: Parameters<typeof openSink>[0] = {}, policy = 'mailerplex') {
  const sink = await openSink(options)
  const opened = await openScene({ smtp: sink.url, policy })
  closers.push(sink.close, opened.close)
  return { ...opened, sink }
}

async function campaign({ call }: Scene, csv: string, start = true): Promise<string> {
  const made = await call('POST', '/v1/campaigns', { name: 'c', purpose: 'campaign', ...content })
  expect(made.status, made.text).toBe(201)
  const uploaded = await call('POST', `/v1/campaigns/${made.json.id}/recipients`, csv)
  expect(uploaded.status, uploaded.text).toBe(200)
  if (start) expect((await call('POST', `/v1/campaigns/${made.json.id}/start`)).status).toBe(202)
  return made.json.id
}

// Each row says where the relationship is from: without that, unasked news is refused.
const relation = 'campaign_consent_at,campaign_consent_source,campaign_consent_wording'
const rows = (count: number): string =>
  [
    `email,name,course,${relation}`,
    ...Array.from({ length: count }, (_, index) => `r${index}@x.example,R${index},Knots,2026-01-05,order,customer`),
  ].join('\n')

const deliver = { purpose: 'deliver', subject: 'Hi', text: 'Hi {{name}}' }

describe('delivery', () => {
  it('sends a campaign to everyone once, through several windows', async () => {
    const { sink, work, call, ...rest } = await scene()
    const id = await campaign({ work, call, ...rest }, rows(230))
    await work()
    expect(new Set(sink.mails.map(({ to }) => to)).size).toBe(230)
    expect(sink.mails.length).toBe(230)
    const { json } = await call('GET', `/v1/campaigns/${id}`)
    expect(json.counts).toMatchObject({ recipients: 230, sent: 230, queued: 0, uncertain: 0, opens: 0, clicks: 0 })
    expect(htmlOf(sink.mails[0]!.raw)).toContain('<p>Knots</p>')
  })

  it('two workers with the same window send nobody two mails', async () => {
    const all = await scene()
    await campaign(all, rows(60))
    await all.feed.run()
    const ids = all.windows.shift()!
    const other = all.newWorker()
    await Promise.all([all.deliverer.deliver(ids), other.deliver(ids)])
    await other.stop()
    expect(all.sink.mails.length).toBe(60)
  })

  it('a withdrawn consent stops the next pixel, also of mail that was accepted before', async () => {
    const { call, work, sink, board, ...rest } = await scene()
    const consent = { at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    for (const email of ['yes@x.example', 'no@x.example']) {
      const body = { to: { email }, purpose: 'deliver', subject: 'Hi', html: '<body>Hi</body>' }
      const sent = await call('POST', '/v1/messages', { ...body, consent: { tracking: true, ...consent } })
      expect(sent.json.tracked).toMatchObject({ opens: true, reason: 'consent_given' })
    }
    const later = { ...consent, at: '2026-02-05T10:00:00Z', purpose: 'insight', state: 'withdrawn' }
    const withdrawn = await call('POST', '/v1/consents', { email: 'no@x.example', ...later })
    expect(withdrawn.status, withdrawn.text).toBe(201)
    expect(board.stopped.size).toBe(1)
    await work()
    const pixels = Object.fromEntries(sink.mails.map(({ to, raw }) => [to, htmlOf(raw).includes('/o/')]))
    expect(pixels).toEqual({ 'yes@x.example': true, 'no@x.example': false })
    expect(rest.lines.join('')).not.toMatch(/x\.example/)
  })

  it('a mail that waits for a slow server leaves as its reader wishes by then', async () => {
    const all = await scene({ delay: 600 })
    const { call, work, sink, clock, lanes } = all
    const consent = { at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    const [head, ...lines] = rows(lanes.concurrency + 3).split('\n')
    const tracked = lines.map((line) => `${line},2026-01-05,form,yes`)
    const id = await campaign(all, [`${head},consent_at,consent_source,consent_wording`, ...tracked].join('\n'))
    const working = work()
    while (sink.mails.length < lanes.concurrency) await new Promise((resolve) => setTimeout(resolve, 5))
    const emails = lines.map((line) => line.slice(0, line.indexOf(',')))
    const waiting = emails.filter((email) => sink.mails.every(({ to }) => to !== email))
    const [withdrawn, stopped, neither] = waiting
    const later = { ...consent, at: '2026-02-05T10:00:00Z', purpose: 'insight', state: 'withdrawn' }
    expect((await call('POST', '/v1/consents', { email: withdrawn, ...later })).status).toBe(201)
    expect((await call('POST', '/v1/suppressions', { email: stopped })).status).toBe(200)
    clock.time += 150
    await working
    const pixels = new Map(sink.mails.map(({ to, raw }) => [to, htmlOf(raw).includes('/o/')]))
    expect([pixels.get(withdrawn!), pixels.get(stopped!), pixels.get(neither!)]).toEqual([false, undefined, true])
    const { json } = await call('GET', `/v1/campaigns/${id}`)
    expect(json.counts).toMatchObject({ sent: lanes.concurrency + 2, refused: 1 })
  })

  it('a soft refusal is tried again within ten seconds, a hard one is final, and neither stops the others', async () => {
    let refusals = 0
    const { call, work, clock } = await scene({
      atRecipient: (to) => (to.startsWith('hard') ? { code: 550, text: `5.1.1 <${to}> unknown` } : null),
      atEnd: (to) => (to.startsWith('soft') && refusals++ < 1 ? { code: 451, text: `4.3.0 later ${to}` } : null),
    })
    const ids: string[] = []
    for (const email of ['hard@x.example', 'soft@x.example', 'fine@x.example']) {
      ids.push((await call('POST', '/v1/messages', { to: { email, name: 'N' }, ...deliver })).json.id)
    }
    await work()
    const states = async () => Promise.all(ids.map(async (id) => (await call('GET', `/v1/messages/${id}`)).json))
    const [hard, soft, fine] = await states()
    expect([hard.status, soft.status, fine.status]).toEqual(['bounced', 'queued', 'sent'])
    expect(JSON.stringify([hard, soft])).not.toMatch(/x\.example|unknown|later /)
    clock.time += 10_001
    await work()
    expect((await states())[1]).toMatchObject({ status: 'sent', attempts: 2 })
    const again = await call('POST', '/v1/messages', { to: { email: 'hard@x.example', name: 'N' }, ...deliver })
    expect(again.json).toMatchObject({ status: 'refused', reason: 'suppressed' })
  })

  it('gives up when the content may lie in the outbox no longer', async () => {
    const { call, work, clock, sink, book } = await scene({ atEnd: () => ({ code: 451, text: '4.3.0 no' }) })
    const { json } = await call('POST', '/v1/messages', { to: { email: 'a@x.example', name: 'A' }, ...deliver })
    await work()
    clock.time += book.inForce.message.contentHours * 3_600_000
    await work()
    expect((await call('GET', `/v1/messages/${json.id}`)).json.status).toBe('expired')
    expect(sink.mails).toEqual([])
  })

  it("blames no recipient for the transport's own fault, and goes on once it is mended", async () => {
    const all = await scene()
    const { call, work, clock, lanes, sink } = all
    lanes.take()?.breaker.failed(true)
    const { json } = await call('POST', '/v1/messages', { to: { email: 'a@x.example', name: 'A' }, ...deliver })
    await work()
    expect((await call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({ status: 'queued', attempts: 0 })
    expect(sink.mails).toEqual([])
    clock.time += 30_000
    await work()
    expect((await call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({ status: 'sent', attempts: 1 })
  })

  it('a paused campaign sends nothing, a resumed one the rest, a cancelled one never again', async () => {
    const all = await scene()
    const { call, work, sink, clock } = all
    const id = await campaign(all, rows(120))
    await all.feed.run()
    await call('POST', `/v1/campaigns/${id}/pause`)
    await work()
    expect(sink.mails.length).toBe(0)
    clock.time += 20_000
    await call('POST', `/v1/campaigns/${id}/resume`)
    await work()
    expect(sink.mails.length).toBe(120)
    const other = await campaign(all, rows(30), false)
    await call('POST', `/v1/campaigns/${other}/cancel`)
    expect((await call('POST', `/v1/campaigns/${other}/start`)).json.code).toBe('campaign_state')
    await work()
    expect(sink.mails.length).toBe(120)
  })

  it('a drain finishes what is in flight and gives the rest back', async () => {
    const all = await scene({ delay: 30 })
    await campaign(all, rows(100))
    await all.feed.run()
    const delivered = all.deliverer.deliver(all.windows.shift()!)
    while (all.sink.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await all.deliverer.stop()
    await delivered
    const before = all.sink.mails.length
    expect(before).toBeLessThan(100)
    all.clock.time += 20_000
    await all.work(all.newWorker())
    expect(all.sink.mails.length).toBe(100)
    expect(new Set(all.sink.mails.map(({ to }) => to)).size).toBe(100)
  })

  it('a server that falls silent after the hand-over leaves a campaign mail uncertain, and gets a service mail again', async () => {
    const sockets = new Set<Socket>()
    let cuts = 0
    const cut = async () => {
      if (cuts++ > 1) return
      for (const socket of sockets) socket.destroy()
    }
    const relay = await openRelay(sockets, cut)
    const all = await openScene({ smtp: relay.url })
    closers.push(relay.close, all.close)
    const id = await campaign(all, rows(1))
    await all.work()
    const service = await all.call('POST', '/v1/messages', { to: { email: 's@x.example', name: 'S' }, ...deliver })
    await all.work()
    const { json } = await all.call('GET', `/v1/campaigns/${id}`)
    expect(json.counts).toMatchObject({ uncertain: 1, sent: 0, queued: 0 })
    all.clock.time += 30_001
    await all.work()
    expect((await all.call('GET', `/v1/messages/${service.json.id}`)).json).toMatchObject({ status: 'sent' })
    expect(relay.handedOver()).toBe(3)
  })

  it('a policy that narrowed since acceptance takes the pixel out of mail that still waits', async () => {
    const { call, work, sink, book } = await scene()
    const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    const body = { to: { email: 'a@x.example' }, purpose: 'deliver', subject: 'Hi', html: '<body>Hi</body>', consent }
    expect((await call('POST', '/v1/messages', body)).json.tracked.opens).toBe(true)
    const { open, click } = book.inForce.events
    const events = { open: { ...open, mode: 'off' as const }, click: { ...click, mode: 'off' as const } }
    book.inForce = { ...book.inForce, number: book.inForce.number + 1, events }
    await work()
    expect(htmlOf(sink.mails[0]!.raw)).toBe('<body>Hi</body>')
  })
})

/** A mail server that calls `taken` when a whole mail has arrived, before it says so. */
async function openRelay(sockets: Set<Socket>, taken: () => Promise<void>) {
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, _session, done) => {
      stream.resume()
      stream.on('end', () => {
        count++
        void taken().then(() => done(null))
      })
    },
  })
  server.on('error', () => {}) // connections that are cut
  server.server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo // listens on TCP
  const close = () => new Promise<void>((resolve) => server.close(resolve))
  return { url: `smtp://127.0.0.1:${port}`, handedOver: () => count, close }
}
