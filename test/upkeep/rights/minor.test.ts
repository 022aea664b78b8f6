import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../../src/base/index.ts'
import { loadPolicy } from '../../../src/policy/index.ts'
import { askRight } from '../../../src/upkeep/index.ts'
import { openScene, type RightsScene } from './scene.ts'

let scene: RightsScene
beforeAll(async () => {
  scene = await openScene({ policy: loadPolicy('mailerplex') })
})
afterAll(() => scene.close())

const email = 'kid@example.org'
const address = parseAddress(email)!
const record = { at: '2026-01-31T12:00:00Z', source: 'Paper form', wording: 'My child may read this letter.' }
const ask = (parentalConsent?: typeof record) =>
  askRight(scene.rights, 'minor', { email, ...(parentalConsent ? { parentalConsent } : {}) })

describe('a child’s mail, whoever asks: API or command line', () => {
  it.each([
    ['no instant', { ...record, at: '' }, 'consent_incomplete'],
    ['an instant that is none', { ...record, at: 'last summer' }, 'consent_incomplete'],
    ['no source', { ...record, source: ' ' }, 'consent_incomplete'],
    ['no wording', { ...record, wording: '' }, 'consent_incomplete'],
    ['an instant to come', { ...record, at: '2999-01-01T00:00:00Z' }, 'consent_in_future'],
    ['a wording that no store could keep', { ...record, wording: 'yes\0' }, 'control_character'],
  ])('is not kept on a record with %s, nor erased for its sake', async (_what, given, code) => {
    await scene.send(email)
    await expect(ask(given)).rejects.toMatchObject({ code })
    expect(await scene.rights.cases.open(), 'no case is opened').toEqual([])
    const { data } = await scene.rights.export(address)
    expect(data.held.messages).not.toEqual([])
    expect(data.held.consents).toEqual([])
  })

  it('is kept on a whole record, and the source of it as a word of the list', async () => {
    expect((await ask(record)).outcome).toBe('exception_on_record')
    const { data } = await scene.rights.export(address)
    expect(JSON.stringify(data.held)).toContain('paper')
    expect((await ask()).outcome, 'what is on record counts').toBe('exception_on_record')
  })
})
