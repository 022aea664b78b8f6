import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/base/index.ts'
import { address, consentTo, permit, requestTo } from '../../ledger/mail.ts'
import type { Stage } from './stage.ts'

export function accepts(stage: Stage): void {
  const { ledger, clock, book, send, claimOne, campaignOf, inCampaign } = stage
  describe('accepts', () => {
    it('gives back what it was given, opened, to the worker that claims it', async () => {
      const accepted = await send('Mira@Example.org', { merge: { course: 'Weaving' } })
      const claimed = await claimOne(accepted.id)
      expect(claimed).toMatchObject({ to: 'Mira@example.org', name: 'Nadia Needle-Name', from: 'desk@example.com' })
      expect(claimed.content?.html).toBe('<p>Needle-Body</p>')
      expect(claimed.merge).toEqual({ course: 'Weaving' })
      expect(claimed).toMatchObject({ attempts: 0, wasUncertain: false, handle: accepted.handle, policy: 1 })
    })

    it('keeps one message for one address in a campaign, however it is written', async () => {
      const campaign = await campaignOf()
      const first = await send('mira@example.org', inCampaign(campaign))
      const again = await send('MIRA@example.org', inCampaign(campaign))
      expect(again).toEqual({ id: first.id, accepted: false, handle: first.handle, stops: null })
      expect((await ledger.counts(campaign)).recipients).toBe(1)
    })

    it('keeps a repeated refusal of a stranger once within a batch', async () => {
      const campaign = await campaignOf()
      await ledger.suppress(address('no@example.org'), null)
      const [standing] = await ledger.standings([address('no@example.org')])
      const twice = [1, 2].map(() =>
        permit(requestTo('no@example.org', clock, inCampaign(campaign)), book.inForce, standing),
      )
      expect((await ledger.accept(twice)).map(({ accepted }) => accepted)).toEqual([true, false])
      expect(await ledger.counts(campaign)).toMatchObject({ recipients: 1, refused: 1 })
    })

    it('refuses whoever was suppressed after the gate had looked', async () => {
      const late = permit(requestTo('mira@example.org', clock), book.inForce)
      await ledger.suppress(address('mira@example.org'), null)
      const [accepted] = await ledger.accept([late])
      expect(accepted).toMatchObject({ accepted: true, handle: null })
      expect(await ledger.message(accepted!.id)).toMatchObject({ status: 'refused', reason: 'suppressed' })
    })

    it('takes nothing that the gate did not mint', async () => {
      const forged = { facts: permit(requestTo('mira@example.org', clock), book.inForce).facts }
      await expect(ledger.accept([forged as never])).rejects.toMatchObject({ code: 'not_permitted' })
    })

    it('counts a consent that comes with a message as the latest', async () => {
      const consents = [consentTo('insight', 'granted', clock.now())]
      await send('mira@example.org', { consents })
      const [standing] = await ledger.standings([address('mira@example.org')])
      expect(standing!.consents.get('insight')).toBe('granted')
    })

    it('answers a repeated key the same, and another body with a conflict, for a day', async () => {
      const [a, b] = [newId(), newId()]
      expect(await ledger.remember('key', 'body', a)).toEqual({ state: 'new', id: a })
      expect(await ledger.remember('key', 'body', b)).toEqual({ state: 'same', id: a })
      expect(await ledger.remember('key', 'other', b)).toEqual({ state: 'conflict', id: a })
      clock.passDays(1)
      expect(await ledger.remember('key', 'other', b)).toEqual({ state: 'new', id: b })
    })
  })
}
