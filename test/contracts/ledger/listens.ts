import { describe, expect, it } from 'vitest'
import { dayOf } from '../../../src/base/index.ts'
import { address, consentTo } from '../../ledger/mail.ts'
import { minute, type Stage } from './stage.ts'

export function listens(stage: Stage): void {
  const { ledger, clock, send, claimOne, sendThrough, purged } = stage
  describe('listens to people', () => {
    it('tells the worker, in the moment of the claim, what was withdrawn since', async () => {
      const { id, handle } = await send('mira@example.org')
      await ledger.recordConsentOf(handle!, consentTo('insight', 'withdrawn', clock.now()))
      await ledger.suppressOf(handle!, 'campaign')
      const { standing } = await claimOne(id)
      expect(standing.consents.get('insight')).toBe('withdrawn')
      expect(standing.objected).toEqual(new Set(['campaign']))
      expect(standing.suppressed).toBe(false)
    })

    it('stops the hits of a withdrawn consent, and lifts that when it is granted again', async () => {
      const mira = address('mira@example.org')
      const { handle, stops } = await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now()))
      expect(stops).toBe('stop')
      expect(await ledger.stopped()).toEqual([{ handle, until: dayOf(clock.now()) + 14 }])
      clock.pass(minute)
      expect(await ledger.recordConsentOf(handle!, consentTo('insight', 'granted', clock.now()))).toMatchObject({
        stops: 'lift',
      })
      expect(await ledger.stopped()).toEqual([])
    })

    it('lets no older consent undo a withdrawal', async () => {
      const mira = address('mira@example.org')
      await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now()))
      const old = consentTo('insight', 'granted', clock.now() - 30 * 86_400_000)
      expect(await ledger.recordConsent(mira, old)).toMatchObject({ stops: 'stop' })
      expect((await ledger.standings([mira]))[0]!.consents.get('insight')).toBe('withdrawn')
    })

    it('counts a consent that is dated in the future from now on, so that it can be withdrawn', async () => {
      const mira = address('mira@example.org')
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now() + 1e12))
      clock.pass(1)
      await ledger.recordConsent(mira, consentTo('insight', 'withdrawn', clock.now()))
      expect((await ledger.standings([mira]))[0]!.consents.get('insight')).toBe('withdrawn')
    })

    it('does not keep the same record of a consent twice', async () => {
      const mira = address('mira@example.org')
      const record = consentTo('insight', 'granted', clock.now())
      const first = await ledger.recordConsent(mira, record)
      expect((await ledger.recordConsent(mira, record)).receipt).toBe(first.receipt)
    })

    it('knows nobody by a handle that was never given', async () => {
      expect(await ledger.suppressOf('AAAAAAAAAAAAAAAA', null)).toBeNull()
      expect(await ledger.recordConsentOf('AAAAAAAAAAAAAAAA', consentTo('insight', 'granted', 0))).toBeNull()
    })

    it('suppresses an address for good when the server says that it does not exist', async () => {
      const { id } = await send('gone@example.org')
      const { fence } = await claimOne(id)
      await ledger.settle([{ id, fence, status: 'bounced', reason: 'smtp_550_5.1.1', suppress: true }], clock.now())
      expect((await ledger.standings([address('gone@example.org')]))[0]!.suppressed).toBe(true)
    })

    it('keeps a suppression when everything else about the person is gone', async () => {
      const { handle } = await sendThrough('mira@example.org')
      await ledger.suppressOf(handle, null)
      expect(await ledger.stopped()).toHaveLength(1)
      clock.passDays(61)
      expect(await purged('subjects')).toBe(1)
      expect((await ledger.standings([address('mira@example.org')]))[0]!.suppressed).toBe(true)
    })
  })
}
