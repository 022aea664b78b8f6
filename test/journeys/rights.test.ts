import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { unwrapped, wrappedKeys } from '../conformance/stage/unseal.ts'
import { opensOf, opensWith, sealedAmong } from './attack.ts'
import { environment, type Lethe, run, startLethe, until } from './lethe.ts'
import { findNeedles } from './needles.ts'
import { plant } from './plant.ts'
import { flush, inLog, onPostgres, writeStore } from './raw-store.ts'
import { shapes } from './shapes.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from './sink.ts'

const browser = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36' }
const [gone, stays] = ['weg.hjq@needle-example.org', 'bleibt.hjq@needle-example.org']
const target = 'https://target.example/p'
const operatorKey = Buffer.alloc(32, 6)
const keys = `k1:${operatorKey.toString('base64')}`

interface Answered {
  readonly case: string
  readonly status: string
  readonly outcome: string
  readonly receipt: {
    readonly lines: readonly { readonly code: string; readonly at: string }[]
    readonly remains: readonly { readonly code: string; readonly until: string | null }[]
  }
  readonly data?: { readonly held: Readonly<Record<string, readonly object[]>> }
  readonly fingerprints?: readonly string[]
}

const ask = async (lethe: Lethe, verb: string, email: string, more: object = {}): Promise<Answered> => {
  const answer = await lethe.call<Answered>('POST', `/v1/subjects/${verb}`, { email, ...more })
  expect(answer.status, answer.text).toBe(200)
  return answer.json
}

