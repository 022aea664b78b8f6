import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/base/index.ts'
import type { Feedback } from '../../../src/ledger/index.ts'
import { address } from '../../ledger/mail.ts'
import type { Stage } from './stage.ts'

const hard: Feedback = { kind: 'bounce', hard: true, reason: 'bounce_550_5.1.1', enough: null }
const soft: Feedback = { kind: 'bounce', hard: false, reason: 'bounce_552_5.2.2', enough: null }
const disabled: Feedback = { kind: 'bounce', hard: false, reason: 'bounce_550_5.2.1', enough: 3 }
const complaint: Feedback = { kind: 'complaint', purposes: ['campaign'] }

export function takesFeedback(stage: Stage): void {
  const { ledger, clock, send, claimOne, sendThrough, campaignOf, inCampaign } = stage
  const standing = async (to: string) => (await ledger.standings([address(to)]))[0]!

  describe('takes what comes back', () => {
    it('marks what bounced with a code and a time, and writes to a dead address no more', async () => {
      const { id } = await sendThrough('mira@example.org')
      clock.pass(5_000)
      const taken = { state: 'taken', suppressed: true, campaign: null }
      expect(await ledger.takeFeedback(id, hard, clock.now())).toEqual(taken)
      const message = await ledger.message(id)
      expect(message).toMatchObject({ status: 'bounced', reason: 'bounce_550_5.1.1', bouncedAt: clock.now() })
      expect((await ledger.message((await send('mira@example.org')).id))!.status).toBe('refused')
    })

    it('goes on writing after a soft bounce', async () => {
      const { id } = await sendThrough('mira@example.org')
      expect(await ledger.takeFeedback(id, soft, clock.now())).toMatchObject({ state: 'taken', suppressed: false })
      expect((await ledger.message(id))!.status).toBe('bounced')
      expect((await ledger.message((await send('mira@example.org')).id))!.status).toBe('queued')
    })

    it('takes the third bounce of a disabled mailbox for the last', async () => {
      const answers: boolean[] = []
      for (let n = 0; n < 3; n++) {
        const { id } = await sendThrough('mira@example.org')
        answers.push((await ledger.takeFeedback(id, disabled, clock.now())).suppressed)
        // The same report again is no further mailbox.
        expect((await ledger.takeFeedback(id, disabled, clock.now())).state).toBe('repeated')
      }
      expect(answers).toEqual([false, false, true])
    })

    it('stops the purposes that a complaint is about, and leaves the message as it is', async () => {
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      const taken = { state: 'taken', suppressed: true, campaign }
      expect(await ledger.takeFeedback(id, complaint, clock.now())).toEqual(taken)
      expect(await ledger.message(id)).toMatchObject({ status: 'sent', complainedAt: clock.now() })
      expect((await standing('mira@example.org')).objected).toEqual(new Set(['campaign']))
      expect(await ledger.counts(campaign)).toMatchObject({ sent: 1, complaints: 1 })
      expect((await ledger.takeFeedback(id, complaint, clock.now())).state).toBe('repeated')
      expect(await ledger.counts(campaign)).toMatchObject({ complaints: 1 })
    })

    it('knows no message that it never sent, and asks to wait for an outcome', async () => {
      expect((await ledger.takeFeedback(newId(), hard, clock.now())).state).toBe('unknown')
      const { id } = await send('mira@example.org')
      expect((await ledger.takeFeedback(id, hard, clock.now())).state).toBe('unknown')
      await claimOne(id)
      expect((await ledger.takeFeedback(id, hard, clock.now())).state).toBe('early')
      expect((await standing('mira@example.org')).suppressed).toBe(false)
    })

    it('records nothing of somebody restricted, and yet stops writing', async () => {
      const { id } = await sendThrough('mira@example.org')
      await ledger.restrict(address('mira@example.org'), true)
      expect(await ledger.takeFeedback(id, hard, clock.now())).toMatchObject({ state: 'restricted', suppressed: true })
      expect(await ledger.message(id)).toMatchObject({ status: 'sent', bouncedAt: null })
    })

    it('forgets it with the message', async () => {
      const { id } = await sendThrough('mira@example.org')
      await ledger.takeFeedback(id, soft, clock.now())
      clock.passDays(61)
      await stage.purge()
      expect(await ledger.message(id)).toBeNull()
      expect((await ledger.takeFeedback(id, hard, clock.now())).state).toBe('unknown')
    })
  })
}
