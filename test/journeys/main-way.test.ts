import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { environment, folder, run, startLethe, until } from './lethe.ts'
import { shapes } from './shapes.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from './sink.ts'

const browser = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}
const html = `<html><body><p>Hi {{name}}</p><a href="https://target.example/a?x=1&amp;y=2">a</a> <a href="https://target.example/b">b</a>
<a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a></body></html>`

const head =
  'email,name,campaign_consent_at,campaign_consent_source,campaign_consent_wording,consent_at,consent_source,consent_wording'
const day = '2026-01-05T10:00:00Z'
const line = (index: number, tracked: boolean) =>
  `p${index}@people.example,Person ${index},${day},form,Send it,${tracked ? `${day},form,Count it` : ',,'}`

interface Campaign {
  readonly counts: Readonly<Record<string, number | null>>
}

describe.each(shapes)('the main way on $name', ({ open }) => {
  it('sends a campaign, records what was granted, reports it, purges it in a rehearsal and proves it', async () => {
    const shape = await open()
    const sink = await openSink()
    const data = folder()
    const keys = folder()
    writeFileSync(join(data, 'rehearsal'), '')
    const env = await environment({
      ...shape.settings,
      LETHE_DATA: data,
      LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      LETHE_EPOCHS: join(keys, 'epochs'),
      LETHE_LOG: join(data, 'lethe.log'),
      LETHE_SMTP: sink.url,
    })
    const lethe = await startLethe(env)
    const made = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
      name: 'journey',
      subject: 'Letter for {{name}}',
      html,
      purpose: 'campaign',
    })
    expect(made.status, made.text).toBe(201)
    const { id } = made.json
    const lines = Array.from({ length: 40 }, (_, index) => line(index, index < 30))
    const csv = [head, ...lines, line(0, true), 'nonsense,N,,,,,,'].join('\n')
    const uploaded = await lethe.call('POST', `/v1/campaigns/${id}/recipients`, csv)
    expect(uploaded.json).toMatchObject({ accepted: 40, duplicates: 1 })
    expect(uploaded.json.faults).toMatchObject([{ line: 43, code: 'address_invalid' }])
    expect((await lethe.call('POST', `/v1/campaigns/${id}/start`)).status).toBe(202)
    await until(() => sink.mails.length === 40)
    expect(new Set(sink.mails.map(({ to }) => to)).size).toBe(40)

    const pages = sink.mails.map(({ raw }) => htmlOf(raw))
    const [tracked, untracked] = [
      pages.filter((page) => pixelsIn(page).length),
      pages.filter((page) => !pixelsIn(page).length),
    ]
    expect([tracked.length, untracked.length]).toEqual([30, 10])
    for (const page of untracked) expect(page).toContain('href="https://target.example/a?x=1&amp;y=2"')
    for (const page of tracked) {
      await lethe.hit(pixelsIn(page)[0]!, browser)
      const clicked = await lethe.hit(clicksIn(page)[0]!, browser)
      expect([clicked.status, clicked.headers.location]).toEqual([302, 'https://target.example/a?x=1&y=2'])
    }
    const campaign = await until(async () => {
      const { json } = await lethe.call<Campaign>('GET', `/v1/campaigns/${id}`)
      return json.counts.clicks === 30 && json.counts.opens === 30 && json.counts.sent === 40 ? json : null
    })
    expect(campaign?.counts).toMatchObject({ recipients: 40, sent: 40, opens: 30, clicks: 30, uncertain: 0 })

    const proof = await lethe.call<{ result: string; findings: unknown[] }>('GET', '/v1/audit')
    expect(proof.json.result, proof.text).toBe('proved')
    expect(await lethe.stop()).toBe(0)

    const later = { ...env, LETHE_CLOCK: '+P90D' }
    const purged = await run(['purge', '--json'], later)
    expect(JSON.parse(purged.out)).toMatchObject({ state: 'purged' })
    const after = await run(['audit', '--json'], later)
    expect(after.code, after.out + after.err).toBe(0)
    await sink.close()
    await shape.close()
  }, 300_000)
})
