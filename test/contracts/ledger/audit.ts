import { describe, expect, it } from 'vitest'
import { consentTo, hitOn } from '../../ledger/mail.ts'
import type { Stage } from './stage.ts'

export function answersAudit(stage: Stage): void {
  const { ledger, clock, book, send, sendThrough, campaignOf, inCampaign, purge } = stage
  describe('answers an audit', () => {
    const failed = async () =>
      (await ledger.audit(book.inForce, clock.now())).filter(({ result }) => result !== 'proved')

    it('proves a store in daily use', async () => {
      const campaign = await campaignOf()
      const consents = [consentTo('insight', 'granted', clock.now())]
      const { id } = await sendThrough('mira@example.org', { ...inCampaign(campaign), consents, merge: { a: 'b' } })
      await send('waiting@example.org')
      await ledger.record([hitOn(id, clock, book)])
      expect(await failed()).toEqual([])
    })

    it('finds rows that no purge has removed', async () => {
      await sendThrough('mira@example.org')
      clock.passDays(62)
      expect((await failed()).map(({ check }) => check)).toEqual(['store.retention'])
      await purge()
      expect(await failed()).toEqual([])
    })
  })
}
