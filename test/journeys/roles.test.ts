import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { deployments, type Fleet, measure, openFleet } from './fleet.ts'
import { type Lethe, until } from './lethe.ts'
import { haveRedis, openRedis } from './redis.ts'
import { clicksIn, htmlOf, linkIn, openSink, pixelsIn } from './sink.ts'
import { browser } from './target.ts'

const people = 40
const day = '2026-01-05T10:00:00Z'
const html = `<html><body><p>Hi {{name}}</p><a href="https://target.example/a">a</a>
<a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a></body></html>`
const columns = ['campaign_consent_at', 'campaign_consent_source', 'campaign_consent_wording', 'consent_at']
const head = ['email', 'name', ...columns, 'consent_source', 'consent_wording'].join(',')

interface Campaign {
  readonly counts: Readonly<Record<string, number | null>>
}

const counts = async (api: Lethe, id: string) =>
  (await api.call<Campaign>('GET', `/v1/campaigns/${id}`)).json.counts ?? {}

/** Sends a campaign to as many people as there are, all of whom may be counted. */
async function campaign(api: Lethe): Promise<string> {
  const facts = { name: 'roles', subject: 'For {{name}}', html, purpose: 'campaign' }
  const { id } = (await api.call<{ id: string }>('POST', '/v1/campaigns', facts)).json
  const lines = Array.from({ length: people }, (_, index) =>
    [`p${index}@people.example`, `P${index}`, day, 'form', 'Send it', day, 'form', 'Count it'].join(','),
  )
  const uploaded = await api.call('POST', `/v1/campaigns/${id}/recipients`, [head, ...lines].join('\n'))
  expect(uploaded.json, uploaded.text).toMatchObject({ accepted: people })
  expect((await api.call('POST', `/v1/campaigns/${id}/start`)).status).toBe(202)
  return id
}

/** Of all trackers together. */
async function sum(trackers: readonly Lethe[], name: string): Promise<number> {
  const each = await Promise.all(trackers.map((tracker) => measure(tracker, name)))
  return each.reduce((all, one) => all + one, 0)
}

