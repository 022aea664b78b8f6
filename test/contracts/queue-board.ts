import { isDeepStrictEqual } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { newHandle } from '../../src/base/index.ts'
import type { BoardChange, Running } from '../../src/queue/index.ts'
import { until } from '../queue/until.ts'
import type { QueueScene } from './queue.ts'

/** What the stop-set's engine promises to the trackers. */
export function describeBoard(scene: () => QueueScene): void {
  describe('and its board', () => {
    const follows: Running[] = []
    afterEach(async () => {
      await Promise.all(follows.splice(0).map((each) => each.stop()))
    })

    it('tells every follower of a stop and of a lift within a second, after telling all that stood there', async () => {
      const [old, fresh] = [newHandle(), newHandle()]
      await scene().queue.board.stop([{ handle: old, until: 20_000 }])
      const heard: BoardChange[][] = [[], []]
      follows.push(await scene().queue.board.follow((change) => heard[0]!.push(change)))
      follows.push(await scene().other.board.follow((change) => heard[1]!.push(change)))
      for (const each of heard) {
        expect(each[0]).toMatchObject({ kind: 'all' })
        expect(each[0]).toHaveProperty('entries', expect.arrayContaining([{ handle: old, until: 20_000 }]))
      }
      const stop = { kind: 'stop', handle: fresh, until: 20_001 }
      await scene().other.board.stop([{ handle: fresh, until: 20_001 }])
      await until(() => heard.every((each) => each.some(({ kind }) => kind === 'stop')), 1000)
      await scene().queue.board.lift([fresh])
      await until(() => heard.every((each) => each.some(({ kind }) => kind === 'lift')), 1000)
      // Who shares a process with the one that stopped hears of it there, and once more by the engine.
      const news = heard.map((each) => each.slice(1).filter((change, at) => !isDeepStrictEqual(change, each[at])))
      for (const each of news) expect(each).toEqual([stop, { kind: 'lift', handle: fresh }])
    })

    it('has told the followers of the process that stops somebody before it says that it is done', async () => {
      const heard: BoardChange[] = []
      const following = await scene().queue.board.follow((change) => heard.push(change))
      for (let round = 0; round < 50; round++) {
        const handle = newHandle()
        await scene().queue.board.stop([{ handle, until: 20_000 }])
        expect(heard, `round ${round}`).toContainEqual({ kind: 'stop', handle, until: 20_000 })
      }
      await following.stop()
      const late = newHandle()
      await scene().queue.board.stop([{ handle: late, until: 20_000 }])
      expect(JSON.stringify(heard), 'who has stopped following hears nothing').not.toContain(late)
    })

    it('shows every process what was pinned last, whole, and nothing under a name that nobody used', async () => {
      const long = `policy: ünïcode\n${'x'.repeat(200_000)}`
      await scene().queue.board.pin({ first: 'one', second: 'two' })
      await scene().other.board.pin({ second: long })
      expect(await scene().other.board.pinned('first')).toBe('one')
      expect(await scene().queue.board.pinned('second')).toBe(long)
      expect(await scene().queue.board.pinned('third')).toBeNull()
    })

    it('keeps the later day of a stop, and forgets stops whose day is over', async () => {
      const [a, b] = [newHandle(), newHandle()]
      await scene().queue.board.stop([
        { handle: a, until: 30_000 },
        { handle: b, until: 10_000 },
      ])
      await scene().queue.board.stop([{ handle: a, until: 25_000 }])
      await scene().queue.board.expire(10_001)
      const heard: BoardChange[] = []
      follows.push(await scene().queue.board.follow((change) => heard.push(change)))
      const [all] = heard
      expect(all).toHaveProperty('entries', expect.arrayContaining([{ handle: a, until: 30_000 }]))
      expect(JSON.stringify(all)).not.toContain(b)
    })
  })
}