describe.each(shapes)('a person who is erased on $name', ({ open }) => {
  it('is in no byte any more, while another loses nothing and every link still answers', async () => {
    const shape = await open()
    // Two mails of each arrive, the third is refused for now and waits for its next attempt.
    const seen = new Map<string, number>()
    const sink = await openSink({
      atRecipient: (to) => {
        seen.set(to, (seen.get(to) ?? 0) + 1)
        return seen.get(to)! > 2 ? { code: 451, text: `4.3.0 later <${to}>` } : null
      },
    })
    const env = await environment({
      ...shape.settings,
      LETHE_SMTP: sink.url,
      LETHE_POLICY: 'mailerplex',
      LETHE_KEYS: keys,
    })
    const lethe = await startLethe(env)
    const ids: string[] = []
    for (const email of [gone, stays]) {
      for (const number of [1, 2, 3]) {
        const sent = await lethe.call<{ id: string }>('POST', '/v1/messages', {
          ...{ to: { email, name: 'Hjquist Nadelmann' }, subject: `Betreff ${number} hjqneedle`, purpose: 'deliver' },
          html: `<html><body>{{city}} <a href="${target}">go</a></body></html>`,
          data: { city: 'Hjqstadt' },
          consent: { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form-hjq', wording: 'yes' },
        })
        expect(sent.status, sent.text).toBe(202)
        if (email === gone) ids.push(sent.json.id)
        await until(() => (seen.get(email) ?? 0) >= number, 60)
      }
    }
    await until(() => sink.mails.length === 4, 60)
    // One more of each stays queued, in a campaign that nobody starts.
    const draft = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
      ...{ name: 'waits', subject: 'Betreff 4 hjqneedle', html: '<p>{{city}}</p>', purpose: 'deliver' },
    })
    const lines = [gone, stays].map((email) => `${email},Hjquist,Hjqstadt`)
    const rows = ['email,name,city', ...lines].join('\n')
    await lethe.call('POST', `/v1/campaigns/${draft.json.id}/recipients`, rows)
    const links = sink.mails
      .filter(({ to }) => to === gone)
      .flatMap(({ raw }) => [...pixelsIn(htmlOf(raw)), ...clicksIn(htmlOf(raw))])
    const theirLinks = sink.mails
      .filter(({ to }) => to === stays)
      .flatMap(({ raw }) => [...pixelsIn(htmlOf(raw)), ...clicksIn(htmlOf(raw))])
    for (const { raw } of sink.mails) {
      for (const link of [...pixelsIn(htmlOf(raw)), ...clicksIn(htmlOf(raw))]) await lethe.hit(link, browser)
    }
    const settled = await until(async () => {
      const { data } = await ask(lethe, 'export', stays)
      const messages = JSON.stringify(data!.held.messages)
      return data!.held.events?.length === 4 && /smtp_451/.test(messages) ? data : null
    })
    expect(settled).not.toBeNull()
    await until(async () => (await ask(lethe, 'export', gone)).data!.held.events?.length === 4)
    // The other one takes the consent back: what was recorded stays, and nothing more comes to it.
    const no = { email: stays, purpose: 'insight', state: 'withdrawn', at: new Date().toISOString() }
    const withdrawn = await lethe.call('POST', '/v1/consents', { ...no, source: 'form', wording: 'no' })
    expect(withdrawn.status, withdrawn.text).toBe(201)
    const kept = (await ask(lethe, 'export', stays)).data!.held
    const statuses = (kept.messages as readonly { status: string }[]).map(({ status }) => status).sort()
    expect(statuses, 'sent, retrying and queued').toEqual(['queued', 'queued', 'sent', 'sent'])
    const held = JSON.stringify((await ask(lethe, 'export', gone)).data)
    for (const value of [gone, 'Hjquist', 'hjqneedle', 'Hjqstadt', '"open"', '"click"']) {
      expect(held).toContain(value)
    }
    // As the server does by itself in time: its samples of the values must not outlive them.
    if (onPostgres(env)) for (const half of ['store', 'keys'] as const) await writeStore(env, 'ANALYZE', half)
    const [mine, theirs] = [await ask(lethe, 'fingerprints', gone), await ask(lethe, 'fingerprints', stays)]
    const folders = [env.LETHE_DATA, ...shape.folders]
    const lying = async (list: readonly string[]): Promise<readonly string[]> => {
      await flush(env)
      const found = findNeedles(
        folders,
        list.map((each) => Buffer.from(each, 'hex')),
      )
      // The search blocks this process: connections that the other side closed meanwhile must be heard of.
      await sleep(50)
      return found
    }
    const counted = (found: readonly string[]) => new Set(found.map((each) => each.split(' ')[0])).size
    const found = async (list: readonly string[]) => counted(await lying(list))
    expect(await found(mine.fingerprints!)).toBe(mine.fingerprints!.length)
    expect(await found(theirs.fingerprints!)).toBe(theirs.fingerprints!.length)

    const values = await sealedAmong(env, mine.fingerprints!)
    expect(values.length).toBeGreaterThan(8)
    expect(await opensOf(env, operatorKey, values), 'the attack must open what is there').toBe(values.length)
    const wrapped = (await wrappedKeys(env)).filter(({ box }) =>
      mine.fingerprints!.includes(box.subarray(0, 32).toString('hex')),
    )
    expect(wrapped.length).toBeGreaterThan(0)

    const erased = await ask(lethe, 'erase', gone)
    expect(erased).toMatchObject({ outcome: 'erased', status: 'residue' })
    for (const link of [...links, ...theirLinks]) {
      const answer = await lethe.hit(link, browser)
      if (link.includes('/c/')) expect(answer.headers.location).toBe(target)
      else expect(answer.body).toHaveLength(43)
    }
    const done = await until(async () => {
      const { json } = await lethe.call<Answered>('GET', `/v1/cases/${erased.case}`)
      return json.status === 'done' ? json : null
    }, 60)
    expect(done?.receipt.lines.map(({ code }) => code)).toEqual([
      ...['suppressed', 'stopped', 'rows_removed', 'keys_destroyed'],
      ...['store_residue_removed', 'queue_residue_removed'],
    ])
    await sleep(500)
    for (const id of ids) expect((await lethe.call('GET', `/v1/messages/${id}/events`)).status).toBe(404)
    expect((await ask(lethe, 'erase', gone)).outcome).toBe('nothing_held')
    const again = await lethe.call('POST', '/v1/messages', {
      ...{ to: { email: gone }, subject: 's', html: '<p>x</p>', purpose: 'deliver' },
    })
    expect([again.status, again.json.status, again.json.reason]).toEqual([202, 'refused', 'suppressed'])

    const after = (await ask(lethe, 'export', stays)).data!.held
    expect(after.events).toHaveLength(4)
    // A retry meanwhile may have added to its message: an attempt, a date, a code.
    const steady = (data: typeof after) => ({
      ...data,
      messages: data.messages!.map((each) => ({ ...each, reason: null, status: null, sent_at: null })),
    })
    expect(steady(after)).toEqual(steady(kept))
    expect(await opensOf(env, operatorKey, values), 'with the operator’s key and all that is left').toBe(0)
    expect(findNeedles(folders, [gone, 'Hjquist', 'hjqneedle', 'Hjqstadt', 'form-hjq'])).toEqual([])
    const left = await lying(mine.fingerprints!)
    expect(
      left.filter((each) => !inLog(each)),
      'in tables, indexes and every other file',
    ).toEqual([])
    // What PostgreSQL's log still holds is said on the receipt, with the day from which it opens for nobody.
    const onServer = onPostgres(env)
    expect(left.length === 0 || onServer, 'a log that keeps').toBe(true)
    const said = done?.receipt.remains.filter(({ code }) => code === 'store_log') ?? []
    expect(said.map(({ until }) => until !== null && Date.parse(until) > Date.now())).toEqual(onServer ? [true] : [])
    const copies = wrapped.filter(({ box }) => findNeedles(folders, [box]).length > 0)
    const carved = () => unwrapped(copies, join(env.LETHE_DATA, 'epochs'), operatorKey)
    expect(opensWith(carved(), values) > 0, 'a copy in the log opens until its epoch ends').toBe(copies.length > 0)
    expect((await run(['keys', 'rotate'], env)).code).toBe(0)
    expect(carved(), 'keys in the log that open after the rotation').toEqual([])
    console.log(
      `figure  erasure: ${counted(left)} fingerprints in the log of the store, ${copies.length} keys among them`,
    )
    const prints = (await ask(lethe, 'fingerprints', stays)).fingerprints!
    expect(prints.length).toBe(theirs.fingerprints!.length)
    expect(await found(prints)).toBe(prints.length)
    expect(lethe.log()).not.toMatch(/hjq/i)
    await lethe.stop()
    const mark = await plant(env)
    expect(findNeedles(folders, [mark]).length, 'the search must find what was planted').toBeGreaterThan(0)
    await sink.close()
    await shape.close()
  }, 600_000)
})

