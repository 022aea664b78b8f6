import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayOf, type Id, newId } from '../../src/base/index.ts'
import { mintToken, newRawHit, newStopSet } from '../../src/gate/index.ts'
import type { Ledger } from '../../src/ledger/index.ts'
import type { EventKind, EventRule } from '../../src/policy/policy.ts'
import { campaignReport } from '../../src/sending/index.ts'
import { newCollector, newDeliveries, openReaders, recordBatch } from '../../src/tracking/index.ts'
import { ringOf } from '../gate/scene.ts'
import { newFolder, openIn } from '../ledger/folder.ts'
import { handClock, permit, requestTo } from '../ledger/mail.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

/*
 * A campaign whose truth is known, because it is made here: people who read in programs of their own, behind Gmail's proxy
 * and behind Apple's prefetch; offices whose scanner clicks every link within ten seconds; mails that are passed on. What
 * Apple's readers do to the picture reaches nobody (it was fetched for them long before), so that their opens are no part of
 * a truth that anybody could report; their clicks are.
 */

const recipients = 5_000
const links = 5
const minute = 60_000
const hour = 60 * minute

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.1.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
] as const
const gmail = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const apple = 'Mozilla/5.0'

interface Act {
  readonly at: number
  readonly recipient: number
  readonly kind: EventKind
  readonly link: number
  readonly address: string
  readonly userAgent: string
  /** Null for a machine. */
  readonly human: string | null
}

