import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Id, newId } from '../../src/base/index.ts'
import type { Suppress } from '../../src/gate/index.ts'
import type { Ledger } from '../../src/ledger/index.ts'
import type { EventKind } from '../../src/policy/policy.ts'
import { type CampaignReport, campaignReport } from '../../src/sending/index.ts'
import { newFolder, openIn } from '../ledger/folder.ts'
import { handClock, hitOn, permit, requestTo } from '../ledger/mail.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

const k = 5
const crowd = 40
const links = 4
const kinds: readonly EventKind[] = ['open', 'click']
const countries = ['DE', 'DE', 'DE', 'DE', 'FR', 'FR', 'PT', 'IS'] as const

/** A report without complementary suppression: whatever is small is left out, and nothing else. */
const smallOnly: Suppress = (parts, least) => parts.filter(({ name, people }) => name !== '' && people >= least)

/** Numbers that look random, and are the same in each run. */
function dice(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

interface Look {
  readonly told: CampaignReport
  readonly bare: CampaignReport
  /** Who stood behind the figures of a kind when they were shown last, with country and day of each first hit. */
  readonly crowd: Readonly<Record<EventKind, readonly Person[]>>
}

interface Person {
  readonly person: number
  readonly country: string
  readonly day: string
}

/** Groups of fewer than k whom a total less the parts beside it would tell. */
function leftOver(report: CampaignReport, crowds: Look['crowd']): number {
  let victims = 0
  for (const kind of kinds) {
    for (const by of ['country', 'day'] as const) {
      const parts = report.parts.filter((part) => part.kind === kind && part.by === by)
      if (parts.length === 0) continue
      const named = new Set(parts.map(({ value }) => value))
      const rest = crowds[kind].filter((each) => !named.has(each[by])).length
      if (rest > 0 && rest < k) victims++
    }
  }
  const clicks = report.events.filter(({ kind }) => kind === 'click')
  return victims + Number(clicks.filter(({ people }) => people === null).length === 1)
}

describe('who looks at reports as often as they like', () => {
  const folder = newFolder()
  const clock = handClock()
  const book = bookOf(policyOf())
  let ledger: Ledger
  beforeAll(async () => {
    ledger = await openIn(folder, { policies: book, clock })
    await ledger.enforce(book.inForce)
  })
  afterAll(async () => {
    await ledger.close()
    folder.remove()
  })

  /** A campaign's life, looked at before and after each single hit. */
  async function watched(seed: number): Promise<readonly Look[]> {
    const roll = dice(seed)
    clock.reset()
    const id = newId() as Id
    const content = { subject: 'News', html: '<p>News</p>', text: null, attachments: [] }
    const facts = { name: 'Spring', purpose: 'campaign', from: null, replyTo: null, content, links }
    await ledger.createCampaign({ id, ...facts, policy: book.inForce.number, createdAt: clock.now() })
    const requests = Array.from({ length: crowd }, (_, person) =>
      requestTo(`s${seed}p${person}@example.org`, clock, {
        campaign: id,
        purpose: 'campaign',
        content: null,
        from: null,
      }),
    )
    const messages = (await ledger.accept(requests.map((each) => permit(each, book.inForce)))).map((each) => each.id)
    const seen: Record<EventKind, Person[]> = { open: [], click: [] }
    const shown: Record<EventKind, readonly Person[]> = { open: [], click: [] }
    const look = async (): Promise<Look> => ({
      told: await campaignReport({ ledger, book }, id),
      bare: await campaignReport({ ledger, book, suppress: smallOnly }, id),
      crowd: { ...shown },
    })
    const looks = [await look()]
    for (let deed = 0; deed < 90; deed++) {
      if (roll(12) === 0) clock.passDays(1)
      const person = roll(crowd)
      const kind = kinds[Math.min(1, roll(3))]!
      const country = countries[(person * 7 + roll(2)) % countries.length]!
      const link = kind === 'open' ? 0 : Math.min(1 + roll(links), 1 + roll(links))
      const times = roll(6) === 0 ? 10 : 1
      const hit = () => hitOn(messages[person]!, clock, book, { kind, link, country })
      await ledger.record(Array.from({ length: times }, hit))
      if (!seen[kind].some((each) => each.person === person)) {
        seen[kind].push({ person, country, day: new Date(clock.now()).toISOString().slice(0, 10) })
        if (seen[kind].length - shown[kind].length >= k) shown[kind] = [...seen[kind]]
      }
      looks.push(await look())
    }
    return looks
  }

  it('isolates nobody below k: in one report, between any two, around one hit, or by coming ten times', async () => {
    const all: (readonly Look[])[] = []
    for (let seed = 1; seed <= 8; seed++) all.push(await watched(seed))
    const roll = dice(99)
    const found = { pairs: 0, changed: 0, told: 0, bare: 0 }

    for (const looks of all) {
      for (const [at, { told, bare, crowd: behind }] of looks.entries()) {
        found.told += leftOver(told, behind)
        found.bare += leftOver(bare, behind)
        for (const { people } of told.parts) expect([people >= k, people % k]).toEqual([true, 0])
        expect(told.totals.openers ?? 0).toBe(behind.open.length - (behind.open.length % k))
        // Around one hit: nothing, or what k people did who came since the figures moved last.
        const before = looks[at - 1]
        if (!before) continue
        for (const kind of kinds) {
          const joined = behind[kind].length - before.crowd[kind].length
          if (joined === 0) expect(figuresOf(told, kind)).toEqual(figuresOf(before.told, kind))
          else expect(joined).toBeGreaterThanOrEqual(k)
        }
      }
    }
    while (found.pairs < 1_000) {
      const looks = all[roll(all.length)]!
      const [one, other] = [looks[roll(looks.length)]!, looks[roll(looks.length)]!]
      found.pairs++
      for (const kind of kinds) {
        const joined = Math.abs(one.crowd[kind].length - other.crowd[kind].length)
        const same = JSON.stringify(figuresOf(one.told, kind)) === JSON.stringify(figuresOf(other.told, kind))
        found.changed += Number(!same)
        expect(joined === 0 ? same : joined >= k).toBe(true)
      }
    }
    console.log(
      `differencing: ${found.pairs} pairs, ${found.changed} differences, ${found.told} groups below ${k} told; ` +
        `${found.bare} without complementary suppression`,
    )
    expect(found.told).toBe(0)
    // Worth something only if figures did change, and if the attack finds people where the rule is off.
    expect(found.changed).toBeGreaterThan(100)
    expect(found.bare).toBeGreaterThan(0)
  })
})

const figuresOf = ({ totals, events, parts }: CampaignReport, kind: EventKind) => ({
  totals: kind === 'open' ? [totals.openers, totals.opens] : [totals.clickers, totals.clicks],
  events: events.filter((each) => each.kind === kind),
  parts: parts.filter((each) => each.kind === kind),
})
