import { describe, expect, it } from 'vitest'
import { dayOf, newId } from '../../../src/base/index.ts'
import { reclassed } from '../../../src/gate/index.ts'
import type { Policy } from '../../../src/policy/policy.ts'
import { consentTo, hitOn } from '../../ledger/mail.ts'
import { policyOf } from '../../ledger/policies.ts'
import type { Stage } from './stage.ts'

const withAgent = (policy: Policy): Policy => {
  const { open, click } = policy.events
  const fields = new Map([...click.fields, ['agent', 'value'] as const])
  return { ...policy, events: { open: { ...open, fields }, click: { ...click, fields } } }
}

export function records(stage: Stage): void {
  const { ledger, clock, book, sendThrough, campaignOf, inCampaign } = stage
  describe('records', () => {
    it('counts each event once, with its tally, however often the queue brings it', async () => {
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      const events = [hitOn(id, clock, book), hitOn(id, clock, book, { kind: 'click', link: 2 })]
      expect(await ledger.record(events)).toEqual({ recorded: 2, refused: 0 })
      expect(await ledger.record(events)).toEqual({ recorded: 0, refused: 0 })
      const day = dayOf(clock.now())
      const once = {
        day,
        class: 'person',
        estimated: false,
        count: 1,
        people: 1,
        shown: 0,
        shownPeople: 0,
        rest: false,
      }
      expect(await ledger.tallies(campaign)).toEqual([
        { ...once, kind: 'click', link: 0 },
        { ...once, kind: 'click', link: 2 },
        { ...once, kind: 'open', link: 0 },
      ])
      expect(await ledger.counts(campaign)).toMatchObject({ opens: 1, clicks: 1 })
    })

    it('moves what it counted when a recorded person turns out to be a machine', async () => {
      book.turn(withAgent(policyOf({ number: 8 })))
      await ledger.enforce(book.inForce)
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      const clicks = [1, 2, 3].map((link) => hitOn(id, clock, book, { kind: 'click', link }))
      expect(await ledger.record(clicks)).toEqual({ recorded: 3, refused: 0 })
      const better = clicks.slice(0, 2).map((each) => reclassed(each, 'scanner')!)
      expect(await ledger.record(better)).toEqual({ recorded: 0, refused: 0 })
      // A job that comes again, and the first event coming after its correction, change nothing.
      await ledger.record([...better, ...clicks])
      const day = dayOf(clock.now())
      const cell = { day, kind: 'click', estimated: false, shown: 0, shownPeople: 0, rest: false }
      const [person, machine] = ['person', 'machine'].map((sort) => ({ ...cell, class: sort }))
      const some = (await ledger.tallies(campaign)).filter(({ count, people }) => count + people > 0)
      expect(new Set(some)).toEqual(
        new Set([
          { ...person, link: 0, count: 1, people: 1 },
          { ...person, link: 3, count: 1, people: 1 },
          { ...machine, link: 0, count: 2, people: 1 },
          { ...machine, link: 1, count: 1, people: 1 },
          { ...machine, link: 2, count: 1, people: 1 },
        ]),
      )
      const fetched = (await ledger.counted(campaign)).cohorts.filter(
        ({ trait, people }) => trait === 'agent' && people > 0,
      )
      expect(fetched.map(({ class: sort, value, people }) => [sort, value, people])).toEqual([
        ['machine', 'scanner', 1],
        ['person', 'person', 1],
      ])
      const classes = (await ledger.events(id)).map(({ values }) => values.agent)
      expect(classes).toEqual(['scanner', 'scanner', 'person'])
      expect((await ledger.counts(campaign)).clicks).toBe(3)
    })

    it('takes a correction that overtakes its event for the event', async () => {
      book.turn(withAgent(policyOf({ number: 8 })))
      await ledger.enforce(book.inForce)
      const { id } = await sendThrough('mira@example.org')
      const click = hitOn(id, clock, book, { kind: 'click', link: 1 })
      expect(await ledger.record([reclassed(click, 'scanner')!])).toEqual({ recorded: 1, refused: 0 })
      expect(await ledger.record([click])).toEqual({ recorded: 0, refused: 0 })
      expect((await ledger.events(id)).map(({ values }) => values.agent)).toEqual(['scanner'])
    })

    it('keeps exactly the values that the policy granted', async () => {
      const { id } = await sendThrough('mira@example.org')
      await ledger.record([hitOn(id, clock, book)])
      expect(await ledger.events(id)).toEqual([
        { kind: 'open', values: { at: Date.UTC(2026, 2, 10, 12), country: 'DE', browser: 'Firefox' } },
      ])
    })

    it('leaves out the hits of a withdrawn consent, also those that waited in the queue', async () => {
      const { id, handle } = await sendThrough('mira@example.org')
      const waiting = hitOn(id, clock, book)
      await ledger.recordConsentOf(handle, consentTo('insight', 'withdrawn', clock.now()))
      expect(await ledger.record([waiting])).toEqual({ recorded: 0, refused: 1 })
      expect(await ledger.events(id)).toEqual([])
    })

    it('leaves out the hits of whoever objected to everything', async () => {
      const { id, handle } = await sendThrough('mira@example.org')
      await ledger.suppressOf(handle, null)
      expect(await ledger.record([hitOn(id, clock, book)])).toEqual({ recorded: 0, refused: 1 })
    })

    it('records without a consent only where the purpose needs none', async () => {
      const { id, handle } = await sendThrough('mira@example.org')
      book.turn(policyOf({ number: 2, insight: 'opt-in' }))
      const policy = 1
      expect(await ledger.record([hitOn(id, clock, book, { policy })])).toEqual({ recorded: 0, refused: 1 })
      await ledger.recordConsentOf(handle, consentTo('insight', 'granted', clock.now()))
      expect(await ledger.record([hitOn(id, clock, book, { policy })])).toEqual({ recorded: 1, refused: 0 })
    })

    it('leaves out a hit whose message is gone', async () => {
      expect(await ledger.record([hitOn(newId(), clock, book)])).toEqual({ recorded: 0, refused: 1 })
    })

    it('only counts a shared hit, once, and knows no message of it', async () => {
      book.turn(policyOf({ number: 3, mode: 'tally' }))
      await ledger.enforce(book.inForce)
      const campaign = await campaignOf()
      const event = hitOn(campaign, clock, book, { shared: true })
      expect(await ledger.record([event])).toEqual({ recorded: 1, refused: 0 })
      expect(await ledger.record([event])).toEqual({ recorded: 0, refused: 0 })
      expect(await ledger.counts(campaign)).toMatchObject({ opens: 1, clicks: 0 })
    })

    it('keeps a count instead of a row once the policy has narrowed to counts', async () => {
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      const before = hitOn(id, clock, book)
      book.turn(policyOf({ number: 4, mode: 'tally' }))
      expect(await ledger.record([before])).toEqual({ recorded: 1, refused: 0 })
      expect(await ledger.events(id)).toEqual([])
      expect((await ledger.counts(campaign)).opens).toBe(1)
    })

    it('counts from the events where the policy keeps no tallies', async () => {
      book.turn(policyOf({ number: 5, tallies: null }))
      await ledger.enforce(book.inForce)
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      await ledger.record([hitOn(id, clock, book)])
      expect(await ledger.tallies(campaign)).toEqual([])
      expect((await ledger.counts(campaign)).opens).toBe(1)
    })

    it('tallies people once, and machines apart from them where the policy grants the agent', async () => {
      const { open, click } = book.inForce.events
      const seeing = { ...open, fields: new Map([...open.fields, ['agent', 'value'] as const]) }
      book.turn({ ...policyOf({ number: 6 }), events: { open: seeing, click } })
      await ledger.enforce(book.inForce)
      const campaign = await campaignOf()
      for (const name of ['mira', 'nora']) {
        const { id } = await sendThrough(`${name}@example.org`, inCampaign(campaign))
        const agents = ['person', 'proxy', 'prefetch', 'scanner', 'unknown']
        await ledger.record(agents.map((agent) => hitOn(id, clock, book, { agent })))
        clock.passDays(1)
        await ledger.record([hitOn(id, clock, book)])
      }
      const tallies = await ledger.tallies(campaign)
      const sums = (sort: string) =>
        tallies
          .filter((each) => each.class === sort)
          .reduce((sum, { people, count }) => [sum[0]! + people, sum[1]! + count], [0, 0])
      expect([sums('person'), sums('machine')]).toEqual([
        [2, 8],
        [2, 4],
      ])
      expect((await ledger.counts(campaign)).opens).toBe(12)
    })

    it('takes nothing that the gate did not mint', async () => {
      const forged = { wire: hitOn(newId(), clock, book).wire }
      await expect(ledger.record([forged as never])).rejects.toMatchObject({ code: 'not_permitted' })
    })
  })
}
