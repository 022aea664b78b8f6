import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/base/index.ts'
import { permit, requestTo } from '../../ledger/mail.ts'
import { minute, type Stage } from './stage.ts'

export function runsCampaigns(stage: Stage): void {
  const { ledger, clock, book, send, claimOne, sent, campaignOf, inCampaign } = stage
  describe('runs campaigns', () => {
    it('moves only where it makes sense', async () => {
      const id = await campaignOf(false)
      expect(await ledger.moveCampaign(id, 'paused', clock.now())).toBe(false)
      expect(await ledger.moveCampaign(id, 'running', clock.now())).toBe(true)
      expect(await ledger.moveCampaign(id, 'cancelled', clock.now())).toBe(true)
      expect(await ledger.moveCampaign(id, 'running', clock.now())).toBe(false)
      expect(await ledger.moveCampaign(newId(), 'running', clock.now())).toBe(false)
    })

    it('lists all of them, newest first, by pages that neither miss nor repeat one', async () => {
      const made: string[] = []
      for (let count = 0; count < 7; count++) {
        // Three in one moment: their order is their ids'.
        if (count < 2 || count > 4) clock.pass(minute)
        made.push(await campaignOf(false))
      }
      const first = await ledger.campaigns(null, 3)
      expect(first.map(({ id }) => id).slice(0, 2)).toEqual([made[6], made[5]])
      expect(first[0]).toEqual({
        ...{ id: made[6], name: expect.any(String), purpose: 'campaign', status: 'draft' },
        ...{ createdAt: clock.now(), startAt: null },
      })
      const seen = [...first]
      for (let page = first; page.length === 3; ) {
        page = [...(await ledger.campaigns(page.at(-1)!, 3))]
        seen.push(...page)
      }
      const ids = seen.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.slice(0, 7).sort()).toEqual([...made].sort())
      expect(seen.map(({ createdAt }) => createdAt)).toEqual(
        seen.map(({ createdAt }) => createdAt).sort((a, b) => b - a),
      )
    })

    it('begins at its hour, unless it was cancelled or told otherwise before', async () => {
      const ids = [await campaignOf(false), await campaignOf(false), await campaignOf(false)] as const
      for (const campaign of ids) await send('a@example.org', inCampaign(campaign))
      for (const id of ids) expect(await ledger.scheduleCampaign(id, clock.now() + minute)).toBe(true)
      await ledger.moveCampaign(ids[1], 'cancelled', clock.now())
      await ledger.scheduleCampaign(ids[2], null)
      expect(await ledger.takeDue(10, clock.now(), clock.now())).toEqual([])
      expect(await ledger.campaign(ids[0])).toMatchObject({ status: 'draft', startAt: clock.now() + minute })
      clock.pass(minute)
      expect(await ledger.takeDue(10, clock.now(), clock.now())).toHaveLength(1)
      const states = await Promise.all(ids.map(async (id) => (await ledger.campaign(id))?.status))
      expect(states).toEqual(['running', 'cancelled', 'draft'])
      expect(await ledger.scheduleCampaign(ids[0], null)).toBe(false)
    })

    it('answers the cancellation of a large one before every message has ended, and ends the rest', async () => {
      const campaign = await campaignOf(false)
      const many = Array.from({ length: 2_700 }, (_, index) =>
        requestTo(`r${index}@example.org`, clock, inCampaign(campaign)),
      )
      await ledger.accept(many.map((each) => permit(each, book.inForce)))
      await ledger.moveCampaign(campaign, 'cancelled', clock.now())
      const { cancelled, queued } = await ledger.counts(campaign)
      expect([cancelled + queued, queued > 0, cancelled > 0]).toEqual([2_700, true, true])
      await ledger.finishCampaigns(clock.now())
      expect(await ledger.counts(campaign)).toMatchObject({ cancelled: 2_700, queued: 0 })
    })

    it('cancels what is queued with the campaign, and lets what is on its way arrive', async () => {
      const campaign = await campaignOf()
      const { id } = await send('a@example.org', inCampaign(campaign))
      await send('b@example.org', inCampaign(campaign))
      const onItsWay = await claimOne(id)
      await ledger.moveCampaign(campaign, 'cancelled', clock.now())
      await ledger.settle([sent(onItsWay)], clock.now())
      expect(await ledger.counts(campaign)).toMatchObject({ recipients: 2, cancelled: 1, sent: 1, queued: 0 })
    })

    it('ends what was claimed before its cancellation and is given back after it', async () => {
      const campaign = await campaignOf()
      const claimed = await claimOne((await send('a@example.org', inCampaign(campaign))).id)
      await ledger.moveCampaign(campaign, 'cancelled', clock.now())
      await ledger.release([claimed])
      expect(await ledger.counts(campaign)).toMatchObject({ recipients: 1, cancelled: 1, queued: 0, sent: 0 })
      expect(await ledger.message(claimed.id)).toMatchObject({ status: 'cancelled', reason: 'campaign_cancelled' })
    })

    it('takes nothing more once it is over, also from whoever asked while it ran', async () => {
      const [done, cancelled] = [await campaignOf(), await campaignOf()]
      const late = [done, cancelled].map((campaign) =>
        permit(requestTo('late@example.org', clock, inCampaign(campaign)), book.inForce),
      )
      await ledger.settle([sent(await claimOne((await send('a@example.org', inCampaign(done))).id))], clock.now())
      await ledger.finishCampaigns(clock.now())
      await ledger.moveCampaign(cancelled, 'cancelled', clock.now())
      expect(await ledger.accept(late)).toEqual(
        late.map(({ facts: { id } }) => ({ id, accepted: false, handle: null, stops: null, over: true })),
      )
      expect([(await ledger.counts(done)).recipients, (await ledger.counts(cancelled)).recipients]).toEqual([1, 0])
    })

    it('is done when every message has its outcome, and then has no content any more', async () => {
      const campaign = await campaignOf()
      const { id } = await send('a@example.org', inCampaign(campaign))
      expect(await ledger.finishCampaigns(clock.now())).toBe(0)
      expect((await ledger.campaign(campaign))!.content.subject).toBe('News for {{name}}')
      await ledger.settle([sent(await claimOne(id))], clock.now())
      expect(await ledger.finishCampaigns(clock.now())).toBe(1)
      const done = await ledger.campaign(campaign)
      expect(done).toMatchObject({ status: 'done', content: { subject: '', html: null }, name: 'Spring' })
    })
  })
}
