import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Disclosure } from '../../../src/policy/policy.ts'
import { askRight, type SubjectAnswer } from '../../../src/upkeep/index.ts'
import { operatorKey } from '../../ledger/folder.ts'
import { address, handClock } from '../../ledger/mail.ts'
import { policyOf } from '../../ledger/policies.ts'
import { openScene, type RightsScene } from './scene.ts'

const mira = address('mira@example.org')
const reason = 'court order 12/2026 of the district court'
const clock = handClock()
let scene: RightsScene

const classes: readonly Disclosure[] = [
  { to: 'authorities', condition: 'a legal demand in writing', met: true, metBy: null },
  { to: 'successor', condition: 'the same promises are made', met: true, metBy: 'sale' },
  { to: 'affiliates', condition: 'they are bound as we are', met: false, metBy: null },
  { to: 'partners', condition: 'it makes services better', met: false, metBy: null },
  { to: 'processors', condition: 'they deliver the mail', met: true, metBy: null },
]
const word = {
  kind: 'measure' as const,
  id: 'sale',
  measure: 'the buyer is bound',
  by: 'the board',
  until: '2026-04-01',
}

const ask = (more: object = {}): Promise<SubjectAnswer> =>
  askRight(scene.rights, 'disclose', { email: mira.text, to: 'authorities', reason, ...more })
const log = () => scene.ledger.logEntries(0, 100)

beforeEach(async () => {
  clock.reset()
  scene = await openScene({ clock, policy: { ...policyOf(), disclosures: classes, attestations: [word] } })
  await scene.sendThrough(mira.text)
})
afterEach(() => scene.close())

describe('a disclosure', () => {
  it('hands an authority what happened, and no content, key, hash or number that stands for somebody', async () => {
    const prints = await scene.ledger.fingerprints(mira)
    const { handle } = (await scene.ledger.held(mira))!.subjects![0]!
    const answer = await ask()
    expect(answer).toMatchObject({ outcome: 'disclosed', to: 'authorities', condition: 'a legal demand in writing' })
    const { data } = answer as { data: { held: object } } & SubjectAnswer // a disclosure has one
    expect(data).toMatchObject({
      format: 'lethe-disclosure',
      held: {
        subjects: [{ address: 'mira@example.org' }],
        messages: [{ status: 'sent', purpose: 'deliver', recipient: ['mira@example.org', 'Nadia Needle-Name'] }],
        events: [{ kind: 'open', country: 'DE' }],
        consents: [{ purpose: 'insight', state: 'granted' }],
      },
    })
    const text = JSON.stringify(data)
    expect(text).not.toMatch(/keyed hash|Needle-Subject|Hello|target\.example|address_index|"handle"|"stop"/)
    expect(text).not.toContain(String(handle))
    expect(text).not.toContain(Buffer.from(operatorKey().key).toString('base64'))
    for (const each of prints) expect(text).not.toContain(each)
  })

  it('has its reason in the audit log first, and its case in the person’s own export', async () => {
    const answer = await ask()
    const entries = await log()
    const at = entries.findIndex((entry) => entry.action === 'disclosed_to_authorities')
    expect(entries[at]).toMatchObject({ reason })
    expect(entries[at + 1]).toMatchObject({ action: 'right_disclose', object: answer.case })
    expect(JSON.stringify(entries)).not.toContain('mira')
    const { cases } = (await scene.ledger.held(mira))!
    expect(cases).toMatchObject([{ id: answer.case, right: 'disclose', status: 'done' }])
    expect(JSON.stringify(answer.receipt)).not.toContain('mira')
  })

  it('can be less than the class may have, and never more', async () => {
    const answer = (await ask({ categories: ['contact'] })) as SubjectAnswer & { data: { held: object } }
    expect(Object.keys(answer.data.held)).toEqual(['messages', 'subjects'])
    expect(JSON.stringify(answer.data)).not.toMatch(/"open"|granted|status/)
    for (const categories of [['content'], ['contact', 'key'], []]) {
      await expect(ask({ categories })).rejects.toMatchObject({ code: 'disclosure_too_wide' })
    }
    await expect(ask({ to: 'successor', categories: ['behaviour'] })).rejects.toMatchObject({
      code: 'disclosure_too_wide',
    })
  })

  it.each(['affiliates', 'partners', 'processors', 'anyone', 'the press'])('to %s is refused', async (to) => {
    const before = (await log()).length
    await expect(ask({ to })).rejects.toMatchObject({
      code: 'disclosure_refused',
      next: 'It names authorities, successor.',
    })
    expect((await log()).length).toBe(before)
    expect(await scene.rights.cases.open()).toEqual([])
  })

  it('to a class that rests on somebody’s word ends with that word', async () => {
    expect((await ask({ to: 'successor' })).outcome).toBe('disclosed')
    clock.passDays(30)
    await expect(ask({ to: 'successor' })).rejects.toMatchObject({ code: 'disclosure_refused' })
  })

  it.each([
    ['none', undefined, 'field_missing'],
    ['one that says nothing', ' - ', 'reason_missing'],
    ['one that names somebody', 'police asked about mira@example.org', 'log_entry_invalid'],
    ['one with an address of a machine', 'seen at 192.0.2.7', 'log_entry_invalid'],
  ])('without a reason (%s) is refused', async (_what, given, code) => {
    await expect(ask({ reason: given })).rejects.toMatchObject({ code })
    expect(await scene.rights.cases.open()).toEqual([])
  })

  it('of what is set aside goes to an authority and to nobody else', async () => {
    await scene.rights.restrict(mira)
    expect((await ask()).outcome).toBe('disclosed')
    await expect(ask({ to: 'successor' })).rejects.toMatchObject({ code: 'subject_restricted' })
  })

  it('of somebody of whom nothing is held says so, is logged all the same, and makes nobody known', async () => {
    const answer = await ask({ email: 'nobody@example.org' })
    expect(answer).toMatchObject({ outcome: 'nothing_held', data: { held: {} } })
    expect((await log()).some(({ action }) => action === 'disclosed_to_authorities')).toBe(true)
    expect(await scene.ledger.held(address('nobody@example.org'))).toBeNull()
  })
})
