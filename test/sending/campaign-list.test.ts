import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const list = (query = '') => scene.call('GET', `/v1/campaigns${query}`)

describe('the list of campaigns', () => {
  it('is empty at first', async () => {
    expect((await list()).json).toEqual({ campaigns: [], next: null })
  })

  it('goes from the newest to the oldest by pages, with what each is about to do', async () => {
    const content = { subject: 'S', text: 't', purpose: 'deliver' }
    const ids: string[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      scene.clock.time += 1000
      ids.push((await scene.call('POST', '/v1/campaigns', { name, ...content })).json.id)
    }
    const at = new Date(scene.clock.now() + 3_600_000).toISOString()
    await scene.call('POST', `/v1/campaigns/${ids[1]}/schedule`, { at })
    await scene.call('POST', `/v1/campaigns/${ids[3]}/cancel`)
    const first = (await list('?limit=2')).json
    expect(first.campaigns.map(({ name, status }: Record<string, string>) => [name, status])).toEqual([
      ['e', 'draft'],
      ['d', 'cancelled'],
    ])
    const second = (await list(`?limit=2&after=${first.next}`)).json
    expect(second.campaigns.map(({ name, startAt }: Record<string, string>) => [name, startAt])).toEqual([
      ['c', undefined],
      ['b', at],
    ])
    const last = (await list(`?limit=2&after=${second.next}`)).json
    expect([last.campaigns.map(({ id }: { id: string }) => id), last.next]).toEqual([[ids[0]], null])
    expect(JSON.stringify(last)).not.toContain('counts')
  })

  it('takes no cursor that it did not make, and no odd limit', async () => {
    for (const after of ['x', '-1', 'A'.repeat(32), '_'.repeat(32), '%00']) {
      const { status, json } = await list(`?after=${after}`)
      if (after === 'A'.repeat(32)) expect(json).toEqual({ campaigns: [], next: null })
      else expect([status, json.code]).toEqual([422, after === '%00' ? 'control_character' : 'cursor_invalid'])
    }
    for (const limit of ['0', '1001', '1.5', 'all']) expect((await list(`?limit=${limit}`)).status).toBe(422)
  })
})
