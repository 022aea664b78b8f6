import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment, type Lethe, run, startLethe, until } from './lethe.ts'
import { findNeedles } from './needles.ts'
import { flush, writeStore } from './raw-store.ts'
import { type Shape, shapes } from './shapes.ts'
import { clicksIn, htmlOf, openSink } from './sink.ts'

const target = 'https://target.example/x?y=1'

describe.each(shapes)('operators of a running Lethe on $name', ({ open }) => {
  let shape: Shape
  let lethe: Lethe
  let sink: Awaited<ReturnType<typeof openSink>>
  const command = async (...words: readonly string[]) => {
    const { code, out, err } = await run([...words, '--json'], lethe.env)
    expect(code, err + out).toBe(0)
    return JSON.parse(out) as Record<string, string>
  }
  const send = async () => {
    const count = sink.mails.length
    const sent = await lethe.call('POST', '/v1/messages', {
      ...{ to: { email: 'reader@people.example' }, subject: 's', purpose: 'deliver' },
      html: `<html><body><a href="${target}">x</a></body></html>`,
      consent: { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' },
    })
    expect(sent.status, sent.text).toBe(202)
    await until(() => sink.mails.length > count)
    return clicksIn(htmlOf(sink.mails.at(-1)!.raw))[0]!
  }
  const recorded = async () =>
    Number(/lethe_events_recorded_total (\d+)/.exec((await lethe.call('GET', '/metrics')).text)![1])

  beforeAll(async () => {
    sink = await openSink()
    shape = await open()
    const settings = { ...shape.settings, LETHE_SMTP: sink.url, LETHE_POLICY: 'mailerplex' }
    lethe = await startLethe(await environment(settings))
  }, 240_000)
  afterAll(async () => {
    await lethe.stop()
    await sink.close()
    await shape.close()
  })

  it('give an application a key that counts and shows no address, and take it back at once', async () => {
    const { id, key } = await command('api-key', 'create', '--scopes', 'report', '--name', 'Stats')
    const ask = (path: string) => lethe.call('GET', path, undefined, { authorization: `Bearer ${key}` })
    expect((await ask('/metrics')).status).toBe(200)
    for (const path of ['/v1/mailbox', '/v1/suppressions', '/v1/cases', '/v1/audit-log']) {
      expect([403, 404]).toContain((await ask(path)).status)
    }
    await flush(lethe.env)
    const folders = [lethe.env.LETHE_DATA, ...shape.folders]
    expect(findNeedles(folders, [key!])).toEqual([])
    expect(findNeedles(folders, ['policy_enforced']).length, 'the search can see').toBeGreaterThan(0)
    await command('api-key', 'revoke', id!)
    expect((await ask('/metrics')).status).toBe(401)
    const hyphen = await run(['api-key', 'revoke', `-${'4'.repeat(21)}`], lethe.env)
    expect(hyphen.err, 'an id may begin with a hyphen').toContain('[api_key_unknown]')
    const listed = await run(['api-key', 'list'], lethe.env)
    expect(listed.out).toContain('Stats')
  })

  it('rotate the signing key: links of before go on redirecting and counting', async () => {
    const before = await send()
    const report = await command('keys', 'rotate')
    expect(report).toMatchObject({ operator: 'k2', changed: true })
    const after = await send()
    const start = await recorded()
    for (const link of [before, after]) expect((await lethe.hit(link)).headers.location).toBe(target)
    expect(await recorded()).toBe(start + 2)
    expect(before.split('/c/')[1]!.slice(0, 6)).not.toBe(after.split('/c/')[1]!.slice(0, 6))
  })

  it('revoke a stolen key: its links record nothing and show a page instead of redirecting blindly', async () => {
    const stolen = await send()
    const report = await command('keys', 'revoke', 'k2')
    expect(report).toMatchObject({ operator: 'k1' })
    const start = await recorded()
    const answer = await lethe.hit(stolen)
    expect(answer.status).toBe(404)
    expect(answer.headers.location).toBeUndefined()
    expect(answer.body.toString()).toContain('target.example')
    expect(await recorded()).toBe(start)
    expect((await lethe.hit(await send())).headers.location).toBe(target)
  })

  it('leave a log that says what they did, and whose cut-off end the audit finds', async () => {
    const { json } = await lethe.call<{ entries: { action: string; actor: string }[] }>('GET', '/v1/audit-log')
    const actions = json.entries.map(({ action }) => action)
    expect(actions).toEqual(
      expect.arrayContaining([
        ...['policy_enforced', 'started', 'POST /v1/api-keys', 'DELETE /v1/api-keys/{id}', 'POST /v1/keys/rotate'],
        ...['operator_key_made', 'operator_key_revoked', 'epoch_destroyed'],
      ]),
    )
    expect(JSON.stringify(json)).not.toContain('people.example')
    const audited = async () => {
      const { code, out } = await run(['audit', '--json'], lethe.env)
      const { findings } = JSON.parse(out) as { findings: { check: string; result: string }[] }
      return { code, result: findings.find(({ check }) => check === 'audit log is whole')?.result }
    }
    expect(await audited()).toMatchObject({ result: 'proved' })
    await writeStore(lethe.env, 'DELETE FROM audit_log WHERE sequence = (SELECT max(sequence) FROM audit_log)')
    expect(await audited()).toEqual({ code: 1, result: 'violated' })
  })

  it('are told plainly that a key is lost', async () => {
    await lethe.stop()
    rmSync(join(lethe.env.LETHE_DATA, 'keys'))
    const { code, err } = await run(['up'], lethe.env)
    expect(code).toBe(1)
    expect(err).toContain('[keys_lost]')
    expect(existsSync(join(lethe.env.LETHE_DATA, 'keys'))).toBe(false)
  })
})
