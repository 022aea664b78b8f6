import { describe, expect, it } from 'vitest'
import { dayOf, Fault, newId, newLog } from '../../src/base/index.ts'
import type { Outcome } from '../../src/ledger/index.ts'
import { retryAfter } from '../../src/sending/backoff.ts'
import { newBreaker } from '../../src/sending/breaker.ts'
import { newFeed } from '../../src/sending/feed.ts'
import { newLanes, type WarmUp } from '../../src/sending/lanes.ts'
import { newPace } from '../../src/sending/pace.ts'
import { newSettler } from '../../src/sending/settle.ts'

const handClock = () => ({
  shift: 0,
  time: 1_000_000,
  now() {
    return this.time
  },
})
const log = newLog(() => {}, handClock())

describe('the pace of sending', () => {
  it('tries again within ten seconds first, and ever later up to four hours and a third', () => {
    for (const random of [0, 0.5, 0.999]) {
      expect(retryAfter(1, random)).toBeGreaterThanOrEqual(5_000)
      expect(retryAfter(1, random)).toBeLessThanOrEqual(10_000)
      const waits = [1, 2, 3, 4, 5, 6].map((attempts) => retryAfter(attempts, random))
      expect(waits).toEqual([...waits].sort((a, b) => a - b))
      expect(retryAfter(50, random)).toBe(waits[5])
    }
  })

  it('pauses a transport at its own fault, longer each time, and as before once a mail got through', () => {
    const clock = handClock()
    const breaker = newBreaker(clock)
    const pauseAfterFault = (): number => {
      breaker.failed(true)
      const pause = breaker.pausedUntil()! - clock.time
      clock.time += pause
      return pause
    }
    expect([pauseAfterFault(), pauseAfterFault(), pauseAfterFault()]).toEqual([5_000, 10_000, 20_000])
    breaker.succeeded()
    expect(pauseAfterFault()).toBe(5_000)
    expect(breaker.pausedUntil()).toBeNull()
  })

  it('bears with single connection faults, but not with many in a row', () => {
    const breaker = newBreaker(handClock(), 3)
    breaker.failed(false)
    breaker.failed(false)
    breaker.succeeded()
    breaker.failed(false)
    breaker.failed(false)
    expect(breaker.pausedUntil()).toBeNull()
    breaker.failed(false)
    expect(breaker.pausedUntil()).not.toBeNull()
  })

  it('never has more than twenty windows waiting, however much is due', async () => {
    const windows: (readonly string[])[] = []
    let due = 10_000
    const feed = newFeed({
      ledger: { takeDue: async (limit) => Array.from({ length: Math.min(limit, due) }, () => `id${due--}`) },
      queue: {
        addWindow: async (ids) => void windows.push(ids),
        waiting: async () => windows.length,
      },
      clock: handClock(),
      log,
    })
    await Promise.all([feed.run(), feed.run(), feed.run()])
    expect(windows.map(({ length }) => length)).toEqual(Array(20).fill(100))
    windows.length = 15
    expect(await feed.run()).toBe(500)
  })

  it('writes outcomes in groups, and one that the store refuses holds back no other', async () => {
    const groups: string[][] = []
    const settler = newSettler({
      ledger: {
        settle: async (outcomes) => {
          if (outcomes.some(({ id }) => id === 'bad')) throw new Error('no')
          groups.push(outcomes.map(({ id }) => id))
        },
      },
      clock: handClock(),
      log,
      retryMillis: 1,
    })
    const outcome = (id: string): Outcome => ({ id, fence: 1, status: 'sent', reason: null })
    await Promise.all(['a', 'b', 'c'].map((id) => settler.settle(outcome(id))))
    expect(groups).toEqual([['a', 'b', 'c']])
    const settled = await Promise.allSettled(['d', 'bad', 'e'].map((id) => settler.settle(outcome(id))))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(groups.slice(1)).toEqual([['d'], ['e']])
  })

  it('keeps an outcome for as long as the store is away, and once it must hurry for a few tries only', async () => {
    const full = new Fault('store_full', 'Full.', 'Make room.', { cause: new Error('postgres_53100') })
    const lines: string[] = []
    let tries = 0
    let fullUntil = 40
    const settler = newSettler({
      ledger: {
        settle: async () => {
          if (++tries <= fullUntil) throw full
        },
      },
      clock: handClock(),
      log: newLog((line) => void lines.push(line), handClock()),
      retryMillis: 0,
    })
    await settler.settle({ id: 'a', fence: 1, status: 'sent', reason: null })
    expect(tries).toBe(41)
    expect(lines.every((line) => line.includes('"code":"store_full.postgres_53100"'))).toBe(true)
    fullUntil = Number.POSITIVE_INFINITY
    settler.hurry()
    await expect(settler.settle({ id: 'b', fence: 1, status: 'sent', reason: null })).rejects.toBe(full)
    expect(tries).toBe(46)
  })
})

