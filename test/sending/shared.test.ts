import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { openToken } from '../../src/gate/index.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from '../journeys/sink.ts'
import { openScene, type Scene } from './scene.ts'

const consent = 'campaign_consent_at,campaign_consent_source,campaign_consent_wording'
const csv = (from: number, count: number): string =>
  [
    `email,name,slug,${consent}`,
    ...Array.from(
      { length: count },
      (_, index) => `r${from + index}@x.example,R${from + index},s${from + index},2026-01-05,form,yes`,
    ),
  ].join('\n')
const html = `<body><p>Hi {{name}}</p><a href="https://x.example/a?b=1">a</a> <a href="https://x.example/{{slug}}">mine</a>
<a href="https://x.example/b">b</a> <a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a></body>`

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

async function open() {
  const sink = await openSink()
  const scene = await openScene({ smtp: sink.url, policy: 'certometer' })
  closers.push(sink.close, scene.close)
  return { ...scene, sink }
}

async function started({ call }: Scene, recipients: string): Promise<string> {
  const { json } = await call('POST', '/v1/campaigns', { name: 'c', purpose: 'campaign', subject: 'News', html })
  const uploaded = await call('POST', `/v1/campaigns/${json.id}/recipients`, recipients)
  expect(uploaded.json, uploaded.text).toMatchObject({ faulty: 0, refused: 0 })
  await call('POST', `/v1/campaigns/${json.id}/start`)
  return json.id
}

const byCell = (a: Readonly<Record<string, unknown>>, b: typeof a): number =>
  `${a.kind} ${a.link}` < `${b.kind} ${b.link}` ? -1 : 1

const rowsOf = (folder: string, table: string): readonly Record<string, unknown>[] => {
  const db = new Driver(join(folder, 'lethe.db'), { readonly: true })
  const rows = db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all()
  db.close()
  return rows
}

describe('where hits are only counted', () => {
  it('every recipient gets the same bytes for pixel and links, on another day and from another worker too', async () => {
    const scene = await open()
    const id = await started(scene, csv(0, 12))
    await scene.work()
    scene.clock.time += 2 * 86_400_000
    await scene.call('POST', `/v1/campaigns/${id}/recipients`, csv(12, 3))
    const worker = scene.newWorker()
    await scene.work(worker)
    await worker.stop()
    const pages = scene.sink.mails.map(({ raw }) => htmlOf(raw))
    expect(pages).toHaveLength(15)
    expect(new Set(pages.flatMap(pixelsIn)).size).toBe(1)
    expect(new Set(pages.map((page) => clicksIn(page).join(' '))).size).toBe(1)
    // Two links are tracked; the one that a recipient's value completes is each recipient's own, and left alone.
    expect(clicksIn(pages[0]!)).toHaveLength(2)
    for (const page of pages) expect(page).toMatch(/href="https:\/\/x\.example\/s\d+"/)
    // The way out is nobody else's: a shared one would stop somebody else's mail.
    const exits = pages.flatMap((page) => page.match(/\/(?:u|me)\/[\w-]+/g) ?? [])
    expect(new Set(exits).size).toBe(30)
  })

  it('no store can answer who opened: a hit names no message, and only a tally stays', async () => {
    const scene = await open()
    const id = await started(scene, csv(0, 12))
    await scene.work()
    const pages = scene.sink.mails.map(({ raw }) => htmlOf(raw))
    for (const [index, page] of pages.entries()) await scene.hit(pixelsIn(page)[0]!, { address: `192.0.2.${index}` })
    expect(await scene.hit(clicksIn(pages[3]!)[0]!)).toEqual({ state: 'redirect', to: 'https://x.example/a?b=1' })
    const verdict = openToken(scene.ring, 'open', pixelsIn(pages[0]!)[0]!.split('/o/')[1]!)
    expect(verdict).toMatchObject({ state: 'genuine', claims: { message: id, handle: null } })
    expect(rowsOf(scene.folder, 'events')).toEqual([])
    expect(
      rowsOf(scene.folder, 'tallies')
        .toSorted(byCell)
        .map(({ kind, link, count }) => [kind, link, count]),
    ).toEqual([
      ['click', 0, 1],
      ['click', 1, 1],
      ['open', 0, 12],
    ])
    for (const { id: message } of rowsOf(scene.folder, 'messages')) {
      const name = (message as Buffer).toString('base64url')
      expect((await scene.call('GET', `/v1/messages/${name}/events`)).json).toEqual({ events: [] })
    }
    const { json } = await scene.call('GET', `/v1/campaigns/${id}`)
    expect(json.counts).toMatchObject({ opens: 10, clicks: null })
  })

  it('the report is the same at k + 1 people and at k + 2, and one person clicking on shows nothing', async () => {
    const scene = await open()
    const id = await started(scene, csv(0, 12))
    await scene.work()
    const [first, second] = clicksIn(htmlOf(scene.sink.mails[0]!.raw))
    const look = async () => {
      const [report, summary] = [`/v1/campaigns/${id}/report`, `/v1/campaigns/${id}`].map((path) =>
        scene.call('GET', path),
      )
      return { report: (await report!).json, counts: (await summary!).json.counts }
    }
    const fresh = await look()
    expect(fresh.report).toMatchObject({ k: 10, step: 10, estimated: true })
    expect(fresh.report.events.map(({ kind, link }: { kind: string; link: number }) => [kind, link])).toEqual([
      ...[['open', 0], ...[1, 2, 3].map((link) => ['click', link])],
    ])
    for (let time = 0; time < 30; time++) await scene.hit(first!, { address: '192.0.2.1' })
    expect(await look()).toEqual(fresh)
    for (let person = 1; person <= 11; person++) await scene.hit(first!, { address: `192.0.2.${person}` })
    const before = await look()
    expect(before.report.totals).toEqual({ openers: null, opens: null, clickers: 10, clicks: 40 })
    expect(before.counts).toMatchObject({ opens: null, clicks: 40 })
    await scene.hit(first!, { address: '192.0.2.12' })
    await scene.hit(second!, { address: '192.0.2.12' })
    expect(await look()).toEqual(before)
  })

  it('a message of its own is untracked, since a count of one would be a record of one', async () => {
    const scene = await open()
    const body = { to: { email: 'one@x.example', name: 'One' }, purpose: 'deliver', subject: 'Hi' }
    const page = '<body><a href="https://x.example/a">a</a></body>'
    const { json } = await scene.call('POST', '/v1/messages', { ...body, html: page })
    expect(json.tracked).toEqual({ opens: false, clicks: false, reason: 'tally_needs_campaign' })
    await scene.work()
    expect(htmlOf(scene.sink.mails[0]!.raw).trim()).toBe(page)
  })
})
