import { describe, expect, it } from 'vitest'
import { dayOf, newId } from '../../../src/base/index.ts'
import type { Right } from '../../../src/ledger/index.ts'
import { address, consentTo, hitOn } from '../../ledger/mail.ts'
import { minute, type Stage } from './stage.ts'

export function servesRights(stage: Stage): void {
  const { ledger, clock, book, send, claimOne, sent, sendThrough, campaignOf, inCampaign, purge, purged } = stage
  const [mira, noah] = [address('mira@example.org'), address('noah@example.org')]
  const facts = (right: Right = 'erase') => {
    const openedAt = clock.now()
    return { id: newId(), right, openedAt, dueAt: openedAt + 30 * 86_400_000 }
  }
  const erase = async () => {
    const begun = await ledger.beginErasure(mira, facts())
    return ledger.eraseSubject(begun!.id)
  }

  describe('erases', () => {
    it('every row of one person and none of another', async () => {
      await sendThrough('noah@example.org')
      await ledger.recordConsent(noah, consentTo('insight', 'granted', clock.now()))
      const before = await ledger.held(noah)
      const { id } = await sendThrough('mira@example.org')
      await send('mira@example.org')
      await ledger.record([hitOn(id, clock, book)])
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      await ledger.suppress(mira, 'campaign')
      await ledger.remember('a key', 'a body', id)
      const erasure = await erase()
      expect(erasure).toMatchObject({ removed: 7, inFlight: 0 })
      expect(await ledger.message(id)).toBeNull()
      expect(await ledger.events(id)).toEqual([])
      expect(Object.keys((await ledger.held(mira))!)).toEqual(['suppressions'])
      expect(await ledger.fingerprints(mira)).toEqual([])
      expect(await ledger.held(noah)).toEqual(before)
    })

    it('the keys with the rows: nothing is left for a purge to sweep', async () => {
      await send('mira@example.org')
      await erase()
      expect(await purged('keys.subject_keys', true)).toBe(0)
      expect(await purged('keys.content_keys', true)).toBe(0)
    })

    it('and refuses whatever comes to the address later', async () => {
      await sendThrough('mira@example.org')
      await erase()
      const again = await send('mira@example.org')
      expect(again.handle).toBeNull()
      expect(await ledger.message(again.id)).toMatchObject({ status: 'refused', reason: 'suppressed' })
      const imported = await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      expect(imported).toEqual({ receipt: null, handle: null, stops: null })
      expect(Object.keys((await ledger.held(mira))!)).toEqual(['suppressions'])
    })

    it('while a mail is being sent: what was handed over is counted, and its outcome writes nothing', async () => {
      const [flying, claimed] = [await send('mira@example.org'), await send('mira@example.org')]
      const [one, other] = [await claimOne(flying.id), await claimOne(claimed.id)]
      await ledger.handOver(one.id, one.fence, clock.now() + minute)
      expect((await erase()).inFlight).toBe(1)
      expect(await ledger.handOver(other.id, other.fence, clock.now() + minute)).toBe(false)
      await ledger.settle([sent(one)], clock.now())
      expect(await ledger.message(one.id)).toBeNull()
      expect(await ledger.outstanding()).toBe(0)
    })

    it('and records no late hit, though the tallies stay', async () => {
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      await ledger.record([hitOn(id, clock, book)])
      await erase()
      expect(await ledger.record([hitOn(id, clock, book)])).toEqual({ recorded: 0, refused: 1 })
      expect((await ledger.tallies(campaign)).map(({ count }) => count)).toEqual([1])
      expect(new Set((await ledger.counted(campaign)).cohorts.map(({ people }) => people))).toEqual(new Set([1]))
    })

    it('leaving a handle until the last token of theirs could have recorded, and no longer', async () => {
      const { handle } = await sendThrough('mira@example.org')
      const { id, until } = await erase()
      expect(until).toBe(dayOf(clock.now()) + 14)
      await ledger.endErasure(id)
      expect(await ledger.stopped()).toEqual([{ handle, until }])
      clock.passDays(15)
      expect(await ledger.stopped()).toEqual([])
      expect(await purged('tombstones')).toBe(1)
    })

    it('once: a second call finds the first, and after the end there is nothing held', async () => {
      await sendThrough('mira@example.org')
      const first = await ledger.beginErasure(mira, facts())
      const second = await ledger.beginErasure(mira, facts())
      expect(second).toEqual(first)
      await ledger.eraseSubject(first!.id)
      expect((await ledger.eraseSubject(first!.id)).removed).toBe(2)
      await ledger.endErasure(first!.id)
      expect(await ledger.erasures()).toEqual([])
      expect(await ledger.beginErasure(mira, facts())).toBeNull()
    })

    it('a stranger by suppressing the address, so that they stay one', async () => {
      expect(await ledger.beginErasure(mira, facts())).toBeNull()
      expect((await ledger.standings([mira]))[0]).toMatchObject({ suppressed: true })
    })

    it('a person whose data is set aside', async () => {
      await sendThrough('mira@example.org')
      await ledger.restrict(mira, true)
      expect((await erase()).removed).toBe(2)
    })
  })

  describe('restricts', () => {
    it('sending and recording, holds the purge, and lifts all three again', async () => {
      const { id, handle } = await sendThrough('mira@example.org')
      await ledger.record([hitOn(id, clock, book)])
      expect(await ledger.restrict(mira, true)).toEqual({ handle, stops: 'stop' })
      expect(await ledger.record([hitOn(id, clock, book)])).toEqual({ recorded: 0, refused: 1 })
      expect(await ledger.message((await send('mira@example.org')).id)).toMatchObject({ reason: 'restricted' })
      clock.passDays(61)
      expect(await purged('messages')).toBe(0)
      expect(await ledger.events(id)).toHaveLength(1)
      expect(await ledger.restrict(mira, false)).toEqual({ handle, stops: 'lift' })
      const lines = new Map((await purge()).map(({ what, count }) => [what, count]))
      expect([lines.get('events'), lines.get('messages')]).toEqual([1, 2])
    })

    it('mail that waits: it is held with its content, neither sent nor expired, and goes out once that is lifted', async () => {
      const [{ id }, other] = [await send('mira@example.org'), await send('noah@example.org')]
      await ledger.restrict(mira, true)
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([other.id])
      expect(await ledger.claim([id], clock.now(), clock.now() + minute)).toEqual([])
      clock.passDays(4)
      expect(await ledger.expireOverdue(clock.now() - 72 * 60 * minute, clock.now())).toBe(1)
      expect(await ledger.message(id)).toMatchObject({ status: 'queued', reason: null })
      expect((await ledger.held(mira))!.messages).toMatchObject([{ content: { from: 'desk@example.com' } }])
      await ledger.restrict(mira, false)
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([id])
      expect((await claimOne(id)).content).toMatchObject({ subject: 'Needle-Subject' })
    })

    it('mail that waits for too long: it expires when it is lifted, and not before', async () => {
      const { id } = await send('mira@example.org')
      await ledger.restrict(mira, true)
      clock.passDays(4)
      const expire = () => ledger.expireOverdue(clock.now() - 72 * 60 * minute, clock.now())
      expect(await expire()).toBe(0)
      await ledger.restrict(mira, false)
      expect(await expire()).toBe(1)
      expect(await ledger.message(id)).toMatchObject({ status: 'expired' })
    })

    it('a campaign’s mail: a cancellation waits as well, so that nothing of theirs is removed', async () => {
      const campaign = await campaignOf()
      const { id } = await send('mira@example.org', inCampaign(campaign))
      await ledger.restrict(mira, true)
      await ledger.moveCampaign(campaign, 'cancelled', clock.now())
      await ledger.finishCampaigns(clock.now())
      expect(await ledger.message(id)).toMatchObject({ status: 'queued' })
      await ledger.restrict(mira, false)
      await ledger.finishCampaigns(clock.now())
      expect(await ledger.message(id)).toMatchObject({ status: 'cancelled' })
    })

    it('without lifting an earlier withdrawal with it', async () => {
      await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now()))
      await ledger.restrict(mira, true)
      expect(await ledger.restrict(mira, false)).toMatchObject({ stops: 'stop' })
    })

    it('nobody who is not known', async () => {
      expect(await ledger.restrict(mira, true)).toBeNull()
    })
  })

  describe('rectifies', () => {
    it('name and address in what is queued, so that the next claim has them', async () => {
      const { id } = await send('mira@example.org')
      expect(await ledger.rectify(mira, { address: noah, name: 'Noah' })).toEqual({ queued: 1 })
      expect(await claimOne(id)).toMatchObject({ to: 'noah@example.org', name: 'Noah' })
      expect(await ledger.held(mira)).toBeNull()
      expect((await ledger.held(noah))!.messages).toHaveLength(1)
    })

    it('a merge field that says the name, so that no queued mail greets by the old one', async () => {
      const { id } = await send('mira@example.org', { merge: { Name: 'Mira Old', course: 'Weaving' } })
      await ledger.rectify(mira, { name: 'Mira New' })
      expect(JSON.stringify(await ledger.held(mira))).not.toContain('Mira Old')
      expect((await claimOne(id)).merge).toEqual({ Name: 'Mira New', course: 'Weaving' })
    })

    it('what is named and nothing else', async () => {
      const { id } = await send('mira@example.org')
      await ledger.rectify(mira, { name: 'Mira M.' })
      expect(await claimOne(id)).toMatchObject({ to: 'mira@example.org', name: 'Mira M.' })
    })

    it('and moves the stop with the address: what they decide later counts for the new one', async () => {
      const { handle } = await send('mira@example.org')
      await ledger.rectify(mira, { address: noah })
      await ledger.suppressOf(handle!, null)
      const [old, now] = await ledger.standings([mira, noah])
      expect([old!.suppressed, now!.suppressed]).toEqual([false, true])
    })

    it('and takes what they said no to along, so that it outlives their row', async () => {
      await send('mira@example.org')
      await ledger.suppress(mira, 'campaign')
      await ledger.rectify(mira, { address: noah })
      const list = await ledger.suppressionPage(null, 10)
      expect(list.entries.map(({ purpose }) => purpose)).toEqual(['campaign', 'campaign'])
      const findings = await ledger.audit(book.inForce, clock.now())
      expect(findings.find(({ check }) => check === 'store.suppressions')).toMatchObject({ result: 'proved' })
    })

    it('never two people into one', async () => {
      await send('mira@example.org')
      await send('noah@example.org')
      expect(await ledger.rectify(mira, { address: noah })).toBe('taken')
      expect(await ledger.rectify(address('nobody@example.org'), { name: 'X' })).toBe('unknown')
    })
  })

  describe('shows what is held', () => {
    it('in the same words twice, opened, with the wording and the day that each row ends', async () => {
      const { id } = await sendThrough('mira@example.org')
      await send('mira@example.org', { merge: { course: 'Needle-Course' } })
      await ledger.record([hitOn(id, clock, book)])
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      const held = await ledger.held(mira)
      expect(await ledger.held(mira)).toEqual(held)
      expect(held).toMatchObject({
        subjects: [{ address: 'mira@example.org', address_index: 'a keyed hash, not shown', state: 'active' }],
        messages: [
          { id, status: 'sent', subject: 'Hello', recipient: ['mira@example.org', 'Nadia Needle-Name'] },
          { status: 'queued', merge: { course: 'Needle-Course' }, content: { from: 'desk@example.com' } },
        ],
        events: [{ kind: 'open', message: id, country: 'DE', expires_on: '2026-04-09' }],
        consents: [{ purpose: 'insight', wording: 'Yes, you may count what I open.', source: 'form' }],
      })
    })

    it('with nothing of the machinery and nobody else in it', async () => {
      await sendThrough('noah@example.org')
      await sendThrough('mira@example.org')
      const text = JSON.stringify(await ledger.held(mira))
      expect(text).not.toMatch(/noah|fence|lease|windowed/)
    })

    it('as fingerprints of each sealed value, wrapped key and index', async () => {
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      await send('mira@example.org')
      // Index, address, stop, recipient and content; the subject's key and the message's.
      const prints = await ledger.fingerprints(mira)
      expect(prints).toHaveLength(7)
      expect(prints.every((each) => /^[0-9a-f]{64}$/.test(each))).toBe(true)
    })
  })

  describe('takes back', () => {
    it('what it handed out, once: what is here stays as it is', async () => {
      const { id } = await sendThrough('mira@example.org')
      await ledger.record([hitOn(id, clock, book)])
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      const held = (await ledger.held(mira))!
      expect(await ledger.takeBack(mira, held)).toMatchObject({ brought: 0, stops: null })
      expect(await ledger.held(mira)).toEqual(held)
    })

    it('nobody who was erased, or who has another address by now', async () => {
      const { handle } = await sendThrough('mira@example.org')
      const held = (await ledger.held(mira))!
      await ledger.rectify(mira, { address: noah })
      expect(await ledger.takeBack(mira, held)).toBe('moved')
      const begun = await ledger.beginErasure(noah, facts())
      expect(begun).toMatchObject({ handle })
      await ledger.eraseSubject(begun!.id)
      expect(await ledger.takeBack(mira, held)).toBe('erased')
    })
  })

  describe('discloses', () => {
    it('the categories that are asked for, without content, keys and numbers that stand for somebody', async () => {
      const { handle } = await sendThrough('mira@example.org')
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      const found = (await ledger.heldOf(mira, ['contact', 'delivery']))!
      expect(Object.keys(found).sort()).toEqual(['messages', 'subjects'])
      expect(JSON.stringify(found)).not.toMatch(new RegExp(`${handle}|Hello|keyed hash|granted`))
      expect(await ledger.heldOf(noah, ['contact'])).toBeNull()
    })
  })

  describe('follows the list of erasures', () => {
    it('and has nothing to do again while nobody puts a backup back', async () => {
      await sendThrough('mira@example.org')
      await erase()
      expect(await ledger.restored()).toEqual({ log: null, erasures: 0 })
      expect(await ledger.erasedAgain()).toEqual({ entries: 0, handles: [] })
    })

    it('by handle as well: somebody unknown is no erasure', async () => {
      const { handle } = await sendThrough('mira@example.org')
      expect(await ledger.beginErasureOf('AAAAAAAAAAAAAAAA', facts())).toBeNull()
      const begun = await ledger.beginErasureOf(handle, facts())
      expect(begun).toMatchObject({ handle })
      expect((await ledger.eraseSubject(begun!.id)).removed).toBe(2)
    })

    it('and has no restore to acknowledge', async () => {
      await expect(ledger.acknowledgeRestore('command', 'nothing')).rejects.toMatchObject({ code: 'restore_unknown' })
    })
  })

  describe('keeps cases', () => {
    it('open with their deadline until they are closed with a receipt, and then for the days of other proofs', async () => {
      const opened = facts('concern')
      await ledger.openConcern(opened, mira, 'Too many mails')
      expect(await ledger.openCases()).toMatchObject([{ ...opened, status: 'open', receipt: null }])
      expect((await ledger.held(mira))!.cases).toMatchObject([{ right: 'concern', about: 'Too many mails' }])
      clock.passDays(500)
      expect(await purged('subjects')).toBe(0)
      const until = dayOf(clock.now()) + 100
      expect(await ledger.closeCase(opened.id, 'done', clock.now(), '{}', until)).toBe(true)
      expect(await ledger.openCases()).toEqual([])
      expect(await ledger.caseOf(opened.id)).toMatchObject({ status: 'done', receipt: '{}' })
      clock.passDays(101)
      expect(await purged('cases')).toBe(1)
      expect(await ledger.caseOf(opened.id)).toBeNull()
    })
  })
}
