import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { newGroupCommit } from '../../src/tracking/index.ts'

/** A queue that can be taken away and given back. */
function flakyEngine() {
  const stored: number[] = []
  const sizes: number[] = []
  let away = false
  let hung: (() => void)[] | null = null
  return {
    stored,
    sizes,
    commit: async (items: readonly number[]) => {
      sizes.push(items.length)
      if (hung) await new Promise<void>((go) => void hung?.push(go))
      else await sleep(0)
      if (away) throw new Error('away')
      stored.push(...items)
    },
    goAway() {
      away = true
    },
    comeBack() {
      away = false
    },
    hang() {
      hung = []
    },
    release: () => {
      const held = hung ?? []
      hung = null
      for (const go of held) go()
    },
  }
}

describe('a group commit', () => {
  test('writes many items at once, each of them once, in order', async () => {
    const engine = flakyEngine()
    const group = newGroupCommit(engine.commit)
    await Promise.all(Array.from({ length: 2000 }, (_, n) => group.add(n)))
    expect(engine.stored).toEqual(Array.from({ length: 2000 }, (_, n) => n))
    expect(engine.sizes.length).toBeLessThan(10)
    expect(Math.max(...engine.sizes)).toBeLessThanOrEqual(500)
    expect(group).toMatchObject({ committed: 2000, late: 0, lost: 0, pending: 0, healthy: true })
  })

  test('keeps at most so many commits under way', async () => {
    let under = 0
    let most = 0
    const group = newGroupCommit<number>(
      async () => {
        most = Math.max(most, ++under)
        await sleep(2)
        under--
      },
      { inFlight: 3, batch: 20 },
    )
    await Promise.all(Array.from({ length: 400 }, (_, n) => group.add(n)))
    expect(most).toBe(3)
  })

  test('lets the caller go on at the bound and counts what is committed afterwards as late', async () => {
    const engine = flakyEngine()
    const group = newGroupCommit(engine.commit, { boundMillis: 40 })
    engine.hang()
    await Promise.all([group.add(1), group.add(2)])
    expect(group).toMatchObject({ committed: 0, pending: 2 })
    engine.release()
    await group.drain()
    expect(group).toMatchObject({ committed: 2, late: 2, lost: 0, pending: 0 })
    expect(engine.stored).toEqual([1, 2])
  })

  test('tries again while the engine is away, and loses nothing below the backlog', async () => {
    const engine = flakyEngine()
    const group = newGroupCommit(engine.commit, { boundMillis: 40 })
    engine.goAway()
    await Promise.all(Array.from({ length: 100 }, (_, n) => group.add(n)))
    expect(group).toMatchObject({ committed: 0, pending: 100, healthy: false })
    engine.comeBack()
    await group.drain()
    expect(group).toMatchObject({ committed: 100, late: 100, lost: 0, pending: 0, healthy: true })
    expect([...engine.stored].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  test('counts as lost what does not fit into a full backlog, and answers it at once', async () => {
    const engine = flakyEngine()
    const group = newGroupCommit(engine.commit, { boundMillis: 40, backlog: 10 })
    engine.hang()
    const all = Array.from({ length: 25 }, (_, n) => group.add(n))
    await Promise.all(all.slice(10))
    expect(group).toMatchObject({ committed: 0, lost: 15, pending: 10 })
    engine.release()
    await Promise.all(all)
    await group.drain()
    expect(group).toMatchObject({ committed: 10, lost: 15, pending: 0 })
  })

  test('gives up draining after its limit and counts the rest as lost', async () => {
    const engine = flakyEngine()
    const group = newGroupCommit(engine.commit, { boundMillis: 20, drainMillis: 30 })
    engine.hang()
    const waiting = group.add(1)
    await group.drain()
    await waiting
    await group.add(2)
    expect(group).toMatchObject({ committed: 0, lost: 2, pending: 0 })
    engine.release()
  })

  test('drains at once when there is nothing to drain', async () => {
    await newGroupCommit<number>(async () => {}).drain()
  })
})
