import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newHandle } from '../../src/base/index.ts'
import type { PermittedEvent } from '../../src/gate/index.ts'
import { type BoardChange, openQueue, type Queue } from '../../src/queue/index.ts'
import { idsOf, someEvents } from './events.ts'
import { haveRedis, sayWithoutRedis } from './redis.ts'
import { type Fleet, type Server, startCluster, startSentinels } from './redis-fleet.ts'
import { until } from './until.ts'

/** As the group commit does: a batch that was refused is committed again. Answers how often it had to be. */
async function commit(queue: Queue, events: readonly PermittedEvent[]): Promise<number> {
  for (let refused = 0; ; refused++) {
    try {
      await queue.commitEvents(events)
      return refused
    } catch (error) {
      expect(error).toMatchObject({ code: 'queue_away' })
      if (refused > 600) throw error
      await sleep(100)
    }
  }
}

const refusal = (error: unknown): void => expect(error).toMatchObject({ code: 'queue_away' })

/** True once its replica has every byte that the master told of. */
async function isCopied(master: Server): Promise<boolean> {
  const info = String(await master.ask('info', 'replication'))
  const told = /^master_repl_offset:(\d+)/m.exec(info)?.[1]
  return told !== undefined && new RegExp(`^slave0:.*,state=online,offset=${told},`, 'm').test(info)
}

const fleets: readonly (readonly [string, () => Promise<Fleet>])[] = [
  ['Sentinels', startSentinels],
  ['a Cluster', startCluster],
]

describe.each(fleets)('the queue behind %s', (_name, start) => {
  if (!haveRedis) {
    it('is not tried here', () => sayWithoutRedis('the queue behind Sentinels and on a Cluster'))
    return
  }

  it('goes on by itself when the master dies, and loses nothing that a replica had', async () => {
    const fleet = await start()
    const queue = await openQueue(fleet.url)
    const other = await openQueue(fleet.url)
    try {
      const heard: BoardChange[] = []
      await other.board.follow((change) => heard.push(change))
      const seen = new Set<string>()
      const work = queue.workEvents(async (wires) => {
        for (const [id] of wires) seen.add(id)
      }, 2)
      const early = someEvents(3)
      await commit(queue, early)
      await until(() => seen.size === 3, 30_000)
      await work.stop()

      let settled = false
      const before = Array.from({ length: 40 }, () => someEvents(5))
      for (const batch of before) await queue.commitEvents(batch)
      const master = await fleet.holder()
      await until(() => isCopied(master), 30_000)
      queue.workEvents(async (wires) => {
        for (const [id] of wires) seen.add(id)
      }, 2)
      await master.kill()
      // Who comes in now is let in or refused, and never left waiting.
      const late: Queue[] = []
      const told = Promise.all(
        Array.from({ length: 8 }, () => openQueue(fleet.url).then((each) => late.push(each), refusal)),
      ).finally(() => {
        settled = true
      })

      const after = Array.from({ length: 10 }, () => someEvents(5))
      let refused = 0
      for (const batch of after) refused += await commit(queue, batch)
      expect(refused).toBeGreaterThan(0)
      expect((await fleet.holder()).port).not.toBe(master.port)
      await until(() => queue.healthy, 30_000)
      await until(() => settled, 60_000)
      await told
      await Promise.all(late.map((each) => each.close()))
      const all = [...early, ...before.flat(), ...after.flat()]
      await until(() => idsOf(all).every((id) => seen.has(id)), 60_000)

      const handle = newHandle()
      await queue.board.stop([{ handle, until: 20_000 }])
      const knows = (change: BoardChange): boolean =>
        (change.kind === 'stop' && change.handle === handle) ||
        (change.kind === 'all' && change.entries.some((each) => each.handle === handle))
      await until(() => heard.some(knows), 30_000)
    } finally {
      await Promise.all([queue.close(), other.close()])
      await fleet.close()
    }
  }, 240_000)
})
