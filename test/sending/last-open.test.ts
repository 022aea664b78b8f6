import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { dayOf, isoDay } from '../../src/base/index.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from '../journeys/sink.ts'
import { openScene } from './scene.ts'

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

const dayMillis = 86_400_000

/** strict, with the date of the last open granted until `until`. */
function withHygiene(until: string): Policy {
  const strict = loadPolicy('strict')
  const purpose = { ...strict.purposes.get('insight')!, name: 'hygiene', consent: 'opt-out' } as const
  return {
    ...strict,
    number: 77,
    purposes: new Map([...strict.purposes, ['hygiene', purpose]]),
    hygiene: { purpose: 'hygiene', retentionDays: 20, jurisdiction: 'FR', exemptedBy: 'exempt' },
    attestations: [
      { id: 'exempt', measure: 'm', by: 'b', until, kind: 'jurisdiction' },
      // Of another country, and over long ago: it neither vouches for this nor spoils it.
      { id: 'elsewhere', measure: 'm', by: 'b', until: '2020-01-01', kind: 'jurisdiction' },
    ],
  }
}

async function opened(policy: Policy) {
  const sink = await openSink()
  const scene = await openScene({ smtp: sink.url, policy })
  closers.push(sink.close, scene.close)
  const people = () => {
    const db = new Driver(join(scene.folder, 'lethe.db'), { readonly: true })
    const rows = db
      .prepare<[], { day: number | null; until: number | null; events: number; tallies: number }>(
        `SELECT last_open AS day, last_open_until AS until, (SELECT count(*) FROM events) AS events,
           (SELECT count(*) FROM tallies) AS tallies FROM subjects`,
      )
      .all()
    db.close()
    return rows
  }
  const page = async () => {
    const body = { to: { email: 'a@x.example' }, purpose: 'deliver', subject: 'Hi' }
    const answer = await scene.call('POST', '/v1/messages', {
      ...body,
      html: '<body>Hi <a href="https://x.example/">x</a></body>',
    })
    await scene.work()
    return { html: htmlOf(sink.mails.at(-1)!.raw), tracked: answer.json.tracked, id: answer.json.id as string }
  }
  return { ...scene, people, page }
}

describe('hygiene', () => {
  const later = isoDay(dayOf(Date.now()) + 90)

  it('keeps the date of the last open, overwritten by the next, without any event', async () => {
    const { page, hit, people, clock, call, ledger } = await opened(withHygiene(later))
    const { html, tracked, id } = await page()
    expect(tracked).toEqual({ opens: false, clicks: false, lastOpen: true, reason: 'consent_missing' })
    expect(clicksIn(html)).toEqual([])
    const first = dayOf(clock.now())
    await hit(pixelsIn(html)[0]!)
    expect(people()).toEqual([{ day: first, until: first + 20, events: 0, tallies: 0 }])
    clock.time += 3 * dayMillis
    await hit(pixelsIn(html)[0]!)
    await hit(pixelsIn(html)[0]!, { gpc: true })
    await hit(pixelsIn(html)[0]!, { method: 'HEAD' })
    expect(people()).toEqual([{ day: first + 3, until: first + 23, events: 0, tallies: 0 }])
    expect((await call('GET', `/v1/messages/${id}/events`)).json).toEqual({ events: [] })
    clock.time += 21 * dayMillis
    const purged = await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(purged).toContainEqual({ what: 'subjects.last_open', count: 1 })
    expect(people()).toMatchObject([{ day: null, until: null }])
  })

  it('is off where the attestation ran out, before the mail and after it', async () => {
    const over = await opened(withHygiene(isoDay(dayOf(Date.now()) - 1)))
    expect((await over.page()).tracked).toEqual({ opens: false, clicks: false, reason: 'consent_missing' })
    const ending = await opened(withHygiene(isoDay(dayOf(Date.now()) + 1)))
    const { html } = await ending.page()
    ending.clock.time += 2 * dayMillis
    await ending.hit(pixelsIn(html)[0]!)
    expect(ending.people()).toMatchObject([{ day: null }])
  })

  it('stops for somebody who says no to it, also in mail that was sent before', async () => {
    const { page, hit, people, call, clock } = await opened(withHygiene(later))
    const { html } = await page()
    const no = { email: 'a@x.example', state: 'withdrawn', source: 'form', wording: 'no', purpose: 'hygiene' }
    expect((await call('POST', '/v1/consents', { ...no, at: new Date(clock.now()).toISOString() })).status).toBe(201)
    await hit(pixelsIn(html)[0]!)
    expect(people()).toMatchObject([{ day: null }])
    expect((await page()).tracked).toEqual({ opens: false, clicks: false, reason: 'consent_missing' })
  })

  it('is nothing at all without its clause', async () => {
    const { page, people } = await opened(loadPolicy('strict'))
    expect(pixelsIn((await page()).html)).toEqual([])
    expect(people()).toMatchObject([{ day: null }])
  })
})
