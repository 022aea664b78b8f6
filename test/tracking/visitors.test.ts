import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dayOf, newId } from '../../src/base/index.ts'
import { forms, mintSharedToken, newStopSet, type PermittedEvent } from '../../src/gate/index.ts'
import { newCollector, newVisitors } from '../../src/tracking/index.ts'
import { bookOf, evidence, hitOf, noon, plainReaders, policy, ringOf, rule } from '../gate/scene.ts'

const campaign = newId()
const hour = 3_600_000

beforeEach(() => void vi.useFakeTimers({ now: noon }))
afterEach(() => void vi.useRealTimers())

describe('visitors of one day', () => {
  it('are new once in a campaign and once at each link of it', () => {
    const visitors = newVisitors()
    const click = (link: number, of = campaign, address = '192.0.2.1') =>
      visitors.novelty({ ...evidence, address }, of, 'click', link)
    expect([click(1), click(1), click(2), click(2), click(1)]).toEqual([
      ...['newcomer', 'known', 'new_to_link', 'known', 'known'],
    ])
    expect([click(1, newId()), click(1, campaign, '192.0.2.2')]).toEqual(['newcomer', 'newcomer'])
    expect(visitors.novelty({ ...evidence, address: '192.0.2.1' }, campaign, 'open', 0)).toBe('newcomer')
  })

  it('are forgotten at midnight, also by a tracker that nobody visits any more', () => {
    const visitors = newVisitors()
    const open = (at: number) => visitors.novelty({ ...evidence, at }, campaign, 'open', 0)
    expect([open(noon), open(noon + hour)]).toEqual(['newcomer', 'known'])
    expect(visitors.held).toBe(1)
    vi.setSystemTime(noon)
    vi.advanceTimersByTime(12 * hour)
    expect(visitors.held).toBe(0)
    expect(open(noon + 12 * hour)).toBe('newcomer')
  })

  it('are told apart under a salt that no other process has', () => {
    const [one, other] = [newVisitors(), newVisitors()]
    expect(one.novelty(evidence, campaign, 'open', 0)).toBe('newcomer')
    expect(other.novelty(evidence, campaign, 'open', 0)).toBe('newcomer')
    one.forget()
    expect(one.held).toBe(0)
  })

  it('are too few rather than too many once the memory is full', () => {
    const visitors = newVisitors(3)
    const seen = Array.from({ length: 9 }, (_, person) =>
      visitors.novelty({ ...evidence, address: `192.0.2.${person}` }, campaign, 'open', 0),
    )
    expect(seen.filter((each) => each === 'newcomer')).toHaveLength(3)
    expect(visitors.held).toBe(3)
  })
})

it('of a visitor nothing leaves the tracker but whether the hit is a new one, and only where hits are counted', async () => {
  const committed: PermittedEvent[] = []
  const tally = { mode: 'tally' as const, fields: new Map([['link', 'value']] as const) }
  const ring = ringOf(1)
  const collector = newCollector({
    ...{ ring, book: bookOf(policy({ events: { open: rule('open', tally), click: rule('click', tally) } })) },
    ...{ stops: newStopSet(), readers: plainReaders },
    commit: async (events) => void committed.push(...events),
  })
  const token = (link: number) =>
    mintSharedToken(ring, 'click', {
      policy: 7,
      issued: dayOf(noon),
      message: campaign,
      link,
      target: 'https://x.example/',
    })
  vi.useRealTimers()
  for (const link of [1, 1, 2]) await collector.click(token(link), hitOf())
  const wires = committed.map(({ wire }) => wire)
  expect(wires.map((wire) => wire[4])).toEqual([forms.countNewcomer, forms.count, forms.countNewToLink])
  expect(wires.map((wire) => wire[6])).toEqual([{ link: 1 }, { link: 1 }, { link: 2 }])
  const text = JSON.stringify(wires)
  for (const secret of [evidence.address, 'Needle', 'haystack']) expect(text).not.toContain(secret)
})
