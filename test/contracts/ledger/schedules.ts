import { describe, expect, it } from 'vitest'
import { minute, type Stage } from './stage.ts'

export function schedules(stage: Stage): void {
  const { ledger, clock, send, claimOne, sent, campaignOf, inCampaign } = stage
  describe('schedules', () => {
    it('puts each due message into one window, and into the next when that one is lost', async () => {
      const { id } = await send('mira@example.org')
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([id])
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([])
      clock.pass(minute)
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([id])
    })

    it('leaves the messages of drafts and paused campaigns alone', async () => {
      const campaign = await campaignOf(false)
      const { id } = await send('mira@example.org', inCampaign(campaign))
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([])
      await ledger.moveCampaign(campaign, 'running', clock.now())
      expect(await ledger.takeDue(10, clock.now(), clock.now() + minute)).toEqual([id])
      await ledger.moveCampaign(campaign, 'paused', clock.now())
      expect(await ledger.claim([id], clock.now(), clock.now() + minute)).toEqual([])
    })

    it('shares a window between running campaigns', async () => {
      const [long, short] = [await campaignOf(), await campaignOf()]
      for (let n = 0; n < 8; n++) await send(`a${n}@example.org`, inCampaign(long))
      const { id } = await send('b@example.org', inCampaign(short))
      expect(await ledger.takeDue(4, clock.now(), clock.now() + minute)).toContain(id)
    })

    it('hands a message to one worker only, and ignores one whose lease was lost', async () => {
      const { id } = await send('mira@example.org')
      const first = await claimOne(id)
      expect(await ledger.claim([id], clock.now(), clock.now() + minute)).toEqual([])
      clock.pass(2 * minute)
      expect(await ledger.recoverLeases(clock.now(), new Set())).toEqual({ requeued: 1, uncertain: 0 })
      const second = await claimOne(id)
      expect(await ledger.handOver(id, first.fence, clock.now() + minute)).toBe(false)
      await ledger.settle([sent(first)], clock.now())
      expect((await ledger.message(id))!.status).toBe('sending')
      expect(await ledger.handOver(id, second.fence, clock.now() + minute)).toBe(true)
    })

    it('leaves a lease alone that was extended', async () => {
      const { id } = await send('mira@example.org')
      const held = await claimOne(id)
      await ledger.extendLeases([held], clock.now() + 10 * minute)
      clock.pass(2 * minute)
      expect(await ledger.recoverLeases(clock.now(), new Set())).toEqual({ requeued: 0, uncertain: 0 })
      expect(await ledger.recoverLeases(clock.now(), new Set(), true)).toEqual({ requeued: 1, uncertain: 0 })
    })

    it('gives a released message back untouched', async () => {
      const { id } = await send('mira@example.org')
      await ledger.release([await claimOne(id)])
      expect(await ledger.message(id)).toMatchObject({ status: 'queued', attempts: 0 })
      expect(await claimOne(id)).toMatchObject({ id, to: 'mira@example.org' })
    })

    it('holds what may have been sent, or sends it again where the purpose says so', async () => {
      const [held, resent] = [await send('a@example.org'), await send('b@example.org', { purpose: 'campaign' })]
      for (const { id } of [held, resent]) await ledger.handOver(id, (await claimOne(id)).fence, clock.now() + minute)
      clock.pass(2 * minute)
      expect(await ledger.recoverLeases(clock.now(), new Set(['campaign']))).toEqual({ requeued: 1, uncertain: 2 })
      expect(await ledger.message(held.id)).toMatchObject({ status: 'uncertain', uncertain: true })
      expect(await claimOne(resent.id)).toMatchObject({ wasUncertain: true, attempts: 1 })
    })

    it('tries again when told, and not before', async () => {
      const { id } = await send('mira@example.org')
      const { fence } = await claimOne(id)
      const nextAttemptAt = clock.now() + minute
      await ledger.settle([{ id, fence, status: 'queued', reason: 'smtp_451', nextAttemptAt }], clock.now())
      expect(await ledger.claim([id], clock.now(), clock.now() + minute)).toEqual([])
      clock.pass(minute)
      expect(await claimOne(id)).toMatchObject({ attempts: 1, content: { subject: 'Needle-Subject' } })
    })

    it('spends no attempt on the fault of the transport', async () => {
      const { id } = await send('mira@example.org')
      const { fence } = await claimOne(id)
      const outcome = { id, fence, status: 'queued', reason: 'tls', nextAttemptAt: clock.now(), free: true } as const
      await ledger.settle([outcome], clock.now())
      expect((await ledger.message(id))!.attempts).toBe(0)
    })

    it('queues an unknown outcome again, counted, when it is given a next attempt', async () => {
      const { id } = await send('mira@example.org')
      const { fence } = await claimOne(id)
      const nextAttemptAt = clock.now()
      await ledger.settle([{ id, fence, status: 'uncertain', reason: 'connection', nextAttemptAt }], clock.now())
      expect(await ledger.message(id)).toMatchObject({ status: 'queued', uncertain: true })
      expect(await claimOne(id)).toMatchObject({ wasUncertain: true, to: 'mira@example.org' })
    })

    it('expires what waited too long', async () => {
      const { id } = await send('mira@example.org')
      clock.passDays(4)
      expect(await ledger.expireOverdue(clock.now() - 3 * 86_400_000, clock.now())).toBe(1)
      expect(await ledger.message(id)).toMatchObject({ status: 'expired' })
      expect(await ledger.outstanding()).toBe(0)
    })
  })
}
