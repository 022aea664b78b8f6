import { describe, expect, it } from 'vitest'
import { reclassed } from '../../../src/gate/index.ts'
import type { Policy } from '../../../src/policy/policy.ts'
import { hitOn } from '../../ledger/mail.ts'
import { policyOf } from '../../ledger/policies.ts'
import type { Stage } from './stage.ts'

/** What stays of hits when the hits are gone. The policy of the stage has k = 5 and grants country and browser. */
export function counts({ ledger, clock, book, sendThrough, campaignOf, inCampaign, purge, purged }: Stage): void {
  async function people(campaign: string, countries: readonly (string | null)[]) {
    const ids: string[] = []
    for (const [index, country] of countries.entries()) {
      const { id } = await sendThrough(`p${index}@example.org`, inCampaign(campaign))
      await ledger.record([hitOn(id, clock, book, { country })])
      ids.push(id)
    }
    return ids
  }
  const byCountry = async (campaign: string) =>
    Object.fromEntries(
      (await ledger.counted(campaign)).cohorts
        .filter(({ trait }) => trait === 'country')
        .map(({ value, people, shown }) => [value, [people, shown]]),
    )
  const sum = async (campaign: string) => {
    const days = (await ledger.tallies(campaign)).filter(({ link }) => link === 0)
    const of = (key: 'count' | 'people' | 'shown' | 'shownPeople') => days.reduce((all, day) => all + day[key], 0)
    return { count: of('count'), people: of('people'), shown: of('shown'), shownPeople: of('shownPeople') }
  }

  describe('counts', () => {
    it('each person once by each granted trait, where the first hit came from', async () => {
      const campaign = await campaignOf()
      const [mira = ''] = await people(campaign, ['DE', 'FR', null])
      await ledger.record([hitOn(mira, clock, book, { country: 'FR' })])
      expect(await byCountry(campaign)).toEqual({ DE: [1, 0], FR: [1, 0], '': [1, 0] })
      const { cohorts } = await ledger.counted(campaign)
      expect(new Set(cohorts.map(({ trait }) => trait))).toEqual(new Set(['country', 'browser']))
    })

    it('nobody as a person any more who turns out to be a machine', async () => {
      book.turn(withAgent(policyOf({ number: 8 })))
      await ledger.enforce(book.inForce)
      const campaign = await campaignOf()
      const { id } = await sendThrough('mira@example.org', inCampaign(campaign))
      const click = hitOn(id, clock, book, { kind: 'click', link: 1 })
      await ledger.record([click])
      await ledger.record([reclassed(click, 'scanner')!])
      const { cohorts } = await ledger.counted(campaign)
      const left = cohorts.filter(({ people: some }) => some > 0)
      expect(left.map(({ class: sort, trait, value }) => [sort, trait, value])).toEqual([
        ['machine', 'agent', 'scanner'],
      ])
    })

    it('shows all cells anew when another k people have joined the whole, and none before', async () => {
      const campaign = await campaignOf()
      await people(campaign, ['DE', 'DE', 'FR', 'DE'])
      expect(await byCountry(campaign)).toEqual({ DE: [3, 0], FR: [1, 0] })
      const { id } = await sendThrough('p4@example.org', inCampaign(campaign))
      await ledger.record([hitOn(id, clock, book), hitOn(id, clock, book)])
      expect(await byCountry(campaign)).toEqual({ DE: [4, 4], FR: [1, 1] })
      expect(await sum(campaign)).toEqual({ count: 6, people: 5, shown: 6, shownPeople: 5 })
      const more = await sendThrough('p5@example.org', inCampaign(campaign))
      await ledger.record([hitOn(more.id, clock, book)])
      expect(await byCountry(campaign)).toEqual({ DE: [5, 4], FR: [1, 1] })
      expect(await sum(campaign)).toEqual({ count: 7, people: 6, shown: 6, shownPeople: 5 })
    })

    it('folds what is small before the events go, and every sum stays', async () => {
      const campaign = await campaignOf()
      await people(campaign, [...Array(11).fill('DE'), ...Array(6).fill('FR'), 'IS', 'IS'])
      const { id } = await sendThrough('late@example.org', inCampaign(campaign))
      clock.passDays(3)
      await ledger.record([
        hitOn(id, clock, book, { country: 'IS' }),
        hitOn(id, clock, book, { kind: 'click', link: 2 }),
      ])
      const before = await sum(campaign)
      clock.passDays(27 - 1)
      expect(await purged('tallies.small')).toBe(0)
      clock.passDays(1)
      expect(await purged('tallies.small', true)).toBeGreaterThan(0)
      expect(await ledger.events(id)).toHaveLength(2)
      await purge()
      // Two of Iceland would be left over, and with three days later three: the next smallest joins them.
      expect(await byCountry(campaign)).toEqual({ DE: [11, 11], '': [9, 9] })
      clock.passDays(3)
      await purge()
      expect(await sum(campaign)).toEqual(before)
      const open = (await ledger.tallies(campaign)).filter(({ kind }) => kind === 'open')
      expect(open.map(({ people, rest }) => [people, rest])).toEqual([[20, true]])
      expect((await ledger.tallies(campaign)).map(({ link }) => link)).not.toContain(2)
      clock.passDays(1)
      await purge()
      expect(await ledger.events(id)).toEqual([])
      expect(await sum(campaign)).toEqual(before)
      expect(await purged('tallies.small')).toBe(0)
    })

    it('keeps only the hits of a day on which few people came, where they are told apart by day', async () => {
      book.turn(policyOf({ number: 3, mode: 'tally' }))
      await ledger.enforce(book.inForce)
      const campaign = await campaignOf()
      for (const shared of [true, true]) {
        await ledger.record([hitOn(campaign, clock, book, { shared })])
        clock.passDays(1)
      }
      await purge()
      const rows = await ledger.tallies(campaign)
      expect(rows.map(({ count, people, rest }) => [count, people, rest])).toEqual([[2, 0, true]])
    })

    it('all of a campaign until one day, and as an audit expects it', async () => {
      const campaign = await campaignOf()
      const [mira = ''] = await people(campaign, Array(6).fill('DE'))
      clock.passDays(9)
      await ledger.record([hitOn(mira, clock, book)])
      clock.passDays(40)
      await purge()
      const dates = (await ledger.audit(book.inForce, clock.now())).find(({ detail }) => /count/.test(detail))
      expect(dates?.result).toBe('proved')
      clock.passDays(365 - 49)
      await purge()
      expect((await ledger.counted(campaign)).tallies).not.toEqual([])
      clock.passDays(1)
      await purge()
      expect(await ledger.counted(campaign)).toEqual({ tallies: [], cohorts: [] })
    })

    it('nobody by what a later policy does not grant', async () => {
      const campaign = await campaignOf()
      await people(campaign, Array(5).fill('DE'))
      expect(await byCountry(campaign)).toEqual({ DE: [5, 5] })
      const { open, click } = book.inForce.events
      const fewer = { ...open, fields: new Map([...open.fields].filter(([field]) => field !== 'country')) }
      book.turn({ ...policyOf({ number: 2 }), events: { open: fewer, click } })
      await ledger.enforce(book.inForce)
      await ledger.retighten(clock.now(), { chunk: 10 })
      expect(await byCountry(campaign)).toEqual({})
      expect((await ledger.counted(campaign)).cohorts.map(({ trait }) => trait)).toEqual(['browser'])
    })
  })
}

const withAgent = (policy: Policy): Policy => {
  const { open, click } = policy.events
  const seeing = { ...click, fields: new Map([...click.fields, ['agent', 'value'] as const]) }
  return { ...policy, events: { open, click: seeing } }
}
