import { afterEach, describe, expect, it } from 'vitest'
import { deployments, type Fleet, measure, openFleet } from './fleet.ts'
import { environment, type Lethe, run, startLethe, until } from './lethe.ts'
import { haveRedis, openRedis } from './redis.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from './sink.ts'
import { browser, consent } from './target.ts'

const onSqlite = deployments[0]!
const html = '<html><body><p>Hi</p><a href="https://target.example/a">a</a></body></html>'
const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`

/** Answered = recorded + refused + lost, once nothing is pending any more. */
async function balance(tracker: Lethe) {
  await until(async () => (await measure(tracker, 'lethe_events_pending')) === 0)
  const { text } = await tracker.call('GET', '/metrics')
  const of = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    )
  return {
    answered: of('lethe_hits_answered_total'),
    recorded: of('lethe_events_recorded_total'),
    lost: of('lethe_events_lost_total'),
    refused: of('lethe_hits_refused_total'),
  }
}

describe.runIf(haveRedis)('a tracker of its own', () => {
  let fleet: Fleet | null = null
  afterEach(async () => {
    await fleet?.close()
    fleet = null
  })

  /** The house, a tracker, and one mail with a pixel and a link. */
  async function begin(more: Readonly<Record<string, string>> = {}, roles = onSqlite.roles) {
    const redis = await openRedis()
    const sink = await openSink()
    fleet = await openFleet(
      { ...onSqlite, roles },
      { LETHE_QUEUE: redis.url, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' },
    )
    const [house, tracker] = await Promise.all([fleet.house(), fleet.tracker(more)])
    const to = { email: 'ada@people.example' }
    const sent = await house[0]!.call<{ id: string }>('POST', '/v1/messages', {
      to,
      subject: 's',
      html,
      purpose: 'deliver',
      consent,
    })
    expect(sent.status, sent.text).toBe(202)
    await until(() => sink.mails.length === 1)
    const page = htmlOf(sink.mails[0]!.raw)
    return {
      redis,
      sink,
      fleet,
      house: house[0]!,
      tracker,
      id: sent.json.id,
      pixel: pixelsIn(page)[0]!,
      link: clicksIn(page)[0]!,
    }
  }

  it('answers readers while the queue is away, counts each hit, and goes on by itself; so does one that starts meanwhile', async () => {
    const { redis, sink, fleet, house, tracker, id, pixel, link } = await begin()
    await tracker.hit(pixel, browser)
    redis.close()
    await until(async () => (await fetch(`http://${tracker.env.LETHE_API}/readyz`)).status === 503)
    const clicked = await tracker.hit(link, browser)
    expect([clicked.status, clicked.headers.location]).toEqual([302, 'https://target.example/a'])
    expect((await tracker.hit(pixel, browser)).body).toHaveLength(43)

    const late = await fleet.tracker({}, '/healthz')
    expect((await late.hit(pixel, browser)).body).toHaveLength(43)
    expect((await late.hit(link, browser)).headers.location).toBe('https://target.example/a')
    expect((await late.hit('/privacy')).status).toBe(200)
    const ready = await fetch(`http://${late.env.LETHE_API}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([503, { checks: { queue: 'queue_away' } }])
    expect(await measure(late, 'lethe_events_lost_total')).toBe(2)

    const again = await openRedis('always', redis)
    for (const each of [tracker, late]) {
      await until(async () => (await fetch(`http://${each.env.LETHE_API}/readyz`)).status === 200)
      await each.hit(pixel, browser)
    }
    // The two of the outage were answered before they could be committed: late, and not lost.
    expect(await balance(tracker)).toEqual({ answered: 4, recorded: 4, lost: 0, refused: 0 })
    expect(await balance(late)).toEqual({ answered: 3, recorded: 1, lost: 2, refused: 0 })
    const events = await until(async () => {
      const { json } = await house.call<{ events: unknown[] }>('GET', `/v1/messages/${id}/events`)
      return json.events.length === 5 ? json.events : null
    })
    expect(events).toHaveLength(5)
    expect(await fleet.stop([tracker, late])).toEqual([0, 0])
    await sink.close()
    again.close()
  }, 300_000)

  it('lets events wait up to a bound, says so before, and answers and counts what comes past it', async () => {
    const { redis, sink, fleet, tracker, pixel } = await begin({ LETHE_BACKLOG: '5' }, ['api,send,upkeep'])
    const full = () => measure(tracker, 'lethe_backlog_full')
    // One batch a hit: each waits for its answer.
    await until(async () => {
      expect((await tracker.hit(pixel, browser)).body).toHaveLength(43)
      return (await full()) === 1
    })
    const { recorded } = await balance(tracker)
    expect(recorded).toBeGreaterThanOrEqual(5)
    await tracker.hit(pixel, browser)
    const { answered, lost, ...rest } = await balance(tracker)
    expect(lost).toBeGreaterThan(0)
    expect(answered).toBe(rest.recorded + lost)
    expect(tracker.log()).toContain('"backlog_full"')
    expect(await fleet.stop([tracker])).toEqual([0])
    await sink.close()
    redis.close()
  }, 240_000)

  it('says in one code each what cannot work', async () => {
    const codes = async (settings: Readonly<Record<string, string>>, roles = 'tracker') => {
      const { code, out } = await run(['up', '--roles', roles, '--json'], await environment(settings))
      const { faults }: { faults: { code: string }[] } = JSON.parse(out)
      return [code, ...faults.map((fault) => fault.code)]
    }
    expect(await codes({})).toEqual([1, 'keys_missing', 'queue_embedded'])
    expect(await codes({ LETHE_KEYS: keys, LETHE_PAGES: 'api' })).toEqual([1, 'config_invalid', 'queue_embedded'])
    expect(await codes({ LETHE_KEYS: keys, LETHE_QUEUE: 'redis://127.0.0.1:1', LETHE_BACKLOG: '0' })).toEqual([
      1,
      'config_invalid',
    ])
    const redis = await openRedis()
    fleet = await openFleet(onSqlite, { LETHE_QUEUE: redis.url })
    await fleet.house()
    expect(await codes({ ...fleet.shared, LETHE_DATA: fleet.data }, 'record')).toEqual([1, 'data_locked'])
    redis.close()
  }, 120_000)
})

describe.runIf(haveRedis)('a process with one role', () => {
  it.each(['api', 'send', 'record', 'upkeep', 'api,upkeep'])(
    '%s starts, serves its health, and ends at a signal',
    async (roles) => {
      const redis = await openRedis()
      const env = await environment({ LETHE_QUEUE: redis.url, LETHE_ROLES: roles })
      const lethe = await startLethe(env)
      const at = `http://${env.LETHE_API}`
      expect((await fetch(`${at}/healthz`)).status).toBe(200)
      expect((await fetch(`${at}/metrics`)).status).toBe(401)
      expect((await lethe.call('GET', '/metrics')).text).toContain(`lethe_role{role="${roles.split(',')[0]}"} 1`)
      const { checks } = (await (await fetch(`${at}/readyz`)).json()) as { checks: Record<string, string> } // the route's shape
      expect(Object.values(checks).every((word) => word === 'ok')).toBe(true)
      await expect(fetch(`http://${env.LETHE_TRACKER}/privacy`)).rejects.toThrow()
      expect(await lethe.stop()).toBe(0)
      expect(lethe.log()).not.toMatch(/"level":"error"/)
      redis.close()
    },
    120_000,
  )
})
