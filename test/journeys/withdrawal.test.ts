import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { environment, startLethe, until } from './lethe.ts'
import { haveRedis, openRedis } from './redis.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from './sink.ts'

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0' }

/** Every key of the record queue with its value's own serialisation. */
async function recordQueue(redis: Redis): Promise<string> {
  const keys = (await redis.keys('*')).filter((key) => key.includes('record')).sort()
  const dumps = await Promise.all(keys.map(async (key) => `${key}=${(await redis.dumpBuffer(key))?.toString('hex')}`))
  // The scheduler's own heartbeat keys come and go with the clock; they hold no job.
  return dumps.filter((dump) => !/stalled-check/.test(dump)).join('\n')
}

describe.runIf(haveRedis)('with the record workers stopped', () => {
  it('a hit of a withdrawn consent is answered as ever and adds no byte to the queue', async () => {
    const server = await openRedis()
    const redis = new Redis(server.url)
    const sink = await openSink()
    const settings = { LETHE_QUEUE: server.url, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' }
    const lethe = await startLethe(await environment({ ...settings, LETHE_ROLES: 'tracker,api,send,upkeep' }))
    const email = 'reader@people.example'
    const consent = { at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    await lethe.call('POST', '/v1/messages', {
      to: { email },
      subject: 's',
      html: '<html><body><a href="https://target.example/x">x</a></body></html>',
      purpose: 'deliver',
      consent: { tracking: true, ...consent },
    })
    await until(() => sink.mails.length === 1)
    const page = htmlOf(sink.mails[0]!.raw)
    const links = [pixelsIn(page)[0]!, clicksIn(page)[0]!]

    const empty = await recordQueue(redis)
    await lethe.hit(links[0]!, browser)
    const one = await recordQueue(redis)
    expect(one, 'a granted hit is in the queue: the comparison can see').not.toBe(empty)

    const withdrawn = await lethe.call('POST', '/v1/consents', {
      email,
      purpose: 'insight',
      state: 'withdrawn',
      ...consent,
    })
    expect(withdrawn.status, withdrawn.text).toBe(201)
    for (const link of links) {
      const answer = await lethe.hit(link, browser)
      expect([200, 302]).toContain(answer.status)
      if (answer.status === 302) expect(answer.headers.location).toBe('https://target.example/x')
    }
    expect(await recordQueue(redis)).toBe(one)
    await lethe.stop()
    redis.disconnect()
    await sink.close()
    server.close()
  }, 240_000)

  it('a withdrawal told to one process stops the hits at the door of every other one', async () => {
    const server = await openRedis()
    const redis = new Redis(server.url)
    const sink = await openSink()
    const keys = `one:${Buffer.alloc(32, 7).toString('base64')}`
    const settings = { LETHE_QUEUE: server.url, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex', LETHE_KEYS: keys }
    const first = await startLethe(await environment({ ...settings, LETHE_ROLES: 'tracker,api,send,upkeep' }))
    const others = await Promise.all(
      [1, 2].map(async () => startLethe(await environment({ ...settings, LETHE_ROLES: 'tracker,api' }))),
    )
    const email = 'reader@people.example'
    const consent = { at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    await first.call('POST', '/v1/messages', {
      ...{ to: { email }, subject: 's', purpose: 'deliver', consent: { tracking: true, ...consent } },
      html: '<html><body><a href="https://target.example/x">x</a></body></html>',
    })
    await until(() => sink.mails.length === 1, 60)
    const page = htmlOf(sink.mails[0]!.raw)
    const links = [pixelsIn(page)[0]!, clicksIn(page)[0]!]

    let before = await recordQueue(redis)
    for (const lethe of [first, ...others]) {
      await lethe.hit(links[0]!, browser)
      const after = await recordQueue(redis)
      expect(after, 'each of them records what is granted').not.toBe(before)
      before = after
    }
    const withdrawal = { email, purpose: 'insight', state: 'withdrawn', ...consent }
    const withdrawn = await first.call('POST', '/v1/consents', withdrawal)
    expect(withdrawn.status, withdrawn.text).toBe(201)
    const answered = Date.now()
    for (const lethe of [first, ...others]) {
      // The word goes round by the queue's server: how soon it is there is printed, and no test of ours.
      const stopped = await until(async () => {
        const held = await recordQueue(redis)
        await lethe.hit(links[0]!, browser)
        return (await recordQueue(redis)) === held
      })
      expect(stopped, 'the hits of this process stop').toBe(true)
      console.log(`a tracker had stopped ${Date.now() - answered} ms after the withdrawal was answered`)
      const held = await recordQueue(redis)
      for (const link of [...links, ...links]) expect([200, 302]).toContain((await lethe.hit(link, browser)).status)
      expect(await recordQueue(redis)).toBe(held)
    }
    for (const lethe of [first, ...others]) await lethe.stop()
    redis.disconnect()
    await sink.close()
    server.close()
  }, 240_000)
})
