import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newHandle, newId } from '../../src/base/index.ts'
import { type BoardChange, openQueue } from '../../src/queue/index.ts'
import { idsOf, someEvents } from './events.ts'
import { haveRedis, ownRedis, sayWithoutRedis } from './redis.ts'
import { until } from './until.ts'

const away = { code: 'queue_away' }

describe('a Redis that is away', () => {
  if (!haveRedis) {
    it('is not tried here', () => sayWithoutRedis('a Redis that is away'))
    return
  }

  it('is a fault with a next step when Lethe starts', async () => {
    await expect(openQueue('redis://127.0.0.1:1')).rejects.toMatchObject(away)
    await expect(openQueue('ftp://127.0.0.1')).rejects.toMatchObject({ code: 'queue_unknown' })
  })

  it('refuses commits in time, and all goes on by itself when it is back', async () => {
    const redis = await ownRedis()
    const queue = await openQueue(redis.url, { patienceMillis: 500 })
    const seen: string[] = []
    const heard: BoardChange[] = []
    queue.workEvents(async (wires) => void seen.push(...wires.map(([id]) => id)), 1)
    await queue.board.follow((change) => heard.push(change))
    const [before, during, after] = [someEvents(1), someEvents(1), someEvents(1)]
    await queue.commitEvents(before)
    await until(() => seen.length === 1)

    await redis.kill()
    await until(() => !queue.healthy)
    await expect(queue.commitEvents(during)).rejects.toMatchObject(away)
    await expect(queue.addWindow([newId()])).rejects.toMatchObject(away)
    await expect(queue.board.stop([{ handle: newHandle(), until: 1 }])).rejects.toMatchObject(away)
    await expect(queue.depths('record')).rejects.toMatchObject(away)

    await redis.start()
    await until(() => queue.healthy)
    await queue.commitEvents(after)
    await until(() => seen.length === 2)
    expect(seen).toEqual([...idsOf(before), ...idsOf(after)])
    await until(() => heard.filter(({ kind }) => kind === 'all').length >= 2)
    const handle = newHandle()
    await queue.board.stop([{ handle, until: 20_000 }])
    await until(() => heard.some((change) => change.kind === 'stop' && change.handle === handle))
    await queue.close()
    await redis.kill()
  })

  it('refuses commits in time when it is there and says nothing', async () => {
    const redis = await ownRedis()
    const queue = await openQueue(redis.url, { patienceMillis: 300 })
    redis.freeze()
    await expect(queue.commitEvents(someEvents(1))).rejects.toMatchObject(away)
    await until(() => !queue.healthy)
    redis.thaw()
    await until(() => queue.healthy)
    await queue.commitEvents(someEvents(1))
    await queue.close()
    await redis.kill()
  })

  it('does not keep Lethe from stopping', async () => {
    const redis = await ownRedis()
    const queue = await openQueue(redis.url, { patienceMillis: 300 })
    queue.workEvents(async () => {}, 2)
    queue.workUpkeep(async () => {})
    await queue.board.follow(() => {})
    await sleep(200)
    await redis.kill()
    await until(() => !queue.healthy)
    const stopped = queue.close().then(() => true)
    expect(await Promise.race([stopped, sleep(8000, false)])).toBe(true)
  })

  it('is named for what it may lose', async () => {
    const redis = await ownRedis()
    const queue = await openQueue(redis.url)
    expect(await queue.warnings()).toEqual([])
    await queue.close()
    await redis.kill()
  })
})
