import { describe, expect, it } from 'vitest'
import { address, consentTo, hitOn } from '../../ledger/mail.ts'
import type { Stage } from './stage.ts'

export function forgets(stage: Stage): void {
  const { ledger, clock, book, sendThrough, campaignOf, inCampaign, purge, purged } = stage
  describe('forgets', () => {
    it('removes events when their days are over, and not a day before', async () => {
      const { id } = await sendThrough('mira@example.org')
      await ledger.record([hitOn(id, clock, book), hitOn(id, clock, book), hitOn(id, clock, book)])
      clock.passDays(30)
      expect(await purged('events')).toBe(0)
      clock.passDays(1)
      expect(await purged('events', true)).toBe(3)
      expect(await ledger.events(id)).toHaveLength(3)
      expect(await purged('events')).toBe(3)
      expect(await ledger.events(id)).toEqual([])
    })

    it('removes a message with its events, and then the person, key and all', async () => {
      await sendThrough('mira@example.org')
      clock.passDays(61)
      const lines = new Map((await purge()).map(({ what, count }) => [what, count]))
      expect(lines.get('messages')).toBe(1)
      expect(lines.get('subjects')).toBe(1)
      expect(lines.get('keys.subject_keys')).toBe(1)
    })

    it('finds whom nothing refers to any more among others, in as many chunks as it takes', async () => {
      for (let n = 0; n < 25; n++) await sendThrough(`reader${n}@example.org`)
      const stays = address('reader12@example.org')
      await ledger.recordConsent(stays, consentTo('insight', 'granted', clock.now()))
      clock.passDays(61)
      const lines = await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
      expect(lines.find(({ what }) => what === 'subjects')?.count).toBe(24)
      expect((await ledger.standings([stays]))[0]!.consents.get('insight')).toBe('granted')
    })

    it('keeps tallies when the events are gone', async () => {
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      await ledger.record([hitOn(id, clock, book)])
      clock.passDays(61)
      await purge()
      expect((await ledger.counts(campaign)).opens).toBe(1)
      clock.passDays(365)
      await purge()
      expect(await ledger.campaign(campaign)).toBeNull()
    })

    it('keeps a person who has a consent in force', async () => {
      await ledger.recordConsent(address('mira@example.org'), consentTo('insight', 'granted', clock.now()))
      clock.passDays(1000)
      expect(await purged('subjects')).toBe(0)
    })

    it('lets the proof of a withdrawal end, and the withdrawal not', async () => {
      const mira = address('mira@example.org')
      await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now()))
      clock.passDays(101)
      expect(await purged('consents')).toBe(1)
      const [standing] = await ledger.standings([mira])
      expect(standing!.consents.size).toBe(0)
      expect(standing!.objected).toEqual(new Set(['insight']))
    })

    it('gives free pages and the log back', async () => {
      await sendThrough('mira@example.org')
      expect(await ledger.tidy()).toBe(true)
    })
  })
}
