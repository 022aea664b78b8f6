import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/base/index.ts'
import { rightsPurpose } from '../../../src/gate/index.ts'
import type { NewMailedLink } from '../../../src/ledger/index.ts'
import { address, consentTo } from '../../ledger/mail.ts'
import { minute, type Stage } from './stage.ts'

export function mailsLinks(stage: Stage): void {
  const { ledger, clock, send, sendThrough, purged } = stage
  const [mira, noah] = [address('mira@example.org'), address('noah@example.org')]
  const hour = 60 * minute
  const linkTo = (given: Partial<NewMailedLink> = {}): NewMailedLink => ({
    ...{ id: newId(), kind: 'open', address: mira, handle: null, nextAddress: null, expiresAt: clock.now() + hour },
    ...given,
  })
  const add = async (link: NewMailedLink) => {
    expect(await ledger.addMailedLink(link, 5 * minute)).toBe('kept')
    return link.id
  }

  describe('a mailed link', () => {
    it('opens once, and then only under the name that it was given then', async () => {
      await send('mira@example.org')
      const [id, renewed] = [await add(linkTo()), newId()]
      expect(await ledger.mailedLink(id, clock.now())).toMatchObject({ kind: 'open', address: mira })
      expect(await ledger.spendMailedLink(id, renewed, clock.now())).toMatchObject({ address: mira, nextAddress: null })
      expect(await ledger.spendMailedLink(id, newId(), clock.now())).toBeNull()
      expect(await ledger.mailedLink(id, clock.now())).toBeNull()
      expect(await ledger.spendMailedLink(renewed, null, clock.now())).toMatchObject({ address: mira })
      expect(await ledger.mailedLink(renewed, clock.now())).toBeNull()
    })

    it('is over after its hour, and a purge removes it', async () => {
      await send('mira@example.org')
      const id = await add(linkTo())
      clock.pass(hour)
      expect(await ledger.mailedLink(id, clock.now())).toBeNull()
      expect(await ledger.spendMailedLink(id, newId(), clock.now())).toBeNull()
      clock.pass(1)
      expect(await purged('mailed_links')).toBe(1)
    })

    it('is made for nobody who is not known, for nobody else, and not twice within minutes', async () => {
      expect(await ledger.addMailedLink(linkTo(), 5 * minute)).toBe('unknown')
      const { handle } = await send('mira@example.org')
      const other = await send('noah@example.org')
      expect(await ledger.addMailedLink(linkTo({ handle: other.handle }), 5 * minute)).toBe('unknown')
      await add(linkTo({ handle }))
      clock.pass(4 * minute)
      expect(await ledger.addMailedLink(linkTo(), 5 * minute)).toBe('recent')
      await add(linkTo({ kind: 'confirm', nextAddress: noah }))
      clock.pass(2 * minute)
      await add(linkTo())
    })

    it('is worth nothing once its address is not that person’s any more, or the person is gone', async () => {
      await send('mira@example.org')
      const [moved, erased] = [await add(linkTo()), linkTo({ kind: 'file' })]
      await ledger.rectify(mira, { address: address('mira@new.example.org') })
      expect(await ledger.mailedLink(moved, clock.now())).toBeNull()
      expect(await ledger.spendMailedLink(moved, newId(), clock.now())).toBeNull()
      await add({ ...erased, address: address('mira@new.example.org') })
      const facts = { id: newId(), right: 'erase', openedAt: clock.now(), dueAt: clock.now() + hour } as const
      const begun = await ledger.beginErasure(address('mira@new.example.org'), facts)
      await ledger.eraseSubject(begun!.id)
      expect(await ledger.mailedLink(erased.id, clock.now())).toBeNull()
    })

    it('is shown to its person like everything else', async () => {
      await send('mira@example.org')
      await add(linkTo({ kind: 'confirm', nextAddress: noah }))
      const { mailed_links: links } = (await ledger.held(mira))!
      expect(links).toMatchObject([{ kind: 'confirm', address: mira.text, next_address: noah.text }])
    })
  })

  describe('where somebody can be reached', () => {
    it('is the address that a consent or a waiting message holds, as long as it is theirs', async () => {
      const { handle } = await send('mira@example.org')
      expect(await ledger.contactOf(handle!)).toEqual(mira)
      await ledger.recordConsent(mira, consentTo('insight', 'granted', clock.now()))
      const next = address('mira@new.example.org')
      await ledger.rectify(mira, { address: next })
      expect(await ledger.contactOf(handle!)).toEqual(next)
    })

    it('is unknown where the policy keeps no address', async () => {
      stage.book.turn({
        ...stage.book.inForce,
        number: 9,
        message: { ...stage.book.inForce.message, retentionDays: new Map([['delivery', 60]]) },
      })
      const { handle } = await sendThrough('mira@example.org')
      expect(await ledger.contactOf(handle)).toBeNull()
      expect(await ledger.contactOf('AAAAAAAAAAAAAAAA')).toBeNull()
    })
  })

  describe('the mail with such a link', () => {
    const rightsMail = { purpose: rightsPurpose.name, from: null }

    it('is kept for somebody whom no other mail may reach, and for no stranger', async () => {
      await send('mira@example.org')
      await ledger.suppress(mira, null)
      await ledger.restrict(mira, true)
      const kept = await stage.send('mira@example.org', rightsMail)
      expect(await ledger.message(kept.id)).toMatchObject({ status: 'queued', reason: null })
      const stranger = await stage.send('noah@example.org', rightsMail)
      expect(stranger.handle).toBeNull()
      expect(await ledger.message(stranger.id)).toMatchObject({ status: 'refused' })
      expect(await ledger.held(noah)).toBeNull()
    })

    it('to an address that is not theirs yet belongs to whoever asked, and makes nobody known', async () => {
      const { handle } = await send('mira@example.org')
      const asked = await stage.send('noah@example.org', { ...rightsMail, owner: mira })
      expect(asked.handle).toBe(handle)
      expect((await stage.claimOne(asked.id)).to).toBe(noah.text)
      expect(await ledger.held(noah)).toBeNull()
    })
  })
}