describe('rights on the command line', () => {
  it('take the address from standard input, beside a running Lethe and without one', async () => {
    const env = await environment({ LETHE_POLICY: 'mailerplex' })
    const lethe = await startLethe(env)
    const to = { email: 'cli@people.example', name: 'Clio' }
    await lethe.call('POST', '/v1/messages', { to, subject: 'Hi', html: '<p>x</p>', purpose: 'deliver' })
    const shown = await run(['subject', 'export'], env, `${to.email}\n`)
    expect(shown.code, shown.err).toBe(0)
    expect(JSON.parse(shown.out).held.messages).toHaveLength(1)
    const objected = await run(['subject', 'object', '--purpose', 'campaign', '--json'], env, to.email)
    expect(JSON.parse(objected.out)).toMatchObject({ outcome: 'objected', status: 'done' })
    expect((await run(['subject', 'object'], env, to.email)).code).toBe(2)
    expect((await run(['subject', 'erase'], env, '')).code).toBe(2)
    await lethe.stop()
    const erased = await run(['subject', 'erase', '--json'], env, `${to.email}\n`)
    expect(erased.code, erased.err).toBe(0)
    expect(JSON.parse(erased.out)).toMatchObject({ outcome: 'erased' })
    const after = await run(['subject', 'export', '--json'], env, to.email)
    expect(Object.keys(JSON.parse(after.out).data.held)).toEqual(['suppressions'])
  }, 240_000)
})
