import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askRight } from '../../../src/upkeep/index.ts'
import { operatorKey } from '../../ledger/folder.ts'
import { address, consentTo, handClock } from '../../ledger/mail.ts'
import { policyOf } from '../../ledger/policies.ts'
import { openScene, type RightsScene, type SceneGiven } from './scene.ts'

const mira = address('mira@example.org')
const open: RightsScene[] = []
const clock = handClock()
const scene = async (given: SceneGiven = {}) => {
  const made = await openScene({ clock, ...given })
  open.push(made)
  return made
}
let home: RightsScene

const exported = async ({ rights }: RightsScene, who = mira) => (await rights.export(who)).data
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const take = ({ rights }: RightsScene, data: unknown, email = mira.text) => askRight(rights, 'import', { email, data })

beforeEach(async () => {
  clock.reset()
  home = await scene()
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** Of every kind that can come back: mail with its outcome, a hit, decisions, an objection, a case, a silence. */
async function live({ ledger, rights, sendThrough }: RightsScene): Promise<void> {
  await sendThrough(mira.text)
  await sendThrough(mira.text)
  await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now() - 5000))
  await ledger.recordConsent(mira, consentTo('campaign', 'granted', clock.now() - 4000))
  await rights.object(mira, 'campaign')
  await rights.cases.close((await rights.cases.concern(mira, 'Why so many?')).case)
}

