import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { environment, folder, startLethe, until } from './lethe.ts'
import { clicksIn, htmlOf, linkIn, openSink, pixelsIn } from './sink.ts'

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0' }
const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count it' }

/** A small disk of its own, or null where this user may not mount one. */
function smallDisk(): string | null {
  const place = folder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=120m,mode=0700', 'tmpfs', place], { stdio: 'ignore' })
    return place
  } catch {
    return null
  }
}

/** Writes into `path` until the disk takes not another byte. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  for (const size of [1 << 20, 4096, 1]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size, 1))
    } catch {
      // Full for blocks of this size.
    }
  }
  closeSync(file)
}

const disk = smallDisk()
afterAll(() => {
  if (disk) execFileSync('umount', ['-l', disk])
  else console.log('full disk: not run, this user may not mount a small one')
})

describe.runIf(disk)('a full disk', () => {
  it('refuses what it cannot keep with a code, answers every reader, and loses nothing that was answered', async () => {
    const sink = await openSink()
    const data = join(disk!, 'data')
    const lethe = await startLethe(
      await environment({ LETHE_DATA: data, LETHE_SMTP: sink.url, LETHE_LOG: join(data, 'lethe.log') }),
    )
    onTestFinished(() => void lethe.stop('SIGKILL')) // of one that a failed expectation left running
    const html = '<html><body><a href="https://t.example/a">a</a><a href="{{unsubscribe_url}}">no</a></body></html>'
    const send = (email: string) =>
      lethe.call<{ id: string; code: string }>('POST', '/v1/messages', {
        ...{ to: { email }, subject: 's', html, purpose: 'deliver', consent },
      })
    const measure = async (name: string): Promise<number> =>
      Number(new RegExp(`^lethe_${name} (\\d+)$`, 'm').exec((await lethe.call('GET', '/metrics')).text)?.[1])
    const { id } = (await send('before@x.example')).json
    await until(() => sink.mails.length === 1)
    const page = htmlOf(sink.mails[0]!.raw)
    const [pixel, click, stop] = [pixelsIn(page)[0]!, clicksIn(page)[0]!, linkIn(page, 'u')!]

    fill(join(disk!, 'filler'))
    for (let at = 0; at < 5; at++) {
      const answer = await send(`during${at}@x.example`)
      expect([answer.status, answer.json.code], answer.text).toEqual([507, 'store_full'])
    }
    for (let at = 0; at < 20; at++) {
      expect((await lethe.hit(pixel, browser)).status).toBe(200)
      const { status, headers } = await lethe.hit(click, browser)
      expect([status, headers.location]).toEqual([302, 'https://t.example/a'])
    }
    expect((await lethe.hit(stop, browser, 'POST')).status, 'an unsubscription that is not durable').toBe(503)
    expect(await measure('events_lost_total')).toBe(0)
    expect((await measure('events_recorded_total')) + (await measure('events_pending'))).toBe(40)

    rmSync(join(disk!, 'filler'))
    await until(async () => (await measure('events_recorded_total')) === 40)
    expect([await measure('events_recorded_total'), await measure('events_lost_total')]).toEqual([40, 0])
    await until(async () => {
      const { json } = await lethe.call<{ events: readonly object[] }>('GET', `/v1/messages/${id}/events`)
      return json.events.length === 40
    })
    const { json } = await lethe.call<{ events: readonly { kind: string }[] }>('GET', `/v1/messages/${id}/events`)
    expect(json.events.filter(({ kind }) => kind === 'open')).toHaveLength(20)
    expect(json.events.filter(({ kind }) => kind === 'click')).toHaveLength(20)

    expect((await send('after@x.example')).status).toBe(202)
    await until(() => sink.mails.length === 2)
    expect(sink.mails.map(({ to }) => to)).toEqual(['before@x.example', 'after@x.example'])
    expect((await lethe.hit(stop, browser, 'POST')).status).toBe(200)
    expect(await lethe.stop()).toBe(0)
    await sink.close()
  }, 120_000)
})
