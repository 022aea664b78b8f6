import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { type Environment, environment, folder, startLethe, until } from './lethe.ts'
import { onPostgres } from './raw-store.ts'
import { atRest, recordQueueInRedis } from './record-queue.ts'
import { shapes } from './shapes.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from './sink.ts'

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0' }

/** What the queue of hits holds, byte by byte where it is a server, else how much. */
async function recordQueue(env: Environment & { readonly LETHE_QUEUE?: string }): Promise<string> {
  const { LETHE_QUEUE: url = '' } = env
  if (url.startsWith('redis:')) return recordQueueInRedis(url)
  if (url.startsWith('postgres:')) return inPostgres(url)
  const metrics = await fetch(`http://${env.LETHE_API}/metrics`, {
    headers: { authorization: `Bearer ${env.LETHE_API_KEY}` },
  })
  const held = (await metrics.text()).split('\n').filter((line) => line.startsWith('lethe_queue_jobs{queue="record"'))
  expect(held, 'the figures are there').not.toEqual([])
  return held.join('\n')
}

/** Every row of every job that waits to be recorded. */
async function inPostgres(connectionString: string): Promise<string> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    const { rows } = await client.query<{ job: string }>(
      "SELECT job::text FROM bullmq.job WHERE queue = 'record' ORDER BY 1",
    )
    return rows.map(({ job }) => job).join('\n')
  } finally {
    await client.end()
  }
}

describe.each(shapes)('with the record workers stopped, on $name', ({ open }) => {
  it('a hit of a withdrawn consent is answered as ever and adds no byte to the queue', async () => {
    const shape = await open()
    const sink = await openSink()
    const settings = { ...shape.settings, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' }
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

    const empty = await recordQueue(lethe.env)
    await lethe.hit(links[0]!, browser)
    const one = await atRest(() => recordQueue(lethe.env))
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
    expect(await recordQueue(lethe.env)).toBe(one)
    await lethe.stop()
    await sink.close()
    await shape.close()
  }, 240_000)
})

describe.each(shapes.filter(({ name }) => !name.endsWith('pglite')))('with several processes, on $name', ({ open }) => {
  it('a withdrawal told to one process stops the hits at the door of every other one', async () => {
    const shape = await open()
    const sink = await openSink()
    const keys = `one:${Buffer.alloc(32, 7).toString('base64')}`
    // On one store they share its epochs too; with SQLite each is a house of its own that only hears the others.
    const shared = onPostgres({ LETHE_DATA: '', ...shape.settings }) ? { LETHE_EPOCHS: join(folder(), 'epochs') } : {}
    const settings = {
      ...{ ...shape.settings, ...shared },
      ...{ LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex', LETHE_KEYS: keys },
    }
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

    let before = await recordQueue(first.env)
    for (const lethe of [first, ...others]) {
      await lethe.hit(links[0]!, browser)
      const after = await atRest(() => recordQueue(lethe.env))
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
        const held = await recordQueue(lethe.env)
        await lethe.hit(links[0]!, browser)
        return (await recordQueue(lethe.env)) === held
      })
      expect(stopped, 'the hits of this process stop').toBe(true)
      console.log(`a tracker had stopped ${Date.now() - answered} ms after the withdrawal was answered`)
      const held = await atRest(() => recordQueue(lethe.env))
      for (const link of [...links, ...links]) expect([200, 302]).toContain((await lethe.hit(link, browser)).status)
      expect(await recordQueue(lethe.env)).toBe(held)
    }
    for (const lethe of [first, ...others]) await lethe.stop()
    await sink.close()
    await shape.close()
  }, 240_000)
})
