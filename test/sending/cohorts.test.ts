import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayOf, type Id, newId } from '../../src/base/index.ts'
import { newRawHit, type PermittedEvent, permitHit } from '../../src/gate/index.ts'
import type { Ledger } from '../../src/ledger/index.ts'
import type { EventKind, Policy } from '../../src/policy/policy.ts'
import { type CampaignReport, campaignReport, campaignSummary } from '../../src/sending/index.ts'
import { newVisitors } from '../../src/tracking/index.ts'
import { plainReaders } from '../gate/scene.ts'
import { newFolder, openIn } from '../ledger/folder.ts'
import { handClock, permit, requestTo } from '../ledger/mail.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

const k = 5
const crowd = 14
const links = 3

/** One person's hits of one moment. */
interface Deed {
  readonly day: number
  readonly person: number
  readonly kind: EventKind
  readonly link: number
  readonly times: number
}

const deed: fc.Arbitrary<Deed> = fc
  .record({
    day: fc.constantFrom(0, 0, 1),
    person: fc.nat(crowd - 1),
    kind: fc.constantFrom<EventKind>('open', 'click', 'click'),
    link: fc.integer({ min: 1, max: links }),
    times: fc.constantFrom(1, 1, 2, 10),
  })
  .map((each) => ({ ...each, link: each.kind === 'open' ? 0 : each.link }))

const history = fc.array(deed, { minLength: 8, maxLength: 60 }).map((all) => all.toSorted((a, b) => a.day - b.day))

/** A store of its own, and campaigns in it to a crowd who do as told. */
async function open(policy: Policy) {
  const folder = newFolder()
  const clock = handClock()
  const book = bookOf(policy)
  const ledger: Ledger = await openIn(folder, { policies: book, clock })
  await ledger.enforce(policy)
  const needs = { ledger, book, clock, feed: { nudge: () => {} } }

  async function campaign() {
    clock.reset()
    const id = newId()
    const content = { subject: 'News', html: '<p>News</p>', text: null, attachments: [] }
    const facts = { name: 'Spring', purpose: 'campaign', from: null, replyTo: null, content, links }
    await ledger.createCampaign({ id, ...facts, policy: policy.number, createdAt: clock.now() })
    const requests = Array.from({ length: crowd }, (_, person) =>
      requestTo(`p${person}@example.org`, clock, { campaign: id, purpose: 'campaign', content: null, from: null }),
    )
    const messages = (await ledger.accept(requests.map((each) => permit(each, policy)))).map((each) => each.id)
    const visitors = newVisitors()
    const start = clock.now()

    function hit({ person, kind, link }: Deed): PermittedEvent {
      const seen = newRawHit({
        ...{ method: 'GET', userAgent: 'test', acceptLanguage: '', gpc: false, dnt: false },
        ...{ address: `192.0.2.${person}`, at: clock.now() },
      })
      const shared = policy.events[kind].mode === 'tally'
      const claims = {
        ...{ policy: policy.number, issued: dayOf(start), link, target: '' },
        ...(shared ? { message: id, handle: null } : { message: messages[person]!, handle: 'AAAAAAAAAAAAAAAA' }),
      }
      return permitHit(seen, kind, claims, policy, book.all, plainReaders, visitors).permitted!
    }

    return {
      async does(what: Deed): Promise<void> {
        clock.reset()
        clock.passDays(what.day)
        await ledger.record(Array.from({ length: what.times }, () => hit(what)))
      },
      report: () => campaignReport(needs, id as Id),
      counts: async () => (await campaignSummary(needs, id as Id)).counts,
      purge: (later: number) => ledger.purge(clock.now() + later * 86_400_000, { chunk: 100, dryRun: false }),
      forget: () => visitors.forget(),
    }
  }

  return {
    campaign,
    close: async () => {
      await ledger.close()
      folder.remove()
    },
  }
}

type Open = Awaited<ReturnType<typeof open>>

/** Who stands behind each cell, as a plain list of people tells it: for the report to be held against. */
function newCensus(byDay: boolean) {
  const cells = new Map<string, Set<number>>()
  const cellsOf = ({ kind, link, day }: Deed): readonly string[] =>
    [...new Set([0, link])].map((each) => `${kind} ${each}${byDay ? ` ${day}` : ''}`)
  return {
    /** Whether with this deed some cell has come to another k people. */
    steps(what: Deed): boolean {
      const crossed = cellsOf(what).map((name) => {
        const people = cells.get(name) ?? new Set()
        cells.set(name, people)
        const isNew = !people.has(what.person)
        people.add(what.person)
        return isNew && people.size % k === 0
      })
      return crossed.includes(true)
    },
    people: (kind: EventKind, link: number): number =>
      [...cells]
        .filter(([name]) => name.split(' ', 2).join(' ') === `${kind} ${link}`)
        .reduce((total, [, people]) => total + people.size - (people.size % k), 0),
  }
}

const figuresOf = ({ totals, machines, events }: CampaignReport): readonly (number | null)[] => [
  ...[...Object.values(totals), ...Object.values(machines)],
  ...events.flatMap(({ people, count }) => [people, count]),
]

