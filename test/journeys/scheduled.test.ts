import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { environment, type Lethe, startLethe, until } from './lethe.ts'
import { openSink } from './sink.ts'

interface Campaign {
  readonly status: string
  readonly startAt?: string
  readonly counts: Readonly<Record<string, number>>
}

const recipients = 120
const look = async (lethe: Lethe, id: string) => (await lethe.call<Campaign>('GET', `/v1/campaigns/${id}`)).json

describe('a campaign that waits for its hour', () => {
  it('survives kill -9 before it: it begins once, at its time, and writes to each recipient once', async () => {
    const arrivals: number[] = []
    const sink = await openSink({
      atEnd: () => {
        arrivals.push(Date.now())
        return null
      },
    })
    const env = await environment({ LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' })
    const first = await startLethe(env)
    const content = { name: 'hour', subject: 'Hi {{name}}', text: 'Hello {{name}}', purpose: 'deliver' }
    const { id } = (await first.call<{ id: string }>('POST', '/v1/campaigns', content)).json
    const lines = Array.from({ length: recipients }, (_, index) => `r${index}@hour.example,R${index}`)
    const uploaded = await first.call('POST', `/v1/campaigns/${id}/recipients`, ['email,name', ...lines].join('\n'))
    expect(uploaded.json.accepted, uploaded.text).toBe(recipients)
    const startAt = Date.now() + 30_000
    const at = new Date(startAt).toISOString()
    expect((await first.call('POST', `/v1/campaigns/${id}/schedule`, { at })).json.startAt).toBe(at)
    await first.stop('SIGKILL')
    expect(Date.now(), 'killed before its time').toBeLessThan(startAt)

    const second = await startLethe(env)
    const waiting = await look(second, id)
    // A machine that took longer than that for the restart has nothing to wait for any more.
    if (Date.now() < startAt) expect(waiting).toMatchObject({ status: 'draft', startAt: at })
    await until(async () => (await look(second, id)).counts.sent === recipients, 180)
    const done = await look(second, id)
    expect(done.counts).toMatchObject({ recipients, sent: recipients, queued: 0, uncertain: 0 })
    expect(done.startAt).toBeUndefined()
    expect(Math.min(...arrivals), 'nothing before its time').toBeGreaterThanOrEqual(startAt)

    // Once is once: neither another start nor another mail comes after a second crash.
    await second.stop('SIGKILL')
    const third = await startLethe(env)
    const again = await third.call('POST', `/v1/campaigns/${id}/schedule`, { at: new Date(Date.now() + 60_000) })
    expect(again.json.code).toMatch(/^campaign_(?:state|over)$/)
    const probe = { to: { email: 'probe@hour.example' }, subject: 's', text: 't', purpose: 'deliver' }
    expect((await third.call('POST', '/v1/messages', probe)).status).toBe(202)
    await until(() => sink.mails.some(({ to }) => to === 'probe@hour.example'), 60)
    await sleep(1000)
    expect(sink.mails.map(({ to }) => to).sort()).toEqual(
      ['probe@hour.example', ...lines.map((line) => line.split(',')[0]!)].sort(),
    )
    expect((await look(third, id)).counts).toMatchObject({ recipients, sent: recipients })
    expect(await third.stop()).toBe(0)
    await sink.close()
  }, 600_000)
})
