import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dayOf } from '../../src/base/index.ts'
import { address, consentTo, handClock, hitOn } from '../ledger/mail.ts'
import { openScene, type RightsScene } from './rights/scene.ts'

const mira = address('mira@example.org')
const clock = handClock()
/** How far a wrong clock was ahead before somebody set it right. */
const jump = 10
let scene: RightsScene

beforeEach(async () => {
  clock.reset()
  scene = await openScene({ clock })
})
afterEach(() => scene.close())

const purge = () => scene.ledger.purge(clock.now(), { chunk: 100, dryRun: false })

describe('a clock that jumps back', () => {
  it('keeps nothing for longer than was promised by more than the jump', async () => {
    clock.passDays(jump)
    const { id } = await scene.sendThrough(mira.text)
    clock.passDays(-jump)
    await purge()
    expect(await scene.ledger.events(id), 'nothing goes before its time either').toHaveLength(1)
    // 60 days are the longest that this policy keeps anything of a mail.
    clock.passDays(60 + jump + 1)
    await purge()
    expect(await scene.ledger.message(id)).toBeNull()
    expect(await scene.ledger.events(id)).toEqual([])
  })

  it('loses no decision: a withdrawal after it wins over a consent that was noted ahead of it', async () => {
    clock.passDays(jump)
    const { id } = await scene.sendThrough(mira.text)
    clock.passDays(-jump)
    await scene.rights.object(mira, 'insight')
    expect(await scene.ledger.record([hitOn(id, clock, scene.book)])).toEqual({ recorded: 0, refused: 1 })
    await scene.ledger.recordConsent(mira, consentTo('campaign', 'withdrawn', clock.now()))
    expect((await scene.ledger.standings([mira]))[0]!.consents.get('campaign')).toBe('withdrawn')
  })

  it('sends no mail twice, and what was queued ahead of it once its time has come again', async () => {
    clock.passDays(1)
    const { id } = await scene.send(mira.text)
    const [claimed] = await scene.ledger.claim([id], clock.now(), clock.now() + 60_000)
    clock.passDays(-1)
    expect(await scene.ledger.claim([id], clock.now(), clock.now() + 60_000)).toEqual([])
    await scene.ledger.settle([{ id, fence: claimed!.fence, status: 'sent', reason: null }], clock.now())
    expect(await scene.ledger.message(id)).toMatchObject({ status: 'sent' })
    clock.passDays(1)
    const ahead = await scene.send(mira.text)
    clock.passDays(-1)
    const next = await scene.send(mira.text)
    expect(await scene.ledger.takeDue(10, clock.now(), clock.now() + 1000)).toEqual([next.id])
    clock.passDays(1)
    expect(await scene.ledger.takeDue(10, clock.now(), clock.now() + 1000)).toContain(ahead.id)
  })

  it('leaves an erasure, its tombstone and the audit log whole', async () => {
    clock.passDays(jump)
    const { handle } = await scene.sendThrough(mira.text)
    clock.passDays(-jump)
    await scene.rights.erase(mira)
    await scene.rights.finishErasures()
    expect(await scene.rights.cases.open()).toEqual([])
    const [stopped] = await scene.ledger.stopped()
    expect(stopped!.handle).toBe(handle)
    expect(stopped!.until).toBeGreaterThanOrEqual(dayOf(clock.now()) + 14)
    const findings = await scene.ledger.audit(scene.book.inForce, clock.now())
    expect(findings.filter(({ result }) => result === 'violated')).toEqual([])
  })
})
