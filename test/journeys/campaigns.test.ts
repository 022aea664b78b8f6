import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment, type Lethe, run, startLethe } from './lethe.ts'
import { type Shape, shapes } from './shapes.ts'

describe.each(shapes)('campaigns on the command line, on $name', ({ open }) => {
  let shape: Shape
  let lethe: Lethe
  beforeAll(async () => {
    shape = await open()
    lethe = await startLethe(await environment({ ...shape.settings, LETHE_POLICY: 'mailerplex' }))
  }, 240_000)
  afterAll(async () => {
    await lethe.stop()
    await shape.close()
  })
  const campaign = (...words: string[]) => run(['campaign', ...words], lethe.env)

  it('are listed, shown and moved by their ids', async () => {
    expect((await campaign('list')).out).toBe('There are no campaigns.\n')
    const content = { subject: 'S', text: 't', purpose: 'deliver' }
    const ids: string[] = []
    for (const name of ['First letter', 'Second letter']) {
      ids.push((await lethe.call<{ id: string }>('POST', '/v1/campaigns', { name, ...content })).json.id)
    }
    const [first = '', second = ''] = ids
    const listed = await campaign('list')
    expect([listed.code, listed.err]).toEqual([0, ''])
    expect(listed.out).toMatch(/id +status +created[\s\S]*Second letter[\s\S]*First letter/)
    expect(JSON.parse((await campaign('list', '--limit', '1', '--json')).out)).toMatchObject({
      ...{ campaigns: [{ id: second, status: 'draft' }], more: true },
    })
    for (const [verb, status] of [
      ['start', 'running'],
      ['pause', 'paused'],
      ['resume', 'running'],
      ['cancel', 'cancelled'],
    ] as const) {
      expect((await campaign(verb, first)).out).toBe(`Campaign ${first} is ${status}.\n`)
    }
    expect((await campaign('show', first)).out).toMatch(/cancelled[\s\S]*First letter[\s\S]*recipients +0/)
    const refused = await campaign('start', first, '--json')
    expect([refused.code, JSON.parse(refused.out).faults[0].code]).toEqual([1, 'campaign_state'])
    expect((await campaign('show')).code).toBe(2)
    expect((await campaign('show', 'AAAAAAAAAAAAAAAAAAAAAA')).err).toContain('[campaign_unknown]')
  }, 240_000)
})