describe.each([
  ['a row each', policyOf()],
  ['counted and nothing else', policyOf({ number: 2, mode: 'tally' })],
] as const)('a report on hits that are %s', (_name, policy) => {
  const byDay = policy.events.open.mode === 'tally'
  let store: Open
  beforeAll(async () => {
    store = await open(policy)
  })
  afterAll(() => store.close())

  it('isolates nobody below k, whichever two of them are held against each other', async () => {
    let [pairs, changes] = [0, 0]
    const isolates = fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (deeds, random) => {
      const campaign = await store.campaign()
      const census = newCensus(byDay)
      const looks: { readonly report: CampaignReport; readonly steps: number }[] = []
      let steps = 0
      for (const each of deeds) {
        await campaign.does(each)
        steps += Number(census.steps(each))
        looks.push({ report: await campaign.report(), steps })
      }
      for (const { report } of looks) {
        for (const figure of figuresOf(report)) expect(figure === null || (figure >= k && figure % k === 0)).toBe(true)
        const clicks = report.events.filter(({ kind }) => kind === 'click')
        expect(clicks).toHaveLength(links)
        expect(clicks.filter(({ count }) => count === null)).not.toHaveLength(1)
        // Of the links that are hidden the total says nothing that the number of clickers does not say.
        const known = clicks.reduce((sum, { count }) => sum + (count ?? 0), 0)
        expect(report.totals.clicks ?? 0).toBe(Math.max(known, report.totals.clickers ?? 0))
      }
      // No difference without another k people in some cell, be it of two looks around one hit or of two far apart.
      for (let pair = 0; pair < 15; pair++) {
        const [one, other] = [...random.take(2)].map((each) => looks[each % looks.length]!)
        pairs += 1
        if (one!.steps === other!.steps) expect(one!.report).toEqual(other!.report)
        else changes += 1
      }
      const { totals, events } = looks.at(-1)!.report
      expect([totals.openers ?? 0, totals.clickers ?? 0]).toEqual([census.people('open', 0), census.people('click', 0)])
      for (const { kind, link, people } of events) expect([0, census.people(kind, link)]).toContain(people ?? 0)
      campaign.forget()
    })
    await fc.assert(isolates, { numRuns: 35 })
    expect(pairs).toBeGreaterThan(500)
    // Worth something only if figures did come and go.
    expect(changes).toBeGreaterThan(50)
  })

  it('shows nothing of one person who comes ten times, alone or among others', async () => {
    const campaign = await store.campaign()
    const click = (person: number, times = 1) => campaign.does({ day: 0, person, kind: 'click', link: 1, times })
    const nothing = await campaign.report()
    await click(0, 10)
    expect(await campaign.report()).toEqual(nothing)
    expect(figuresOf(nothing).every((each) => each === null)).toBe(true)
    for (let person = 1; person < k; person++) await click(person)
    const shown = await campaign.report()
    expect(shown.totals).toMatchObject({ clickers: k, clicks: 2 * k })
    await click(0, 10)
    expect(await campaign.report()).toEqual(shown)
    campaign.forget()
  })

  it('is the same at k + 1 people and at k + 2', async () => {
    const campaign = await store.campaign()
    const looks: CampaignReport[] = []
    for (let person = 0; person < k + 2; person++) {
      await campaign.does({ day: 0, person, kind: 'open', link: 0, times: 1 + (person % 3) })
      looks.push(await campaign.report())
    }
    expect(looks[k]).toEqual(looks[k + 1])
    expect(looks[k - 2]!.totals.openers).toBeNull()
    expect(looks[k]!.totals.openers).toBe(k)
    campaign.forget()
  })
})

describe('a hit that is only counted', () => {
  let store: Open
  beforeAll(async () => {
    store = await open(policyOf({ number: 2, mode: 'tally' }))
  })
  afterAll(() => store.close())

  it('of somebody who comes every day never makes a cell, and the report says that it estimates', async () => {
    const campaign = await store.campaign()
    for (let day = 0; day < 2 * k; day++) await campaign.does({ day, person: 0, kind: 'open', link: 0, times: 1 })
    const { totals, estimated } = await campaign.report()
    expect([totals.openers, estimated]).toEqual([null, true])
    expect((await campaign.counts()).opens).toBeNull()
    campaign.forget()
  })
})

describe('hits that are a row each', () => {
  it('are people over all days, and exactly so', async () => {
    const store = await open(policyOf())
    const campaign = await store.campaign()
    for (let person = 0; person < k; person++) {
      for (const day of [person, person + 1]) await campaign.does({ day, person, kind: 'open', link: 0, times: 2 })
    }
    expect(await campaign.report()).toMatchObject({ estimated: false, totals: { openers: k, opens: 15 } })
    expect((await campaign.counts()).opens).toBe(4 * k)
    await store.close()
  })

  it('are told apart within a day only where they are forgotten before the recording ends', async () => {
    const store = await open(policyOf({ retentionDays: 1 }))
    const campaign = await store.campaign()
    for (let visit = 0; visit < k + 2; visit++) {
      await campaign.does({ day: 2 * visit, person: 0, kind: 'open', link: 0, times: 1 })
      await campaign.purge(2)
    }
    expect(await campaign.report()).toMatchObject({ estimated: true, totals: { openers: null } })
    await store.close()
  })
})
