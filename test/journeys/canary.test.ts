import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { environment, folder, run, startLethe } from './lethe.ts'
import { shapes } from './shapes.ts'

interface Report {
  readonly result: string
  readonly findings: readonly { readonly check: string; readonly result: string; readonly detail: string }[]
}

describe.each(shapes)('a canary on $name', ({ open }) => {
  it('goes all the way beside a running Lethe, leaves no byte, and is in no figure', async () => {
    const shape = await open()
    const [data, keys] = [folder(), folder()]
    const env = await environment({
      ...shape.settings,
      ...{
        LETHE_DATA: data,
        LETHE_EPOCHS: join(keys, 'epochs'),
        LETHE_LOG: join(data, 'lethe.log'),
        LETHE_SMTP: 'capture:',
      },
      LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    })
    const lethe = await startLethe(env)
    const { code, out, err } = await run(['audit', '--canary', '--json'], env)
    const report = JSON.parse(out || '{"findings":[]}') as Report // as the command prints it
    const steps = report.findings.filter(({ check }) => check.startsWith('canary: '))
    expect(
      steps.filter(({ result }) => result !== 'proved'),
      out + err,
    ).toEqual([])
    expect(steps.map(({ check }) => check.slice(8))).toEqual([
      ...['is accepted, queued, composed and sent', 'is tracked as the policy grants'],
      ...['open is answered and recorded', 'click is answered and recorded', 'withdraws, and is recorded no more'],
      ...['is erased', 'leaves no byte', 'still redirects, and records nothing'],
    ])
    expect(code, out).toBe(0)

    const metrics = (await lethe.call('GET', '/metrics')).text
    for (const family of ['lethe_hits_answered_total', 'lethe_events_recorded_total', 'lethe_messages_outstanding']) {
      expect(metrics).toContain(`${family} 0\n`)
    }
    expect((await lethe.call('GET', '/v1/mailbox')).json).toMatchObject({ count: 0 })
    expect((await lethe.call('GET', '/v1/suppressions')).text).not.toMatch(/"hash":/)
    expect((await lethe.call('GET', '/v1/cases')).json).toMatchObject({ cases: [] })

    const file = join(keys, 'audit.json')
    writeFileSync(file, out)
    expect((await run(['audit', '--verify', file], env)).code).toBe(0)
    writeFileSync(file, out.replace('"proved"', '"PROVED"'))
    expect((await run(['audit', '--verify', file], env)).code).toBe(1)
    await lethe.stop()
    const alone = await run(['audit', '--canary'], env)
    expect([alone.code, /start lethe up/.test(alone.out)], alone.out + alone.err).toEqual([3, true])
    await shape.close()
  }, 240_000)
})
