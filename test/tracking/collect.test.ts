import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { dayOf, newLog } from '../../src/base/index.ts'
import {
  type KeyRing,
  mintToken,
  newKeyRing,
  newStopSet,
  type PermittedEvent,
  type Readers,
} from '../../src/gate/index.ts'
import { type CollectorParts, newCollector } from '../../src/tracking/index.ts'
import { bookOf, claimsOf, evidence, hitOf, noon, plainReaders, policy, ringOf, rule } from '../gate/scene.ts'

function edge(changes: Partial<CollectorParts> = {}, ring: KeyRing = ringOf(1)) {
  const committed: PermittedEvent[] = []
  const stops = newStopSet()
  const collector = newCollector({
    ring,
    book: bookOf(policy()),
    stops,
    readers: plainReaders,
    commit: async (events) => void committed.push(...events),
    ...changes,
  })
  return { collector, committed, stops, ring }
}

const sum = (refused: Readonly<Record<string, number>>): number => Object.values(refused).reduce((a, b) => a + b, 0)

describe('the collector', () => {
  test('names how many events it gives up at its end, since its counters end as well', async () => {
    const lines: string[] = []
    const log = newLog((line) => void lines.push(line), { now: () => noon, shift: 0 })
    const commit = async () => {
      throw new Error('away')
    }
    const { collector, ring } = edge({ commit, log, boundMillis: 5, drainMillis: 20 })
    await Promise.all([1, 2, 3].map(() => collector.open(mintToken(ring, 'open', claimsOf()), hitOf())))
    await collector.drain()
    expect(collector.counters).toMatchObject({ answered: 3, recorded: 0, lost: 3, pending: 0 })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', event: 'events_lost', code: 'queue_away', count: 3 },
    ])
  })

  test('commits what the policy permits before it answers', async () => {
    const { collector, committed, ring } = edge()
    const claims = claimsOf({ link: 2, target: 'https://example.org/a?b=1&c=%20#x' })
    await collector.open(mintToken(ring, 'open', claims), hitOf())
    const answer = await collector.click(mintToken(ring, 'click', claims), hitOf())
    expect(answer).toEqual({ state: 'redirect', to: 'https://example.org/a?b=1&c=%20#x' })
    expect(committed.map(({ wire }) => [wire[1], wire[3], wire[6].link])).toEqual([
      ['open', claims.message, 2],
      ['click', claims.message, 2],
    ])
    expect(JSON.stringify(committed.map(({ wire }) => wire))).not.toContain('example.org')
    expect(collector.counters).toMatchObject({ answered: 2, recorded: 2, late: 0, lost: 0, refused: {} })
  })

  test("answers a stopped person's hit as ever and lets it reach nothing", async () => {
    const asked: string[] = []
    const readers: Readers = {
      ...plainReaders,
      client: (seen) => {
        asked.push(seen)
        return plainReaders.client('')
      },
    }
    const { collector, committed, stops, ring } = edge({ readers })
    const claims = claimsOf({ target: 'https://example.org/' })
    stops.stop(claims.handle!, dayOf(noon) + 60)
    await collector.open(mintToken(ring, 'open', claims), hitOf())
    const answer = await collector.click(mintToken(ring, 'click', claims), hitOf())
    expect(answer).toEqual({ state: 'redirect', to: 'https://example.org/' })
    expect([committed.length, asked.length]).toEqual([0, 0])
    expect(collector.counters).toMatchObject({ answered: 2, recorded: 0, refused: { stopped: 2 } })
    stops.lift(claims.handle!)
    await collector.open(mintToken(ring, 'open', claims), hitOf())
    expect(committed.length).toBe(1)
  })

  test('a withdrawn consent stops the next open, not the next person', async () => {
    const { collector, committed, stops, ring } = edge()
    const [ada, grace] = [claimsOf(), claimsOf()]
    await collector.open(mintToken(ring, 'open', ada), hitOf())
    stops.stop(ada.handle!, dayOf(noon) + 60)
    await collector.open(mintToken(ring, 'open', ada), hitOf())
    await collector.open(mintToken(ring, 'open', grace), hitOf())
    expect(committed.map(({ wire }) => wire[3])).toEqual([ada.message, grace.message])
  })

  test('records nothing and names the host only, once the key was revoked', async () => {
    const old = { id: 'old', key: Buffer.alloc(32, 1) }
    const fresh = { id: 'new', key: Buffer.alloc(32, 2), revoked: false }
    const made = newKeyRing([{ ...old, revoked: false }])
    const { collector, committed } = edge({}, newKeyRing([fresh, { ...old, revoked: true }]))
    const claims = claimsOf({ target: 'https://user:pass@shop.example:8443/deep?secret=1' })
    expect(await collector.click(mintToken(made, 'click', claims), hitOf())).toEqual({
      state: 'revoked',
      host: 'shop.example:8443',
    })
    await collector.open(mintToken(made, 'open', claims), hitOf())
    expect(committed).toEqual([])
    expect(collector.counters.refused).toEqual({ revoked: 2 })
  })

  test('counts every refusal under its word', async () => {
    const honours = new Set(['gpc', 'dnt'] as const)
    const book = bookOf(policy({ events: { open: rule('open', { honours }), click: rule('click') } }))
    const { collector, ring, committed } = edge({ book })
    const token = mintToken(ring, 'open', claimsOf())
    await collector.open(token, hitOf({ method: 'HEAD' }))
    await collector.open(token, hitOf({ gpc: true }))
    await collector.open(token, hitOf({ dnt: true }))
    await collector.open('nonsense', hitOf())
    await collector.open(mintToken(ring, 'open', claimsOf({ policy: 1234 })), hitOf())
    await collector.open(mintToken(ring, 'open', claimsOf({ issued: dayOf(noon) - 100 })), hitOf())
    expect(await collector.click(token, hitOf())).toEqual({ state: 'missing' })
    expect(committed).toEqual([])
    expect(collector.counters.refused).toEqual({
      head: 1,
      signal_gpc: 1,
      signal_dnt: 1,
      forged: 2,
      policy_unknown: 1,
      recording_over: 1,
    })
  })

  test('serves the reader though an instrument breaks, and logs nothing of the hit', async () => {
    const lines: string[] = []
    const note = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }))
    const readers: Readers = {
      ...plainReaders,
      place: (address) => {
        throw new Error(`no place for ${address}`)
      },
    }
    const { collector, ring } = edge({ readers, log: { info: note, warn: note, error: note } })
    await collector.open(mintToken(ring, 'open', claimsOf()), hitOf())
    expect(collector.counters.refused).toEqual({ fault: 1 })
    expect(lines.length).toBe(1)
    expect(lines.join()).not.toContain(evidence.address)
  })

  test('of thousands of hits over a failing queue each is recorded, refused or lost, and none twice', async () => {
    // A fixed sequence, so that a failure can be seen again.
    let seed = 42
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    const stored = new Set<string>()
    let twice = 0
    let outage = false
    const commit = async (events: readonly PermittedEvent[]) => {
      if (random() < 0.5) await sleep(random() * 8)
      if (outage || random() < 0.3) throw new Error('away')
      for (const { wire } of events) {
        if (stored.has(wire[0])) twice++
        stored.add(wire[0])
      }
    }
    const { collector, ring, stops } = edge({ commit, boundMillis: 30, backlog: 600, batch: 60 })
    const claims = Array.from({ length: 20 }, () => claimsOf())
    stops.stop(claims[0]!.handle!, dayOf(noon) + 60)
    const tokens = claims.map((each) => mintToken(ring, 'open', each))
    const hits: Promise<unknown>[] = []
    for (let turn = 0; turn < 60; turn++) {
      outage = turn > 20 && turn < 35
      for (let n = 0; n < 100; n++) {
        const token = random() < 0.1 ? 'forged' : tokens[n % tokens.length]!
        hits.push(collector.open(token, hitOf({ method: random() < 0.1 ? 'HEAD' : 'GET' })))
      }
      await sleep(2)
      const { answered, recorded, lost, pending, refused } = collector.counters
      expect(answered).toBe(recorded + lost + pending + sum(refused))
    }
    await Promise.all(hits)
    await collector.drain()
    const { answered, recorded, late, lost, pending, refused } = collector.counters
    expect(answered).toBe(6000)
    expect(pending).toBe(0)
    expect(recorded + lost + sum(refused)).toBe(6000)
    expect([stored.size, twice]).toEqual([recorded, 0])
    // The scene is only worth something if each of the counters was needed.
    for (const each of [recorded, late, lost, refused.forged, refused.head, refused.stopped])
      expect(each).toBeGreaterThan(0)
    expect(lost).toBeLessThan(6000 - sum(refused))
  })
})
