import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newHandle, newId } from '../../src/base/index.ts'
import { type BoardChange, openQueue } from '../../src/queue/index.ts'
import { idsOf, someEvents } from './events.ts'
import { haveOwnPostgres, ownPostgres } from './own-postgres.ts'
import { sayWithoutPostgres } from './postgres.ts'
import { until } from './until.ts'

const away = { code: 'queue_away' }

describe('a PostgreSQL that is away', () => {
  if (!haveOwnPostgres) {
    it('is not tried here', () => sayWithoutPostgres('a PostgreSQL that is away'))
    return
  }

  it('is a fault with a next step when Lethe starts', async () => {
    await expect(openQueue('postgres://root@127.0.0.1:1/queue')).rejects.toMatchObject(away)
    const server = await ownPostgres()
    await expect(openQueue(server.url.replace('/postgres', '/nowhere'))).rejects.toMatchObject({ code: 'queue_denied' })
    await server.kill()
  }, 120_000)

  it.each(['kill', 'stop'] as const)(
    'refuses commits after a %s, and all goes on by itself when it is back',
    async (how) => {
      const server = await ownPostgres()
      const queue = await openQueue(server.url, { patienceMillis: 500 })
      const seen = new Set<string>()
      const heard: BoardChange[] = []
      const note = async (wires: readonly (readonly [string, ...unknown[]])[]) => {
        for (const [id] of wires) seen.add(id)
      }
      queue.workEvents(note, 1)
      await queue.board.follow((change) => heard.push(change))
      const [before, during, after] = [someEvents(1), someEvents(1), someEvents(1)]
      await queue.commitEvents(before)
      await until(() => seen.size === 1, 30_000)

      await server[how]()
      await until(() => !queue.healthy, 30_000)
      await expect(queue.commitEvents(during)).rejects.toMatchObject(away)
      await expect(queue.addWindow([newId()])).rejects.toMatchObject(away)
      await expect(queue.board.stop([{ handle: newHandle(), until: 1 }])).rejects.toMatchObject(away)
      await expect(queue.depths('record')).rejects.toMatchObject(away)
      // One that is employed in the outage begins when it is over.
      const windows: string[] = []
      queue.workWindows(async (ids) => void windows.push(...ids), 1)

      await server.start()
      await until(() => queue.healthy, 30_000)
      await queue.commitEvents(after)
      await until(() => seen.size === 2, 30_000)
      expect([...seen]).toEqual([...idsOf(before), ...idsOf(after)])
      const id = newId()
      await queue.addWindow([id])
      await until(() => windows.includes(id), 30_000)
      await until(() => heard.filter(({ kind }) => kind === 'all').length >= 2, 30_000)
      const handle = newHandle()
      await queue.board.stop([{ handle, until: 20_000 }])
      await until(() => heard.some((change) => change.kind === 'stop' && change.handle === handle), 30_000)
      await queue.close()
      await server.kill()
    },
    240_000,
  )

  it('refuses commits in time when it is there and says nothing', async () => {
    const server = await ownPostgres()
    const queue = await openQueue(server.url, { patienceMillis: 300 })
    await queue.commitEvents(someEvents(1))
    server.freeze()
    await expect(queue.commitEvents(someEvents(1))).rejects.toMatchObject(away)
    await until(() => !queue.healthy, 30_000)
    server.thaw()
    await until(() => queue.healthy, 30_000)
    await queue.commitEvents(someEvents(1))
    await queue.close()
    await server.kill()
  }, 120_000)

  it('does not keep Lethe from stopping', async () => {
    const server = await ownPostgres()
    const queue = await openQueue(server.url, { patienceMillis: 300 })
    queue.workEvents(async () => {}, 2)
    queue.workUpkeep(async () => {})
    await queue.board.follow(() => {})
    await sleep(200)
    await server.kill()
    await until(() => !queue.healthy, 30_000)
    const stopped = queue.close().then(() => true)
    expect(await Promise.race([stopped, sleep(30_000, false)])).toBe(true)
  }, 120_000)

  it('is named for what it may lose and show', async () => {
    const careless = await ownPostgres(['fsync=off', 'log_min_duration_statement=0'])
    const queue = await openQueue(careless.url)
    const codes = (await queue.warnings()).map(({ code }) => code)
    expect(codes).toEqual(['queue_no_fsync', 'queue_keeps_wal', 'queue_logs_jobs'])
    await queue.close()
    await careless.kill()
  }, 120_000)
})
