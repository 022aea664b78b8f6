import { describe, expect, it } from 'vitest'
import { consentTo, hitOn } from '../../ledger/mail.ts'
import type { Stage } from './stage.ts'

export function answersAudit(stage: Stage): void {
  const { ledger, clock, book, send, claimOne, sent, sendThrough, campaignOf, inCampaign, purge } = stage
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

    it('finds a hit of a message that was granted none, and none where an earlier copy was', async () => {
      const off = { tracked: { opens: false, clicks: false, reason: 'consent_withdrawn' } } as const
      const [hidden, copied] = [await send('mira@example.org'), await send('noah@example.org')]
      await ledger.record([hitOn(hidden.id, clock, book), hitOn(copied.id, clock, book)])
      const first = await claimOne(copied.id)
      const outcome = { status: 'uncertain', reason: 'connection', nextAttemptAt: clock.now() } as const
      await ledger.settle([{ ...outcome, id: copied.id, fence: first.fence }], clock.now())
      await ledger.settle([sent(await claimOne(copied.id), off)], clock.now())
      expect(await failed()).toEqual([])
      await ledger.settle([sent(await claimOne(hidden.id), off)], clock.now())
      expect(await failed()).toMatchObject([{ check: 'store.grants', result: 'violated' }])
    })
  })
}
