import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askRight } from '../../../src/upkeep/index.ts'
import { openScene, type RightsScene } from './scene.ts'

let scene: RightsScene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

describe('a right that is asked for without the API', () => {
  it('takes no card number as a corrected name, and opens no case for it', async () => {
    const request = { email: 'ada@example.org', name: 'Ada 4111 1111 1111 1111' }
    await expect(askRight(scene.rights, 'rectify', request)).rejects.toMatchObject({ code: 'card_number' })
    expect(await scene.rights.cases.open()).toEqual([])
    expect((await askRight(scene.rights, 'rectify', { ...request, name: 'Ada 1234' })).outcome).toBe('nothing_held')
  })
})
