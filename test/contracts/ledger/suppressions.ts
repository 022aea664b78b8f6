import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/base/index.ts'
import type { Evidence } from '../../../src/ledger/index.ts'
import { address, consentTo } from '../../ledger/mail.ts'
import { minute, type Stage } from './stage.ts'

const mira = address('mira@example.org')
const noah = address('noah@example.org')

/** The list of those who must not be written to: taken over, shown as hashes, lifted with evidence. */
export function keepsSilence(stage: Stage): void {
  const { ledger, clock, send } = stage
  const asked = (at = clock.now()): Evidence => ({
    ...{ at: new Date(at).toISOString(), source: 'phone', wording: 'Please write to me again.' },
  })
  const standing = async (who = mira) => (await ledger.standings([who]))[0]!

  describe('keeps silence', () => {
    it('for addresses of another system, of whom most are not known and stay so', async () => {
      const { handle } = await send('mira@example.org')
      const stopped = await ledger.suppressAll([mira, noah], null)
      expect(stopped).toEqual([{ handle, stops: 'stop' }])
      for (const who of [mira, noah]) expect((await standing(who)).suppressed).toBe(true)
      expect(await ledger.held(noah)).toEqual({ suppressions: [{ hash: expect.any(String), purpose: 'all' }] })
      expect(await ledger.suppressAll([mira, noah], null), 'twice is once').toHaveLength(1)
      expect((await ledger.suppressionPage(null, 10)).entries).toHaveLength(2)
    })

    it('for one purpose alone', async () => {
      await ledger.suppressAll([mira], 'campaign')
      expect(await standing()).toMatchObject({ suppressed: false, objected: new Set(['campaign']) })
    })

    it('and shows itself by pages of hashes, each once', async () => {
      const people = Array.from({ length: 7 }, (_none, index) => address(`a${index}@example.org`))
      await ledger.suppressAll(people, null)
      await ledger.suppressAll(people.slice(0, 2), 'campaign')
      const seen: string[] = []
      let after: string | null = null
      do {
        const { entries, next } = await ledger.suppressionPage(after, 2)
        seen.push(...entries.map(({ hash, purpose }) => `${hash} ${purpose}`))
        expect(next ?? '').not.toMatch(/@/)
        after = next
      } while (after !== null)
      expect([seen.length, new Set(seen).size]).toEqual([9, 9])
      expect(seen.every((each) => /^[0-9a-f]{64} (?:null|campaign)$/.test(each))).toBe(true)
      const hashes = seen.map((each) => each.slice(0, 64))
      expect(hashes, 'an order that is nobody’s').toEqual([...hashes].sort())
      await expect(ledger.suppressionPage('nonsense', 2)).rejects.toMatchObject({ code: 'cursor_invalid' })
    })

    it('until the record of a new request lifts it, for what was asked and nothing else', async () => {
      await ledger.suppressAll([mira], null)
      const lifted = await ledger.liftSuppression(mira, 'campaign', asked())
      expect(lifted).toMatchObject({ state: 'lifted', stops: null })
      const after = await standing()
      expect(after.suppressed).toBe(false)
      expect([...after.objected].sort()).toEqual(['deliver', 'insight'])
      expect(after.consents.get('campaign')).toBe('granted')
      expect((await ledger.held(mira))!.consents).toMatchObject([{ purpose: 'campaign', source: 'phone' }])
    })

    it('until it is lifted as a whole: an end of the silence, and a yes to what needs none', async () => {
      await send('mira@example.org')
      await ledger.suppressAll([mira], null)
      expect(await ledger.stopped()).toHaveLength(1)
      expect(await ledger.liftSuppression(mira, null, asked())).toMatchObject({ state: 'lifted', stops: 'lift' })
      expect(await standing()).toMatchObject({ suppressed: false, objected: new Set() })
      expect(await ledger.stopped()).toEqual([])
    })

    it('against a record that is older than the no', async () => {
      await ledger.recordConsent(mira, consentTo('campaign', 'withdrawn', clock.now()))
      await ledger.suppressAll([mira], 'campaign')
      expect(await ledger.liftSuppression(mira, 'campaign', asked(clock.now() - minute))).toEqual({ state: 'older' })
      expect((await standing()).objected).toEqual(new Set(['campaign']))
      clock.pass(minute)
      expect(await ledger.liftSuppression(mira, 'campaign', asked())).toMatchObject({ state: 'lifted' })
    })

    it('against anybody’s word but their own after an erasure, and for good for a child', async () => {
      const facts = { openedAt: clock.now(), dueAt: clock.now() }
      await ledger.beginErasure(mira, { id: newId(), right: 'erase', ...facts })
      await ledger.beginErasure(noah, { id: newId(), right: 'minor', ...facts })
      await ledger.suppressAll([mira, noah], null)
      expect(await ledger.liftSuppression(mira, 'campaign', asked())).toEqual({ state: 'person' })
      expect(await ledger.liftSuppression(noah, null, asked())).toEqual({ state: 'nobody' })
      for (const who of [mira, noah]) expect((await standing(who)).suppressed).toBe(true)
    })

    it('and lifts nothing where nothing stands', async () => {
      expect(await ledger.liftSuppression(mira, null, asked())).toEqual({ state: 'unknown' })
      await ledger.suppressAll([mira], 'insight')
      expect(await ledger.liftSuppression(mira, 'campaign', asked())).toEqual({ state: 'unknown' })
    })
  })
}
