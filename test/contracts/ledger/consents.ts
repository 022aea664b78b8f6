import { describe, expect, it } from 'vitest'
import { dayOf, newId } from '../../../src/base/index.ts'
import { address, consentTo, permit, requestTo } from '../../ledger/mail.ts'
import type { Stage } from './stage.ts'

const day = 86_400_000
const mira = address('mira@example.org')
const news = { purpose: 'campaign', wording: 'Yes, send me news.' }

/** Double opt-in: what is asked for grants nothing until the owner of the address confirms it. */
export function asksTwice(stage: Stage): void {
  const { ledger, clock, book, purged, send } = stage
  const facts = (right: 'erase' | 'minor') => ({
    ...{ id: newId(), right, openedAt: clock.now(), dueAt: clock.now() + 30 * day },
  })
  const erase = async (right: 'erase' | 'minor' = 'erase') => {
    const { id } = (await ledger.beginErasure(mira, facts(right)))!
    await ledger.eraseSubject(id)
    await ledger.endErasure(id)
  }
  const standing = async () => (await ledger.standings([mira]))[0]!

  describe('asks twice', () => {
    it('keeps a request apart, and makes it a consent with both times when it is confirmed', async () => {
      const { id, handle, until } = (await ledger.requestConsent(mira, news))!
      expect(until).toBe(dayOf(clock.now()) + 14)
      expect((await standing()).consents.size).toBe(0)
      expect(await ledger.contacts(null, 10)).toMatchObject({ contacts: [] })
      const requested = new Date(clock.now()).toISOString()
      clock.pass(day)
      expect((await ledger.confirmConsent(handle, id))!.receipt).toBe(id)
      expect((await standing()).consents).toEqual(new Map([['campaign', 'granted']]))
      const held = (await ledger.held(mira))!
      expect(held.requests).toEqual([])
      expect(held.subjects).toMatchObject([{ address: 'mira@example.org', source: 'campaign' }])
      expect(held.consents).toMatchObject([
        { id, source: 'double-opt-in', wording: news.wording, requested_at: requested, policy: book.inForce.number },
      ])
      expect(Date.parse(String(held.consents![0]!.decided_at))).toBe(clock.now())
    })

    it('is the same request for a day, and one link for as long as the words are the same', async () => {
      const first = (await ledger.requestConsent(mira, news))!
      clock.pass(day - 1)
      expect(await ledger.requestConsent(mira, news)).toEqual(first)
      clock.pass(1)
      const second = (await ledger.requestConsent(mira, news))!
      expect([second.id, second.mail === first.mail]).toEqual([first.id, false])
      clock.pass(day)
      const other = (await ledger.requestConsent(mira, { ...news, wording: 'Other words.' }))!
      expect(other.id).not.toBe(first.id)
      expect(await ledger.confirmConsent(first.handle, first.id)).toBeNull()
      expect((await ledger.confirmConsent(other.handle, other.id))!.receipt).toBe(other.id)
    })

    it('says once what is confirmed twice, and nothing to somebody else', async () => {
      const { id, handle } = (await ledger.requestConsent(mira, news))!
      const other = (await ledger.requestConsent(address('noah@example.org'), news))!
      expect(await ledger.confirmConsent(other.handle, id)).toBeNull()
      await ledger.confirmConsent(handle, id)
      expect(await ledger.confirmConsent(handle, id)).toEqual({ receipt: id, stops: null })
      expect((await ledger.held(mira))!.consents).toHaveLength(1)
      expect(await ledger.requestConsent(mira, news), 'given already').toBeNull()
    })

    it('deletes what nobody confirmed, the person and the wording with it, after the policy’s days', async () => {
      const { id, handle, mail } = (await ledger.requestConsent(mira, news))!
      const asking = requestTo('mira@example.org', clock, { id: mail, purpose: 'policy.confirm' })
      await ledger.accept([permit(asking, book.inForce)])
      clock.passDays(15)
      expect(await ledger.confirmConsent(handle, id)).toBeNull()
      expect(await purged('messages', true)).toBe(1)
      expect(await purged('requests')).toBe(1)
      expect(await purged('subjects', true)).toBe(0)
      expect(await ledger.held(mira)).toBeNull()
    })

    it('keeps the wording of a pending request through a purge, and of nothing', async () => {
      const { id, handle } = (await ledger.requestConsent(mira, news))!
      clock.passDays(1)
      expect(await purged('wordings')).toBe(0)
      await ledger.confirmConsent(handle, id)
      expect((await ledger.held(mira))!.consents).toMatchObject([{ wording: news.wording }])
    })

    it('is cut down with the policy', async () => {
      await ledger.requestConsent(mira, news)
      book.turn({ ...book.inForce, number: 9, unconfirmedDays: 2 })
      await ledger.enforce(book.inForce)
      await ledger.retighten(clock.now(), { chunk: 10 })
      clock.passDays(3)
      expect(await purged('requests')).toBe(1)
    })

    it('is the way back of somebody who was erased, for what they asked and for nothing else', async () => {
      await send('mira@example.org')
      await erase()
      expect((await standing()).suppressed).toBe(true)
      const { id, handle } = (await ledger.requestConsent(mira, news))!
      expect((await standing()).suppressed, 'asking changes nothing').toBe(true)
      expect(await ledger.confirmConsent(handle, id)).not.toBeNull()
      const after = await standing()
      expect([after.suppressed, [...after.objected].sort()]).toEqual([false, ['deliver', 'insight']])
    })

    it('is no way back for a child', async () => {
      await send('mira@example.org')
      await erase('minor')
      expect(await ledger.requestConsent(mira, news)).toBeNull()
      expect(await ledger.held(mira)).toEqual({ suppressions: [expect.anything()] })
    })

    it('takes nothing from somebody whose data is restricted', async () => {
      await send('mira@example.org')
      await ledger.restrict(mira, true)
      expect(await ledger.requestConsent(mira, news)).toBeNull()
    })

    it('lets hits be recorded again once the owner of the address says so', async () => {
      const { handle } = await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now()))
      clock.pass(1)
      const { id } = (await ledger.requestConsent(mira, { purpose: 'insight', wording: 'Count me.' }))!
      expect(await ledger.stopped()).toHaveLength(1)
      expect(await ledger.confirmConsent(handle!, id)).toMatchObject({ stops: 'lift' })
      expect(await ledger.stopped()).toEqual([])
    })

    it('goes with its person’s old address', async () => {
      const { id, handle } = (await ledger.requestConsent(mira, news))!
      await ledger.rectify(mira, { address: address('noah@example.org') })
      expect(await ledger.confirmConsent(handle, id)).toBeNull()
    })
  })
}
