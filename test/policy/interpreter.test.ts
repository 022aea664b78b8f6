import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newHandle, newId } from '../../src/base/index.ts'
import { type Claims, newRawHit, permitHit, type Readers, type Verdict } from '../../src/gate/index.ts'
import { compileSource, eventWords, type Policy } from '../../src/policy/index.ts'
import { type Judged, judge, type Kind, type Page, type Seen } from './interpreter.ts'

const day = fc.integer({ min: 1, max: 90 }).map((count) => `P${count}D`)
const period = fc.oneof(day, fc.constantFrom('P1W', 'P2W', 'P1M', 'P1M1W', 'P1M2W3D'))
const honours = fc.subarray(['gpc', 'dnt'])

function kindOf(kind: 'open' | 'click'): fc.Arbitrary<Kind> {
  const words = eventWords.filter(({ kinds }) => kinds.includes(kind))
  const fields = (tally: boolean) =>
    fc.record(
      Object.fromEntries(
        words.map(({ word, grains }) => [word, fc.constantFrom('off', ...(tally && word === 'at' ? ['day'] : grains))]),
      ),
    )
  const shared = { purpose: fc.constant('insight'), recording: period, honours }
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        mode: fc.constant('individual' as const),
        ...shared,
        fields: fields(false),
        retention: period,
      }),
    },
    { weight: 2, arbitrary: fc.record({ mode: fc.constant('tally' as const), ...shared, fields: fields(true) }) },
    { weight: 1, arbitrary: fc.constant({ mode: 'off' as const }) },
  )
}

const rest = {
  policy: 'generated',
  effective: '2027-01-01',
  controller: { name: 'Example', contact: 'privacy@example.org', address: '1 Example Street' },
  processors: [],
  purposes: {
    deliver: { means: 'to deliver what you asked for', basis: 'contract', consent: 'none', sends: true },
    insight: { means: 'to learn what is read', basis: 'consent', consent: 'opt-in', sends: false },
  },
  tallies: { k: 5, retention: 'P1Y' },
  keep: { messages: { delivery: 'P180D' }, content: 'PT72H' },
  consent: { tracking: 'separate', proof: 'P1Y' },
  rights: { answer: 'P30D', links: 'P1Y' },
  logs: { keep: 'P7D' },
  never: ['ip_address'],
}
const page: fc.Arbitrary<Page> = fc
  .record({ open: kindOf('open'), click: kindOf('click') })
  .map((collect) => ({ ...rest, collect }))

const oneInFour = fc.nat(3).map((one) => one === 0)
const start = Date.UTC(2027, 0, 1)
const maybe = <T extends string>(...values: readonly T[]) => fc.constantFrom(null, ...values)
const seen: fc.Arbitrary<Seen> = fc
  .record({
    kind: fc.constantFrom('open' as const, 'click' as const),
    method: fc.nat(19).map((one) => (one ? ('GET' as const) : ('HEAD' as const))),
    gpc: oneInFour,
    dnt: oneInFour,
    at: fc.integer({ min: start, max: start + 100 * 86_400_000 }),
    issued: fc.integer({ min: start / 86_400_000 - 30, max: start / 86_400_000 + 100 }),
    link: fc.integer({ min: 0, max: 9 }),
    shows: fc.record({
      country: maybe('PT', 'NZ'),
      region: maybe('PT-11'),
      browser: maybe('Firefox', 'Apple Mail'),
      os: maybe('Linux'),
      device: maybe('desktop', 'mobile'),
      language: maybe('pt', 'gsw'),
      agent: fc.constantFrom('person', 'scanner'),
    }),
  })
  .map(({ link, shows, ...hit }) => ({
    ...hit,
    shows: { at: hit.at, link: hit.kind === 'click' ? link || null : null, ...shows },
  }))

const handle = newHandle()
const message = newId()

function gate(then: Policy, now: Policy, hit: Seen): Verdict {
  const { country, region, browser, os, device, language, agent, link } = hit.shows
  const text = (value: string | number | null | undefined) => (typeof value === 'string' ? value : null)
  const readers: Readers = {
    place: () => ({ country: text(country), region: text(region) }),
    client: () => ({ browser: text(browser), os: text(os), device: text(device) }),
    agent: () => String(agent),
  }
  const claims: Claims = {
    policy: then.number,
    issued: hit.issued,
    message,
    handle,
    link: Number(link ?? 0),
    target: '',
  }
  const { method, gpc, dnt, at, kind } = hit
  const acceptLanguage = language ? `${language}-XX,en;q=0.5` : ''
  const raw = newRawHit({ method, address: '203.0.113.9', userAgent: 'Needle/1.0', acceptLanguage, gpc, dnt, at })
  return permitHit(raw, kind, claims, now, new Map([then, now].map((each) => [each.number, each])), readers)
}

function said({ permitted, refused }: Verdict): Judged {
  if (!permitted) return { refused }
  const [, , , , , expiresOn, values] = permitted.wire
  return { values: { ...values }, expiresOn }
}

const documents = 2_000
const hitsEach = 50

test('the compiled policy and the slow reading of the same document judge 100,000 hits alike', () => {
  let pairs = 0
  const outcomes = new Map<string, number>()
  const hits = fc.array(seen, { minLength: hitsEach, maxLength: hitsEach })
  fc.assert(
    fc.property(page, page, hits, (then, now, all) => {
      const [before, after] = [compileSource(JSON.stringify(then)), compileSource(JSON.stringify(now))]
      for (const hit of all) {
        const judged = judge(then, now, hit)
        expect(said(gate(before, after, hit))).toEqual(judged)
        pairs++
        const outcome =
          'refused' in judged
            ? judged.refused
            : `permitted ${Object.keys(judged.values).length > 0 ? 'with' : 'without'} fields`
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }),
    { numRuns: documents },
  )
  const shares = [...outcomes].sort().map(([outcome, count]) => `${outcome} ${count}`)
  process.stdout.write(`policy and interpreter agree on ${pairs} (policy, hit) pairs: ${shares.join(', ')}\n`)
  expect(pairs).toBeGreaterThanOrEqual(100_000)
  // Every way out of the gate was taken often enough to mean something.
  const ways = ['head', 'recording_off', 'signal_gpc', 'signal_dnt', 'recording_over', 'permitted with fields']
  for (const way of ways) expect(outcomes.get(way) ?? 0, way).toBeGreaterThan(1000)
}, 120_000)
