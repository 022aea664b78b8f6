import { expect, it } from 'vitest'
import { dayOf } from '../../../src/base/index.ts'
import type { Policy } from '../../../src/policy/policy.ts'
import { address, hitOn } from '../../ledger/mail.ts'
import { policyOf } from '../../ledger/policies.ts'
import type { Stage } from './stage.ts'

/** A narrower policy: what is stored already is cut down to it. */
export function narrows({ ledger, clock, book, sendThrough, send, claimOne, sent, campaignOf, inCampaign }: Stage) {
  const turn = async (policy: Policy) => {
    await ledger.enforce(policy)
    book.turn(policy)
  }
  const cut = () => ledger.retighten(clock.now(), { chunk: 2 })
  const found = async (check: string) =>
    (await ledger.audit(book.inForce, clock.now())).find((finding) => finding.check === check)
  const opensWith = (given: Partial<Policy['events']['open']>, more: Partial<Policy> = {}): Policy => {
    const policy = policyOf({ number: 2 })
    return { ...policy, ...more, events: { ...policy.events, open: { ...policy.events.open, ...given } } }
  }

  it('a narrower policy takes fields out of stored events, and makes the time coarser', async () => {
    const messages = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => sendThrough(`${name}@example.org`)))
    await ledger.record(messages.map(({ id }) => hitOn(id, clock, book)))
    await turn(opensWith({ fields: new Map([['at', 'day']]) }))
    expect(await found('store.narrowed')).toMatchObject({ result: 'violated' })
    expect(await cut()).toContainEqual({ what: 'events.open', count: 5 })
    const day = dayOf(clock.now()) * 86_400_000
    for (const { id } of messages) expect(await ledger.events(id)).toEqual([{ kind: 'open', values: { at: day } }])
    expect((await cut()).filter(({ count }) => count > 0)).toEqual([])
    expect(await found('store.narrowed')).toMatchObject({ result: 'proved' })
  })

  it('a shorter retention reaches events, messages and counts that are stored already', async () => {
    const campaign = await campaignOf()
    const { id } = await sendThrough('a@example.org', inCampaign(campaign))
    await ledger.record([hitOn(id, clock, book)])
    await turn({
      ...opensWith({ retentionDays: 3 }),
      message: { retentionDays: new Map([['delivery', 9]]), contentHours: 72 },
      tallies: { k: 5, retentionDays: 5 },
    })
    await cut()
    clock.passDays(4)
    await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(await ledger.events(id)).toEqual([])
    expect(await ledger.message(id)).not.toBeNull()
    clock.passDays(2)
    await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(await ledger.tallies(campaign)).toEqual([])
    clock.passDays(4)
    await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(await ledger.message(id)).toBeNull()
  })

  it('a policy that counts only, or records nothing, leaves no row about anybody', async () => {
    const { id } = await sendThrough('a@example.org')
    await ledger.record([hitOn(id, clock, book), hitOn(id, clock, book, { kind: 'click', link: 1 })])
    await turn(opensWith({ mode: 'off' }))
    await cut()
    expect((await ledger.events(id)).map(({ kind }) => kind)).toEqual(['click'])
    await turn(policyOf({ number: 3, mode: 'tally' }))
    await cut()
    expect(await ledger.events(id)).toEqual([])
  })

  it('a group that is granted no more goes from settled messages, and is still there for one that waits', async () => {
    const settled = await sendThrough('a@example.org')
    const waiting = await send('b@example.org')
    await turn(policyOf({ number: 2, groups: { delivery: 60 } }))
    await cut()
    const { contacts } = await ledger.contacts(null, 10)
    expect(contacts.map((each) => each.address)).toEqual(['b@example.org'])
    const claimed = await claimOne(waiting.id)
    expect(claimed.to).toBe('b@example.org')
    await ledger.settle([sent(claimed)], clock.now())
    expect((await ledger.contacts(null, 10)).contacts).toEqual([])
    expect(settled.to).toBe('a@example.org')
  })

  it('a wider policy changes nothing that is stored', async () => {
    const { id } = await sendThrough('a@example.org')
    await ledger.record([hitOn(id, clock, book)])
    await cut()
    const before = await ledger.events(id)
    await turn(
      policyOf({ number: 2, retentionDays: 300, groups: { delivery: 600, recipient: 600, subject: 600, links: 600 } }),
    )
    expect((await cut()).filter(({ count }) => count > 0)).toEqual([])
    expect(await ledger.events(id)).toEqual(before)
  })

  it('lets one wider policy wait, with its notice, until it is in force', async () => {
    expect(await ledger.pendingPolicy()).toBeNull()
    const campaign = await campaignOf(false)
    const first = await ledger.proposePolicy(policyOf({ number: 8 }), clock.now())
    expect(first).toMatchObject({ number: 8, proposedAt: clock.now(), campaign: null, announcedAt: null })
    await ledger.noteNotice(8, { campaign, announcedAt: clock.now() })
    clock.passDays(1)
    expect(await ledger.proposePolicy(policyOf({ number: 8 }), clock.now())).toMatchObject({
      proposedAt: first.proposedAt,
      campaign,
      announcedAt: first.proposedAt,
    })
    expect(await ledger.proposePolicy(policyOf({ number: 9 }), clock.now())).toMatchObject({ announcedAt: null })
    expect(await found('store.notice')).toMatchObject({ result: 'proved' })
    const early = await ledger.audit(policyOf({ number: 9 }), clock.now())
    expect(early.find(({ check }) => check === 'store.notice')).toMatchObject({ result: 'violated' })
    await ledger.enforce(policyOf({ number: 9 }))
    expect(await ledger.pendingPolicy()).toBeNull()
    expect((await ledger.policySources()).at(-1)?.number).toBe(9)
  })

  it('knows everybody whose address it holds, a page at a time, and nobody else', async () => {
    for (const name of ['a', 'b', 'c']) await sendThrough(`${name}@example.org`)
    await ledger.recordConsent(address('d@example.org'), {
      ...{ purpose: 'campaign', state: 'granted', source: 'form', wording: 'yes' },
      at: new Date(clock.now()).toISOString(),
    })
    const seen: string[] = []
    let next: string | null = null
    do {
      const page = await ledger.contacts(next, 2)
      seen.push(...page.contacts.map((each) => each.address))
      next = page.next
    } while (next !== null)
    expect(seen.sort()).toEqual(['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org'])
  })

  it('binds an address to the purpose that it was given for, but for people who said yes to another', async () => {
    await sendThrough('a@example.org')
    const campaign = await campaignOf()
    const reused = await send('a@example.org', inCampaign(campaign))
    expect(await ledger.message(reused.id)).toMatchObject({ status: 'refused', reason: 'purpose_bound' })
    await ledger.recordConsent(address('a@example.org'), {
      ...{ purpose: 'campaign', state: 'granted', source: 'form', wording: 'yes' },
      at: new Date(clock.now()).toISOString(),
    })
    const again = await send('a@example.org', inCampaign(await campaignOf()))
    expect(await ledger.message(again.id)).toMatchObject({ status: 'queued' })
    const [standing] = await ledger.standings([address('a@example.org')])
    expect(standing?.source).toBe('deliver')
  })
}