describe.runIf(haveRedis).each(deployments)('roles in processes of their own: $name', (deployment) => {
  let fleet: Fleet | null = null
  afterEach(async () => {
    await fleet?.close()
    fleet = null
  })

  it('records each hit once whichever tracker took it, also while nobody has the store, and stops a person at every door', async () => {
    const redis = await openRedis()
    const sink = await openSink()
    fleet = await openFleet(deployment, { LETHE_QUEUE: redis.url, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' })
    const made = await Promise.all([
      fleet.house(),
      ...Array.from({ length: deployment.trackers }, () => fleet!.tracker()),
    ])
    const [house, ...trackers] = made as [readonly Lethe[], ...Lethe[]] // Promise.all keeps the order
    const [api] = house
    const id = await campaign(api!)
    await until(() => sink.mails.length >= people)
    expect(new Set(sink.mails.map(({ to }) => to)).size).toBe(people)
    expect(sink.mails).toHaveLength(people)
    const pages = sink.mails.map(({ raw }) => htmlOf(raw))

    // Every mail at every tracker: four opens and four clicks of each, all at once.
    const answers = await Promise.all(
      pages.flatMap((page) =>
        trackers.flatMap((tracker) => [
          tracker.hit(pixelsIn(page)[0]!, browser),
          tracker.hit(clicksIn(page)[0]!, browser),
        ]),
      ),
    )
    const hits = people * trackers.length
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(hits)
    expect(answers.filter(({ headers }) => headers.location === 'https://target.example/a')).toHaveLength(hits)
    await until(async () => {
      const { opens, clicks } = await counts(api!, id)
      return opens === hits && clicks === hits
    })
    expect(await counts(api!, id)).toMatchObject({ sent: people, uncertain: 0, opens: hits, clicks: hits })
    expect(await sum(trackers, 'lethe_hits_answered_total')).toBe(hits * 2)
    expect(await sum(trackers, 'lethe_events_recorded_total')).toBe(hits * 2)

    // The pages that ask the store come through a tracker that has none, and what they stop, every tracker stops.
    const [first, second] = [trackers[0]!, trackers[1]!]
    const stop = linkIn(pages[0]!, 'me')!
    const shown = await first.hit(stop, { 'accept-language': 'de' })
    expect([shown.status, shown.headers['content-language']]).toEqual([200, 'de'])
    const own = await Promise.all(
      [first, api!].map((each) => fetch(`http://${each.env.LETHE_TRACKER}/privacy`).catch(() => null)),
    )
    expect(own[0]?.status).toBe(200)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const unsubscribed = await first.hit(linkIn(pages[0]!, 'u')!, form, 'POST', 'List-Unsubscribe=One-Click')
    expect(unsubscribed.status).toBe(200)
    const pressed = await second.hit(stop, form, 'POST', 'action=withdraw')
    expect(pressed.status, pressed.body.toString()).toBe(200)
    for (const tracker of trackers) {
      await until(async () => (await measure(tracker, 'lethe_stops')) > 0)
      const answer = await tracker.hit(pixelsIn(pages[0]!)[0]!, browser)
      expect([answer.status, answer.body.length]).toEqual([200, 43])
      expect(await measure(tracker, 'lethe_hits_refused_total{code="stopped"}')).toBe(1)
    }

    // Nobody has the store: hits wait in the queue, a redirect works, and no page claims what is not durable.
    expect(await fleet.stop(house)).toEqual(house.map(() => 0))
    expect(await fleet.stop([second])).toEqual([0])
    const fresh = await fleet.tracker()
    const alone = [first, fresh, ...trackers.slice(2)]
    for (const tracker of alone) {
      await tracker.hit(pixelsIn(pages[1]!)[0]!, browser)
      const clicked = await tracker.hit(clicksIn(pages[1]!)[0]!, browser)
      expect([clicked.status, clicked.headers.location]).toEqual([302, 'https://target.example/a'])
      const refused = await tracker.hit(linkIn(pages[1]!, 'u')!, form, 'POST', 'List-Unsubscribe=One-Click')
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30'])
    }
    expect((await fresh.hit('/privacy')).status).toBe(200)
    expect(await measure(fresh, 'lethe_events_recorded_total')).toBe(2)
    expect(await sum(alone, 'lethe_events_lost_total')).toBe(0)
    expect(await fleet.stop(alone)).toEqual(alone.map(() => 0))
    const again = await fleet.house()
    const after = hits + alone.length
    await until(async () => {
      const { opens, clicks } = await counts(again[0]!, id)
      return opens === after && clicks === after
    })
    expect(await counts(again[0]!, id)).toMatchObject({ opens: after, clicks: after })
    for (const each of [...trackers, ...house, fresh]) expect(each.log()).not.toMatch(/@|\.example|defect/)

    // Two purge at the same moment, and each row is removed once.
    expect(await fleet.stop(again)).toEqual(again.map(() => 0))
    writeFileSync(join(fleet.data, 'rehearsal'), '')
    const later = await fleet.house({ LETHE_CLOCK: '+P400D' })
    const purges = later.filter((_, index) => deployment.roles[index]!.includes('api'))
    const callers = purges.length > 1 ? purges : [purges[0]!, purges[0]!]
    const reports = await Promise.all(
      callers.map((each) => each.call<{ purged: { what: string; count: number }[] }>('POST', '/v1/purge', {})),
    )
    expect(reports.map(({ status, text }) => (status === 200 ? status : text))).toEqual([200, 200])
    const removed = (kind: string): number =>
      reports.flatMap(({ json }) => json.purged).reduce((all, { what, count }) => all + (what === kind ? count : 0), 0)
    expect([removed('events'), removed('messages'), removed('campaigns')]).toEqual([after * 2, people, 1])
    expect(await fleet.stop(later)).toEqual(later.map(() => 0))
    await sink.close()
    redis.close()
  }, 480_000)
})
