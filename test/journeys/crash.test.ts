import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { environment, startLethe, until } from './lethe.ts'
import { shapes } from './shapes.ts'
import { htmlOf, openSink, pixelsIn } from './sink.ts'

const recipients = 2000
const browser = {
  'user-agent':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
}

interface Campaign {
  readonly status: string
  readonly counts: Readonly<Record<string, number>>
}

const counts = (campaign: Campaign | null) => ({
  uncertain: campaign?.counts.uncertain ?? Number.NaN,
  opens: campaign?.counts.opens ?? Number.NaN,
})

describe.each(shapes)('kill -9 in the middle of a campaign with hits coming in, on $name', ({ open }) => {
  it('loses no answered hit, misses nobody and writes to nobody twice beyond the unknown outcomes', async () => {
    const shape = await open()
    const sink = await openSink({ delay: 5 })
    const env = await environment({ ...shape.settings, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' })
    let lethe = await startLethe(env)
    const made = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
      name: 'crash',
      subject: 'Hi {{name}}',
      html: '<html><body>Hi {{name}}</body></html>',
      purpose: 'deliver',
    })
    const { id } = made.json
    const consent = (index: number) => (index % 2 === 0 ? '2026-01-05T10:00:00Z,form,Count it' : ',,')
    const lines = Array.from(
      { length: recipients },
      (_, index) => `r${index}@crash.example,R${index},${consent(index)}`,
    )
    const csv = ['email,name,consent_at,consent_source,consent_wording', ...lines].join('\n')
    const uploaded = await lethe.call('POST', `/v1/campaigns/${id}/recipients`, csv)
    expect(uploaded.json.accepted, uploaded.text).toBe(recipients)
    await lethe.call('POST', `/v1/campaigns/${id}/start`)

    let answered = 0
    const opened = new Set<string>()
    const readAll = async () => {
      for (const { raw } of sink.mails.slice()) {
        const [pixel] = pixelsIn(htmlOf(raw))
        if (!pixel || opened.has(pixel)) continue
        try {
          if ((await lethe.hit(pixel, browser)).status !== 200) continue
          opened.add(pixel)
          answered += 1
        } catch {
          return // the process is gone: this hit was not answered
        }
      }
    }
    await until(async () => {
      await readAll()
      return sink.mails.length > recipients / 4
    }, 90)
    const reading = readAll()
    await lethe.stop('SIGKILL')
    await reading
    const atKill = sink.mails.length
    expect(atKill).toBeLessThan(recipients)

    lethe = await startLethe(env)
    await until(() => new Set(sink.mails.map(({ to }) => to)).size === recipients, 120)
    await until(async () => {
      const { json } = await lethe.call<Campaign>('GET', `/v1/campaigns/${id}`)
      return json.counts.queued === 0
    }, 30)
    await sleep(500)
    await readAll()
    let last: Campaign | null = null
    await until(async () => {
      const { json } = await lethe.call<Campaign>('GET', `/v1/campaigns/${id}`)
      last = json
      return (json.counts.opens ?? 0) >= answered
    }, 20)
    const times = new Map<string, number>()
    for (const { to } of sink.mails) times.set(to, (times.get(to) ?? 0) + 1)
    const twice = [...times.values()].filter((count) => count > 1).length
    const { uncertain, opens } = counts(last)
    console.log(
      `figure  crash: killed at ${atKill} of ${recipients}, twice ${twice}, uncertain ${uncertain}, opens ${answered}`,
    )
    expect(times.size).toBe(recipients)
    expect(twice).toBeLessThanOrEqual(uncertain)
    expect(uncertain).toBeLessThanOrEqual(50)
    expect(opens).toBe(answered)
    expect(await lethe.stop()).toBe(0)
    await sink.close()
    await shape.close()
  }, 300_000)
})
