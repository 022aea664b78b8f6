import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadPolicy } from '../../src/policy/index.ts'
import { environment, folder, startLethe, until } from './lethe.ts'
import { htmlOf, openSink } from './sink.ts'

/** mailerplex, filled, and keeping less: what it widens to is mailerplex itself. */
const short = `extends: mailerplex
effective: 2026-01-01
controller: { name: Riverside Courses, contact: privacy@riverside.example, address: 1 River Street }
processors: []
keep: { messages: { delivery: P50D, recipient: P20D, subject: P20D, links: P20D } }
`

it('a wider policy counts only after its notice was sent and its days are over, and a purge keeps to the old one until then', async () => {
  const sink = await openSink()
  const data = folder()
  writeFileSync(join(data, 'rehearsal'), '')
  const file = join(data, 'short.yaml')
  writeFileSync(file, short)
  const env = await environment({ LETHE_DATA: data, LETHE_SMTP: sink.url, LETHE_POLICY: file })
  const wide = loadPolicy('mailerplex')
  const wider = { ...env, ...{ LETHE_POLICY: 'mailerplex' } }
  const later = (by: string) => ({ ...wider, ...{ LETHE_CLOCK: by } })

  const first = await startLethe(env)
  const { digest } = loadPolicy(file)
  expect((await first.hit('/privacy')).headers.etag).toBe(`"${digest}"`)
  const body = { to: { email: 'a@people.example' }, purpose: 'deliver', subject: 'Hi', text: 'Hello' }
  const { json } = await first.call('POST', '/v1/messages', body)
  await until(() => sink.mails.length === 1)
  expect(await first.stop()).toBe(0)

  const second = await startLethe(wider)
  const page = await second.hit('/privacy')
  expect(page.headers.etag).toBe(`"${digest}"`)
  expect(page.body.toString()).toContain(wide.digest)
  await until(() => sink.mails.length === 2)
  expect(sink.mails[1]?.to).toBe('a@people.example')
  expect(htmlOf(sink.mails[1]!.raw)).toContain('changes its privacy policy')
  const ready = await second.call<{ checks: Record<string, string> }>('GET', '/readyz')
  expect(ready.json.checks.policy).toMatch(/^waits_/)
  const audit = await second.call<{ findings: { check: string; result: string; detail: string }[] }>('GET', '/v1/audit')
  const finding = audit.json.findings.find(({ check }) => check === 'store.notice')
  expect(finding).toMatchObject({ result: 'proved', detail: expect.stringContaining('mailerplex waits') })
  const why = await second.call<{ sent: string[] }>('GET', `/v1/messages/${json.id}/why`)
  expect(why.status, why.text).toBe(200)
  await until(async () => {
    const report = await second.call<{ findings: { check: string; detail: string }[] }>('GET', '/v1/audit')
    return report.json.findings.some(({ check, detail }) => check === 'store.notice' && detail.includes('told on'))
  }, 90)
  expect(await second.stop()).toBe(0)

  const third = await startLethe(later('+P10D'))
  expect((await third.hit('/privacy')).headers.etag).toBe(`"${digest}"`)
  expect(await third.stop()).toBe(0)

  const fourth = await startLethe(later('+P32D'))
  expect((await fourth.hit('/privacy')).headers.etag).toBe(`"${wide.digest}"`)
  expect(await fourth.stop()).toBe(0)
  await sink.close()
}, 180_000)