describe('several ways out', () => {
  const lane = (name: string, weight = 1, warmUp: WarmUp | null = null) => ({
    name,
    transport: { deliver: async () => ({ outcome: 'delivered' as const }), concurrency: 10 },
    weight,
    warmUp,
  })
  const share = (lanes: ReturnType<typeof newLanes>, mails: number, facts: readonly ReturnType<typeof lane>[]) => {
    const counts = new Map<string, number>()
    for (let mail = 0; mail < mails; mail++) {
      const taken = lanes.take()
      const name = facts.find(({ transport }) => transport === taken?.transport)?.name ?? 'none'
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return Object.fromEntries(counts)
  }

  it('carry mail by their weights, spread evenly', () => {
    const facts = [lane('a', 3), lane('b', 1)]
    const lanes = newLanes(facts, handClock())
    expect(lanes.concurrency).toBe(20)
    expect(share(lanes, 8, facts)).toEqual({ a: 6, b: 2 })
    expect(share(lanes, 4, facts)).toEqual({ a: 3, b: 1 })
  })

  it('stand in for one that fails, and share again once it is back; all is paused only when none is open', () => {
    const clock = handClock()
    const facts = [lane('a'), lane('b')]
    const lanes = newLanes(facts, clock)
    const first = lanes.take()!
    first.breaker.failed(true)
    const other = facts.find(({ transport }) => transport !== first.transport)!.name
    expect(share(lanes, 10, facts)).toEqual({ [other]: 10 })
    expect(lanes.pausedUntil()).toBeNull()
    lanes.take()!.breaker.failed(true)
    expect(lanes.pausedUntil()).toBe(clock.time + 5_000)
    expect(lanes.take()).toBeNull()
    clock.time += 5_000
    expect(share(lanes, 10, facts)).toEqual({ a: 5, b: 5 })
  })

  it('that warm up send so many a day and no more, the rest goes elsewhere or waits for midnight', () => {
    const clock = handClock()
    const day = dayOf(clock.time)
    const facts = [lane('new', 1, { from: day, perDay: [3, 5] }), lane('old')]
    const lanes = newLanes(facts, clock)
    expect(share(lanes, 20, facts)).toEqual({ new: 3, old: 17 })
    const alone = newLanes([facts[0]!], clock, 1)
    expect(share(alone, 5, facts)).toEqual({ new: 2, none: 3 })
    expect(alone.pausedUntil()).toBe((day + 1) * 86_400_000)
    clock.time = (day + 1) * 86_400_000
    expect(share(alone, 9, facts)).toEqual({ new: 5, none: 4 })
    clock.time += 30 * 86_400_000
    expect(share(alone, 9, facts)).toEqual({ new: 5, none: 4 })
    alone.take()
    const tomorrow = newLanes([lane('x', 1, { from: dayOf(clock.time) + 1, perDay: [9] })], clock)
    expect(tomorrow.take()).toBeNull()
  })

  it('count for the day what was delivered, not what was tried', () => {
    const clock = handClock()
    const lanes = newLanes([lane('new', 1, { from: dayOf(clock.time), perDay: [1] })], clock)
    lanes.take()!.giveBack()
    expect(lanes.take()).not.toBeNull()
    expect(lanes.take()).toBeNull()
  })
})

describe('a provider that asks for less', () => {
  const at = (domain: string) => `somebody@${domain}`

  it('is spared, with all its domains, and nobody else', () => {
    const clock = handClock()
    const pace = newPace(clock)
    expect(pace.wait(newId(), at('gmail.com'))).toBeNull()
    pace.slowDown(at('gmail.com'))
    expect(pace.wait(newId(), at('googlemail.com'))).toBe(clock.time + 5_000)
    expect(pace.wait(newId(), at('elsewhere.example'))).toBeNull()
  })

  it('gets each waiting message at a moment of its own, and each only once it has come', () => {
    const clock = handClock()
    const pace = newPace(clock)
    pace.slowDown(at('x.example'))
    const ids = Array.from({ length: 20 }, () => newId())
    const moments = ids.map((id) => pace.wait(id, at('x.example'))!)
    expect(new Set(moments).size).toBe(20)
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    expect(moments[19]! - moments[0]!).toBeCloseTo(19 * 500)
    expect(ids.map((id) => pace.wait(id, at('x.example')))).toEqual(moments)
    clock.time = moments[4]!
    expect(ids.map((id) => pace.wait(id, at('x.example'))).map((wait) => wait === null)).toEqual(
      ids.map((_, index) => index <= 4),
    )
  })

  it('that asks again gets half, that takes what it gets more and more, until nothing is left of it', () => {
    const clock = handClock()
    const pace = newPace(clock)
    const gap = () => {
      const [one, two] = [pace.wait(newId(), at('x.example'))!, pace.wait(newId(), at('x.example'))!]
      return two - one
    }
    pace.slowDown(at('x.example'))
    expect(gap()).toBe(500)
    pace.slowDown(at('x.example')) // in flight when it asked: the same question
    expect(gap()).toBe(500)
    clock.time += 2_000
    pace.slowDown(at('x.example'))
    expect(gap()).toBe(1_000)
    for (let mail = 0; mail < 50; mail++) pace.delivered(at('x.example'))
    expect(gap()).toBe(500)
    for (let mail = 0; mail < 1_000; mail++) pace.delivered(at('x.example'))
    expect(pace.slowed).toBe(0)
    expect(pace.wait(newId(), at('x.example'))).toBeNull()
  })

  it('costs bounded memory, however many there are and however much waits', () => {
    const clock = handClock()
    const pace = newPace(clock)
    for (let n = 0; n < 3_000; n++) pace.slowDown(at(`d${n}.example`))
    expect(pace.slowed).toBe(1_000)
    const waits = Array.from({ length: 2_000 }, () => pace.wait(newId(), at('d2999.example'))!)
    expect(Math.max(...waits)).toBeLessThanOrEqual(clock.time + 300_500)
  })
})