describe('an export that is imported', () => {
  it('into an empty deployment of the same operator is exported again as it was', async () => {
    await live(home)
    const data = await exported(home)
    expect(data.held.messages).toHaveLength(2)
    const empty = await scene()
    const answer = await take(empty, copy(data))
    expect(answer).toMatchObject({ outcome: 'imported', status: 'done', receipt: { right: 'import' } })
    expect(JSON.stringify(await exported(empty))).toBe(JSON.stringify(data))
    const findings = await empty.ledger.audit(empty.book.inForce, clock.now())
    expect(findings.filter(({ result }) => result === 'violated')).toEqual([])
    // And again: nothing comes twice.
    await take(empty, copy(data))
    expect(JSON.stringify(await exported(empty))).toBe(JSON.stringify(data))
  })

  it('where everything is here already changes nothing, whatever order and spacing the file came back with', async () => {
    await live(home)
    const data = await exported(home)
    const turned = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(data).reverse()), null, 4))
    const { receipt } = await take(home, turned)
    expect(receipt.lines.map(({ code }) => code)).toEqual(['imported', 'left_out'])
    expect(await exported(home)).toEqual(data)
  })

  it('brings the stop back to every tracker', async () => {
    await live(home)
    await home.rights.object(mira, 'insight')
    const empty = await scene()
    await take(empty, await exported(home))
    expect(empty.stopped.size).toBe(1)
    expect(await empty.ledger.stopped()).toHaveLength(1)
  })

  it.each([
    ['a changed value', '"state":"withdrawn"', '"state":"granted"'],
    ['a row less', /"objections":\[.*?\]/, '"objections":[]'],
    ['no signature', /,"signed":\{.*?\}/, ''],
    ['a signature cut short', /"signature":"....../, '"signature":"'],
  ])('with %s is refused, and opens no case', async (_what, from, to) => {
    await live(home)
    const text = JSON.stringify(await exported(home))
    const changed = text.replace(from, to)
    expect(changed).not.toBe(text)
    await expect(take(home, JSON.parse(changed))).rejects.toMatchObject({ code: 'export_tampered' })
    expect(await home.rights.cases.open()).toEqual([])
  })

  it('of one person under the address of another is refused', async () => {
    await live(home)
    const data = await exported(home)
    await expect(take(home, data, 'noah@example.org')).rejects.toMatchObject({ code: 'export_tampered' })
    expect(await home.ledger.held(address('noah@example.org'))).toBeNull()
  })

  it('is refused from another deployment, and from a key that is stolen by now; and is taken if both have one operator', async () => {
    await live(home)
    const data = await exported(home)
    const other = operatorKey('b', 9)
    await expect(take(await scene({ operators: [other] }), data)).rejects.toMatchObject({ code: 'export_foreign' })
    const stolen = { ...operatorKey(), revoked: true }
    const robbed = await scene({ operators: [other, stolen] })
    await expect(take(robbed, data)).rejects.toMatchObject({ code: 'export_tampered' })
    expect((await take(await scene({ operators: [other, operatorKey()] }), data)).outcome).toBe('imported')
  })

  it.each([
    ['nothing', undefined, 'export_malformed'],
    ['a list', [], 'export_malformed'],
    ['another format', { format: 'x', held: {} }, 'export_malformed'],
    [
      'another version',
      { format: 'lethe-export', version: 2, held: {}, signed: { key: '', signature: '' } },
      'export_version',
    ],
  ])('that is %s is refused with a code', async (_what, data, code) => {
    await expect(take(home, data)).rejects.toMatchObject({ code })
  })

  it('makes nobody known again who was erased here, also once they may be written to again', async () => {
    await live(home)
    const data = await exported(home)
    await home.rights.erase(mira)
    await home.rights.finishErasures()
    const before = await home.ledger.held(mira)
    expect((await take(home, data)).outcome).toBe('erased_here')
    expect(await home.ledger.held(mira)).toEqual(before)
    clock.passDays(400)
    expect((await take(home, data)).outcome).toBe('erased_here')
    expect(Object.keys((await home.ledger.held(mira))!)).toEqual(['suppressions'])
  })

  it('makes nobody known who must not be written to, and was forgotten since', async () => {
    await live(home)
    const data = await exported(home)
    const other = await scene()
    await other.ledger.suppress(mira, null)
    expect((await take(other, data)).outcome).toBe('erased_here')
    expect(Object.keys((await other.ledger.held(mira))!)).toEqual(['suppressions'])
  })

  it('undoes no withdrawal, no restriction and no correction that came after it', async () => {
    await live(home)
    await home.ledger.recordConsent(mira, consentTo('campaign', 'granted', clock.now()))
    const data = await exported(home)
    clock.passDays(1)
    await home.ledger.recordConsent(mira, consentTo('campaign', 'withdrawn', clock.now()))
    await home.rights.restrict(mira)
    await take(home, data)
    const [standing] = await home.ledger.standings([mira])
    expect(standing).toMatchObject({ restricted: true })
    expect(standing!.consents.get('campaign')).toBe('withdrawn')
    await home.rights.unrestrict(mira)
    await home.rights.rectify(mira, { address: address('new@example.org') })
    expect((await take(home, data)).outcome).toBe('moved_here')
    expect(await home.ledger.held(mira)).not.toHaveProperty('messages')
  })

  it('brings back nothing whose time is over, and the no of a withdrawal whose proof is', async () => {
    await home.sendThrough(mira.text)
    await home.ledger.recordConsent(mira, consentTo('campaign', 'withdrawn', clock.now()))
    const data = await exported(home)
    clock.passDays(366)
    const late = await scene()
    await take(late, data)
    const held = (await late.ledger.held(mira))!
    expect(held).toMatchObject({ messages: [], events: [] })
    expect(held.consents!.map(({ purpose }) => purpose)).toEqual(['insight'])
    expect((await late.ledger.standings([mira]))[0]!.objected.has('campaign')).toBe(true)
  })

  it('brings back no more than the policy in force grants', async () => {
    await live(home)
    const narrow = await scene()
    narrow.book.turn(policyOf({ number: 2, mode: 'off' }))
    await narrow.ledger.enforce(narrow.book.inForce)
    await take(narrow, await exported(home))
    expect((await narrow.ledger.held(mira))!.events).toEqual([])
    expect((await narrow.ledger.held(mira))!.messages).toHaveLength(2)
    const strange = await scene({ policy: policyOf({ number: 99 }) })
    await take(strange, await exported(home))
    expect((await strange.ledger.held(mira))!.messages, 'a version that nobody knows here').toEqual([])
  })

  it('sends no mail that waited where it was made', async () => {
    await home.send(mira.text)
    const data = await exported(home)
    const empty = await scene()
    await take(empty, data)
    expect(await empty.ledger.takeDue(10, clock.now(), clock.now() + 1000)).toEqual([])
    expect(await empty.ledger.outstanding()).toBe(0)
  })

  it('of somebody of whom only a silence is held brings that', async () => {
    await home.rights.erase(mira)
    const data = await exported(home)
    const empty = await scene()
    await take(empty, data)
    expect(await exported(empty)).toEqual(data)
  })
})
