import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backUp } from './backup.ts'
import { environment, folder, run, startLethe, until } from './lethe.ts'
import { shapes } from './shapes.ts'

describe.each(shapes)('a backup from before an erasure, on $name', ({ open }) => {
  it('is not served until somebody says that they know; then the erased are gone again, and the audit says what happened', async () => {
    const [apart, shape] = [folder(), await open()]
    const env = await environment({
      ...shape.settings,
      ...{ LETHE_POLICY: 'mailerplex', LETHE_EPOCHS: join(apart, 'epochs') },
      LETHE_KEYS: `k1:${Buffer.alloc(32, 5).toString('base64')}`,
    })
    const [gone, stays] = ['gone@people.example', 'stays@people.example']
    const first = await startLethe(env)
    for (const email of [gone, stays]) {
      const to = { email, name: 'Reader' }
      await first.call('POST', '/v1/messages', { to, subject: 'Hi', html: '<p>x</p>', purpose: 'deliver' })
    }
    await until(async () => /"sent"/.test((await first.call('POST', '/v1/subjects/export', { email: gone })).text), 60)
    expect(await first.stop()).toBe(0)
    const putBack = await backUp(env)

    const second = await startLethe(env)
    const erased = await second.call<{ case: string }>('POST', '/v1/subjects/erase', { email: gone })
    await until(async () => (await second.call('GET', `/v1/cases/${erased.json.case}`)).json.status === 'done', 60)
    expect(await second.stop()).toBe(0)
    await putBack()

    await expect(startLethe(env)).rejects.toThrow(/store_restored/)
    const refused = await run(['subject', 'export', '--json'], env, gone)
    expect([refused.code, JSON.parse(refused.out).faults[0].code]).toEqual([1, 'store_restored'])
    const looked = await run(['restore-check', '--json'], env)
    expect([looked.code, JSON.parse(looked.out)], looked.err).toMatchObject([1, { state: 'behind', apart: true }])
    const known = await run(['restore-check', '--acknowledge', 'the first disk broke'], env)
    expect(known.code, known.err).toBe(0)
    expect(known.out).toMatch(/entries \d+ to \d+ are lost[\s\S]*1 of their people were known again/)

    const third = await startLethe(env)
    const held = async (email: string) => {
      const { json } = await third.call<{ data: { held: object } }>('POST', '/v1/subjects/export', { email })
      return Object.keys(json.data.held)
    }
    expect(await held(gone)).toEqual(['suppressions'])
    expect(await held(stays)).toContain('messages')
    interface Finding {
      readonly check: string
      readonly result: string
      readonly detail: string
    }
    const audit = (await third.call<{ findings: readonly Finding[] }>('GET', '/v1/audit')).json.findings
    expect(audit.find(({ check }) => check === 'audit log is whole')).toMatchObject({
      ...{ result: 'proved', detail: expect.stringContaining('the first disk broke') },
    })
    expect(audit.find(({ check }) => check === 'store.erasures')).toMatchObject({ result: 'proved' })
    expect((await run(['restore-check'], env)).code).toBe(0)
    await third.stop()
    await shape.close()
  }, 900_000)
})
