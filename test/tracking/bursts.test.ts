import { describe, expect, test, vi } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { mintToken, newStopSet, type PermittedEvent, permitHit } from '../../src/gate/index.ts'
import { newBursts } from '../../src/tracking/bursts.ts'
import { newCollector, newDeliveries, openReaders } from '../../src/tracking/index.ts'
import { newOpens } from '../../src/tracking/opens.ts'
import { bookOf, claimsOf, evidence, hitOf, noon, policy, ringOf, rule } from '../gate/scene.ts'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

/** A collector with real instruments, and the last class of each event that it committed. */
function edge(granted = true) {
  const fields = new Map([['link', 'value'], ...(granted ? ([['agent', 'value']] as const) : [])] as const)
  const book = bookOf(policy({ events: { open: rule('open', { fields }), click: rule('click', { fields }) } }))
  const ring = ringOf(1)
  const committed: PermittedEvent[] = []
  const readers = openReaders()
  const collector = newCollector({
    ...{ ring, book, stops: newStopSet(), readers },
    commit: async (events) => void committed.push(...events),
  })
  const claims = claimsOf({ target: 'https://example.org/' })
  const click = (link: number, seconds: number, userAgent = chrome) =>
    collector.click(
      mintToken(ring, 'click', { ...claims, link }),
      hitOf({ at: noon + seconds * 1000, userAgent, address: '198.51.100.7' }),
    )
  const classes = () => {
    const last = new Map(committed.map(({ wire }) => [wire[0], wire[6]]))
    return [...last.values()].map(({ link, agent }) => `${link} ${agent}`).sort()
  }
  return { collector, committed, click, classes, readers, ring, claims }
}

describe('a burst', () => {
  test('turns what it began into a scanner’s, and counts no hit twice', async () => {
    const { collector, committed, click, classes } = edge()
    for (const link of [1, 2, 3, 4, 5]) await click(link, link)
    await collector.drain()
    expect(classes()).toEqual(['1 scanner', '2 scanner', '3 scanner', '4 scanner', '5 scanner'])
    expect(collector.counters).toMatchObject({ answered: 5, recorded: 5, lost: 0, corrected: 2 })
    expect(new Set(committed.map(({ wire }) => wire[0])).size).toBe(5)
  })

  test('does not touch what the reader does before and afterwards', async () => {
    const { collector, click, classes } = edge()
    await click(1, 0)
    for (const link of [2, 3, 4]) await click(link, 60 + link)
    await click(5, 120)
    await collector.drain()
    expect(classes()).toEqual(['1 person', '2 scanner', '3 scanner', '4 scanner', '5 person'])
  })

  test('takes an open within it along, and leaves a proxy a proxy', async () => {
    const { collector, click, classes, ring, claims } = edge()
    const open = (userAgent: string) => collector.open(mintToken(ring, 'open', claims), hitOf({ at: noon, userAgent }))
    await open(chrome)
    await open('Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)')
    for (const link of [1, 2, 3]) await click(link, link)
    await collector.drain()
    expect(classes()).toEqual(['1 scanner', '2 scanner', '3 scanner', 'undefined proxy', 'undefined scanner'])
  })

  test('adds no class where the policy grants none', async () => {
    const { collector, committed, click } = edge(false)
    for (const link of [1, 2, 3, 4]) await click(link, link)
    await collector.drain()
    expect(committed.map(({ wire }) => wire[6])).toEqual([{ link: 1 }, { link: 2 }, { link: 3 }, { link: 4 }])
  })

  test('is not looked for where one token serves everybody', () => {
    const bursts = newBursts()
    const about = { kind: 'click', message: claimsOf().message, shared: true } as const
    for (const link of [1, 2, 3, 4]) expect(bursts.look(evidence, { ...about, link }).linksAtOnce).toBe(0)
    expect(bursts.held).toBe(0)
  })

  test('is remembered of so many messages and no more, by no name that could be found', () => {
    const bursts = newBursts(10)
    for (let n = 0; n < 1000; n++) {
      bursts.look(evidence, { kind: 'click', message: claimsOf().message, link: 1, shared: false })
      expect(bursts.held).toBeLessThanOrEqual(20)
    }
  })
})

describe('deliveries', () => {
  test('are known for a minute or two, and of so many messages', () => {
    const deliveries = newDeliveries(10)
    const { message } = claimsOf()
    expect(deliveries.since(message, noon)).toBeNull()
    deliveries.note(message, noon)
    expect(deliveries.since(message, noon + 4000)).toBe(4000)
    expect(deliveries.since(message, noon - 1)).toBeNull()
    for (let n = 0; n < 30; n++) deliveries.note(claimsOf().message, noon)
    expect(deliveries.since(message, noon + 4000)).toBeNull()
  })
})

describe('opens', () => {
  const eventOf = (message: string) => {
    const claims = claimsOf({ message })
    const book = bookOf(policy({ events: { open: rule('open'), click: rule('click') } }))
    return permitHit(hitOf({ at: noon }), 'open', claims, book.inForce, book.all, openReaders()).permitted!
  }

  test('come back by their message, near the moment that is asked for, and once', () => {
    const opens = newOpens()
    const [message, other] = [newId(), newId()]
    const events = [eventOf(message), eventOf(message)]
    opens.add(events[0]!, message, noon)
    opens.add(eventOf(other), other, noon)
    opens.add(events[1]!, message, noon + 20_000)
    expect(opens.take(newId(), noon, 10_000)).toEqual([])
    expect(opens.take(message, noon + 5000, 10_000)).toEqual([events[0]])
    expect(opens.take(message, noon + 5000, 10_000)).toEqual([])
    expect(opens.held).toBe(2)
  })

  test('are held so many and no more, and the latest of them are found', () => {
    const opens = newOpens(16)
    const messages = Array.from({ length: 100 }, newId)
    for (const message of messages) opens.add(eventOf(message), message, noon)
    expect(opens.held).toBe(16)
    const found = messages.map((message) => opens.take(message, noon, 10_000).length)
    expect(found).toEqual([...new Array(84).fill(0), ...new Array(16).fill(1)])
  })

  test('are gone within half a minute', () => {
    vi.useFakeTimers()
    try {
      const opens = newOpens(16)
      const message = newId()
      opens.add(eventOf(message), message, noon)
      vi.advanceTimersByTime(30_000)
      expect(opens.held).toBe(0)
      opens.add(eventOf(message), message, noon)
      expect(opens.held).toBe(1)
      vi.advanceTimersByTime(30_000)
      expect(opens.held).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