function dice(seed: number) {
  let state = seed
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Everything that happens to the campaign, in its order. */
function story(begin: number): readonly Act[] {
  const random = dice(2026)
  const chance = (share: number) => random() < share
  const pick = (below: number) => Math.floor(random() * below)
  const acts: Act[] = []

  function read(recipient: number, human: string, at: number, picture: { address: string; userAgent: string } | null) {
    const own = { address: `198.51.${recipient % 100}.${1 + (recipient % 250)}`, userAgent: browsers[pick(4)]! }
    const base = { recipient, human }
    if (picture) acts.push({ ...base, ...own, ...picture, at, kind: 'open', link: 0 })
    if (picture && chance(0.3))
      acts.push({ ...base, ...own, ...picture, at: at + pick(5) * hour + hour, kind: 'open', link: 0 })
    if (!chance(0.35)) return
    const first = 1 + pick(links)
    acts.push({ ...base, ...own, at: at + minute, kind: 'click', link: first })
    if (chance(0.3)) acts.push({ ...base, ...own, at: at + 4 * minute, kind: 'click', link: 1 + (first % links) })
  }

  for (let recipient = 0; recipient < recipients; recipient++) {
    const delivered = begin + recipient * 40
    const later = delivered + 5 * minute + Math.floor(random() ** 2 * 40 * hour)
    const sort = random()
    const seen = chance(0.55)
    const me = `r${recipient}`
    if (sort < 0.2) {
      // Apple fetches for everybody, read or not.
      const relay = { address: `104.28.${recipient % 200}.7`, userAgent: apple }
      acts.push({ ...relay, at: delivered + 20_000 + pick(30) * minute, recipient, kind: 'open', link: 0, human: null })
      if (seen) read(recipient, me, later, null)
    } else if (sort < 0.45) {
      if (seen) read(recipient, me, later, { address: '66.249.84.9', userAgent: gmail })
    } else {
      const scanned = sort < 0.57
      const gateway = { address: `203.0.113.${recipient % 250}`, userAgent: browsers[1] }
      if (scanned) {
        acts.push({ ...gateway, at: delivered + 1_000, recipient, kind: 'open', link: 0, human: null })
        for (let link = 1; link <= links; link++) {
          acts.push({ ...gateway, at: delivered + 1_500 * link, recipient, kind: 'click', link, human: null })
        }
      }
      const own = { address: `198.51.${recipient % 100}.${1 + (recipient % 250)}`, userAgent: browsers[recipient % 4]! }
      if (seen) read(recipient, me, later, own)
      // Passed on to somebody who reads the same mail elsewhere.
      const friend = { address: `192.0.2.${recipient % 250}`, userAgent: browsers[(recipient + 1) % 4]! }
      if (seen && chance(0.015)) read(recipient, `${me} friend`, later + 7 * hour, friend)
    }
  }
  return acts.toSorted((a, b) => a.at - b.at)
}

interface Figures {
  readonly openers: number
  readonly opens: number
  readonly clickers: number
  readonly clicks: number
}

/** Counts what `who` makes of each hit; null is nobody. */
function count(acts: readonly Act[], who: (act: Act) => string | null): Figures {
  const of = (kind: EventKind) => acts.filter((act) => act.kind === kind && who(act) !== null)
  const people = (kind: EventKind) => new Set(of(kind).map(who)).size
  return { openers: people('open'), opens: of('open').length, clickers: people('click'), clicks: of('click').length }
}

describe('a campaign whose truth is known', () => {
  const folder = newFolder()
  const clock = handClock()
  const plain = policyOf()
  const withAgent = (rule: EventRule): EventRule => ({ ...rule, fields: new Map([...rule.fields, ['agent', 'value']]) })
  const policy = { ...plain, events: { open: withAgent(plain.events.open), click: withAgent(plain.events.click) } }
  const book = bookOf(policy)
  let ledger: Ledger
  beforeAll(async () => {
    ledger = await openIn(folder, { policies: book, clock })
    await ledger.enforce(policy)
  })
  afterAll(async () => {
    await ledger.close()
    folder.remove()
  })

  it('is told within 2% of it, where a naive count is far off; and still when the events are gone', async () => {
    const begin = clock.now()
    const id = newId() as Id
    const content = { subject: 'News', html: '<p>News</p>', text: null, attachments: [] }
    const facts = { name: 'Spring', purpose: 'campaign', from: null, replyTo: null, content, links }
    await ledger.createCampaign({ id, ...facts, policy: policy.number, createdAt: begin })
    const requests = Array.from({ length: recipients }, (_, index) =>
      requestTo(`r${index}@example.org`, clock, { campaign: id, purpose: 'campaign', content: null, from: null }),
    )
    const accepted = await ledger.accept(requests.map((each) => permit(each, policy)))
    const deliveries = newDeliveries()
    const ring = ringOf(3)
    const record = recordBatch({ ledger, book, clock })
    const collector = newCollector({
      ...{ ring, book, stops: newStopSet(), readers: openReaders({ sinceDelivery: deliveries.since }) },
      commit: async (events) => void (await record(events.map(({ wire }) => wire))),
    })
    for (const [index, { id: message }] of accepted.entries()) deliveries.note(message, begin + index * 40)

    const acts = story(begin)
    const hit = ({ recipient, kind, link, address, userAgent, at }: Act): Promise<unknown> => {
      const { id: message, handle } = accepted[recipient]!
      const target = kind === 'click' ? `https://example.org/${link}` : ''
      const claims = { policy: policy.number, issued: dayOf(begin), message, handle, link, target }
      const token = mintToken(ring, kind, claims)
      const seen = newRawHit({
        ...{ method: 'GET', address, userAgent, acceptLanguage: 'en', gpc: false, dnt: false, at },
      })
      return kind === 'open' ? collector.open(token, seen) : collector.click(token, seen)
    }
    for (let from = 0; from < acts.length; from += 50) {
      const some = acts.slice(from, from + 50)
      clock.pass(some.at(-1)!.at - clock.now())
      await Promise.all(some.map(hit))
    }
    await collector.drain()
    expect(collector.counters.lost).toBe(0)

    const truth = count(acts, ({ human }) => human)
    const naive = count(acts, ({ recipient }) => String(recipient))
    const { totals, machines, estimated } = await campaignReport({ ledger, book }, id)
    expect(estimated).toBe(false)
    const told = totals as Figures // nobody is below k here; a null fails below
    const off = (figures: Figures, key: keyof Figures) => ((figures[key] ?? 0) - truth[key]) / truth[key]
    const percent = (share: number) => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)}%`
    const keys = ['openers', 'opens', 'clickers', 'clicks'] as const
    for (const key of keys) {
      const line = `truth ${truth[key]}, report ${told[key]} (${percent(off(told, key))}), naive ${naive[key]} (${percent(off(naive, key))})`
      console.log(`honest ${key}: ${line}`)
    }
    console.log(`honest machines: ${machines.opens} opens and ${machines.clicks} clicks, apart`)
    for (const key of keys) {
      expect(Math.abs(off(told, key)), key).toBeLessThanOrEqual(0.02)
      // The same hits without the classifier: worth something only if it is far off.
      expect(Math.abs(off(naive, key)), key).toBeGreaterThan(0.1)
    }

    const before = await campaignReport({ ledger, book }, id)
    clock.passDays(40)
    await ledger.purge(clock.now(), { chunk: 500, dryRun: false })
    for (const { id: message } of accepted.slice(0, 50)) expect(await ledger.events(message)).toEqual([])
    const after = await campaignReport({ ledger, book }, id)
    expect([after.totals, after.machines]).toEqual([before.totals, before.machines])
  })
})
