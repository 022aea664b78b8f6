import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Fault, newId } from '../../src/base/index.ts'
import type { PermittedEvent, Wire } from '../../src/gate/index.ts'
import type { Notice, Queue, Running } from '../../src/queue/index.ts'
import { idsOf, someEvents } from '../queue/events.ts'
import { until } from '../queue/until.ts'
import { describeBoard } from './queue-board.ts'
import { describeInspection } from './queue-inspect.ts'

export interface QueueScene {
  readonly queue: Queue
  /** The same queue as another process sees it; the same object where only one process may open it. */
  readonly other: Queue
  /** Puts any data into a queue, around the face: what an intruder with the engine's password could do. */
  plant(queue: 'send' | 'record', data: unknown): Promise<void>
  close(): Promise<void>
}

/** What every engine promises. One scene serves all the tests; each leaves the queues empty. */
export function describeQueue(name: string, open: (noticed: (notice: Notice) => void) => Promise<QueueScene>): void {
  describe(`the queue on ${name}`, () => {
    let scene: QueueScene
    let queue: Queue
    const notices: Notice[] = []
    const running: Running[] = []
    const during = (each: Running): void => void running.push(each)

    beforeAll(async () => {
      scene = await open((notice) => notices.push(notice))
      queue = scene.queue
    })
    afterEach(async () => {
      await Promise.all(running.splice(0).map((each) => each.stop()))
      notices.length = 0
    })
    afterAll(() => scene.close())

    const rest = async (): Promise<string> => {
      let all = ''
      for await (const { text } of queue.contents()) all += `${text}\n`
      return all
    }
    const empty = async (which: 'send' | 'record' | 'upkeep'): Promise<boolean> => {
      const { waiting, active, delayed } = await queue.depths(which)
      return waiting + active + delayed === 0
    }

    it('brings events to the worker as they were committed', async () => {
      const batches = [someEvents(1), someEvents(70), someEvents(3), someEvents(400)]
      const seen: (readonly Wire[])[] = []
      during(queue.workEvents(async (wires) => void seen.push(wires), 2))
      await Promise.all(batches.map((batch) => queue.commitEvents(batch)))
      await until(() => seen.length === 4)
      const sizes = seen.map(({ length }) => length)
      expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 3, 70, 400])
      expect(seen.flat().map(([id]) => id)).toEqual(expect.arrayContaining([...batches.flatMap(idsOf)]))
      expect(seen.flat().find(([id]) => id === batches[0]![0]!.wire[0])).toEqual(batches[0]![0]!.wire)
    })

    it('brings windows of ids to the worker', async () => {
      const windows = [[newId()], [newId(), newId()]]
      const seen: string[] = []
      during(queue.workWindows(async (ids) => void seen.push(...ids), 1))
      for (const window of windows) await queue.addWindow(window)
      await until(() => seen.length === 3)
      expect(seen).toEqual(windows.flat())
    })

    const genuine = someEvents(1)[0]!
    const forgeries: readonly (readonly [string, unknown])[] = [
      ['a cast', { wire: genuine.wire }],
      ['a spread', { ...genuine }],
      ['parsed JSON', JSON.parse(JSON.stringify({ wire: genuine.wire }))],
      ['a copied prototype', Object.create(Object.getPrototypeOf(genuine))],
      ['a proxy', new Proxy(genuine, {})],
      ['nothing', null],
    ]
    it.each(forgeries)('takes nothing that the gate did not mint: %s', async (_what, forged) => {
      const before = await queue.depths('record')
      const commit = queue.commitEvents([genuine, forged as PermittedEvent]) // the cast is what is tried
      await expect(commit).rejects.toMatchObject({ code: 'not_permitted' })
      expect(await queue.depths('record')).toEqual(before)
    })

    it('takes no address for an id, a handle or a task', async () => {
      const denied = { code: 'not_permitted' }
      await expect(queue.addWindow(['ada@riverside.example'])).rejects.toMatchObject(denied)
      await expect(queue.board.stop([{ handle: 'ada@river.example', until: 1 }])).rejects.toMatchObject(denied)
      await expect(queue.schedule([{ name: 'ada@river.example', everyMillis: 1000 }])).rejects.toMatchObject(denied)
      expect(await rest()).not.toContain('ada@')
    })

    it('keeps nothing of a job that succeeded', async () => {
      await queue.commitEvents(someEvents(40, 'Needleland'))
      const [id] = [newId()]
      await queue.addWindow([id])
      expect(await rest()).toContain('Needleland')
      expect(await rest()).toContain(id)
      during(queue.workEvents(async () => {}, 1))
      during(queue.workWindows(async () => {}, 1))
      await until(async () => (await empty('record')) && (await empty('send')))
      const left = await rest()
      expect(left).not.toContain('Needleland')
      expect(left).not.toContain(id)
    })

    it('keeps the code of a failure and never its words', async () => {
      const said = '550 5.1.1 <ada@riverside.example>: user unknown'
      let tries = 0
      let mended = false
      during(
        queue.workWindows(async () => {
          if (mended) return
          if (++tries % 2) throw new Error(said)
          throw new Fault('store_locked', said, said, { cause: new Error(said) })
        }, 1),
      )
      await queue.addWindow([newId()])
      await until(() => tries >= 2)
      await until(async () => (await rest()).includes('store_locked'))
      expect(await rest()).not.toMatch(/ada|5\.1\.1|unknown|contracts\/queue/)
      expect(notices).toContainEqual({ code: 'job_failed', queue: 'send', where: 'store_locked' })
      const defect = notices.find(({ code }) => code === 'job_defect')
      expect(defect?.where).toMatch(/^queue\.ts:\d+:\d+$/)
      expect(JSON.stringify(notices)).not.toContain('ada')
      mended = true
      await until(() => empty('send'))
    }, 120_000)

    it('tells how many events wait, whatever the size of their batches', async () => {
      const before = await queue.eventsWaiting()
      expect(before).toBe(0)
      for (const size of [1, 60, 3]) await queue.commitEvents(someEvents(size))
      expect(await queue.eventsWaiting()).toBe(64)
      // Of many the two ends and the middle stand for all.
      for (let batch = 0; batch < 17; batch++) await queue.commitEvents(someEvents(20))
      const many = await queue.eventsWaiting()
      expect(many).toBeGreaterThan(200)
      expect(many).toBeLessThan(800)
      during(queue.workEvents(async () => {}, 2))
      await until(async () => (await queue.eventsWaiting()) === 0)
    })

    it('tries a batch of events again for as long as the store is away', async () => {
      const [event] = someEvents(1)
      let tries = 0
      let recorded: readonly Wire[] = []
      during(
        queue.workEvents(async (wires) => {
          if (++tries < 5) throw new Fault('store_away', 'The store does not answer.', 'Start it.')
          recorded = wires
        }, 1),
      )
      await queue.commitEvents([event!])
      await until(async () => (await rest()).includes('store_away'))
      // As good as for ever, whatever the tries so far.
      expect(await rest()).toMatch(/"attempts": ?2000000000/)
      await until(() => recorded.length > 0)
      expect(recorded).toEqual([event!.wire])
      expect(await queue.depths('record')).toMatchObject({ failed: 0 })
    })

    it('drops malformed wires and ids, counts them, and works the sound ones', async () => {
      const [event] = someEvents(1)
      const id = newId()
      const seen: unknown[] = []
      await scene.plant('record', [event!.wire, ['x'], null, { id: 'ada@riverside.example' }])
      await scene.plant('record', 'no array at all')
      await scene.plant('send', [id, 7, 'ada@riverside.example'])
      during(queue.workEvents(async (wires) => void seen.push(...wires), 1))
      during(queue.workWindows(async (ids) => void seen.push(...ids), 1))
      await until(() => seen.length === 2)
      await until(async () => (await empty('record')) && (await empty('send')))
      expect(seen).toEqual(expect.arrayContaining([event!.wire, id]))
      expect(notices).toContainEqual({ code: 'wire_malformed', queue: 'record', count: 3 })
      expect(notices).toContainEqual({ code: 'id_malformed', queue: 'send', count: 2 })
    })

    it('runs upkeep on its schedule, and forgets tasks that left the table', async () => {
      const ran: string[] = []
      await queue.schedule([
        { name: 'purge', everyMillis: 3_600_000 },
        { name: 'strays', everyMillis: 300 },
      ])
      await scene.other.schedule([
        { name: 'purge', everyMillis: 3_600_000 },
        { name: 'strays', everyMillis: 300 },
      ])
      during(queue.workUpkeep(async (task) => void ran.push(task)))
      during(scene.other.workUpkeep(async (task) => void ran.push(task)))
      await until(() => ran.filter((task) => task === 'strays').length >= 3)
      expect(ran.filter((task) => task === 'purge').length).toBeLessThanOrEqual(1)
      await queue.schedule([{ name: 'purge', everyMillis: 3_600_000 }])
      const before = ran.length
      await sleep(1000)
      // One that was due already may still run.
      expect(ran.length - before).toBeLessThanOrEqual(1)
      await queue.schedule([])
      await until(() => empty('upkeep'))
    })

    describeBoard(() => scene)
    describeInspection(() => scene)

    it('cleans failed jobs that are old enough, and no others', async () => {
      await scene.plant('send', [newId()])
      during(queue.workWindows(() => Promise.reject(new Fault('gone', 'Gone.', 'None.')), 1))
      await until(async () => (await queue.depths('send')).failed >= 1, 20_000)
      await queue.clean(3_600_000)
      expect(await queue.depths('send')).not.toMatchObject({ failed: 0 })
      expect(await queue.clean(0)).toBeGreaterThanOrEqual(1)
      expect(await queue.depths('send')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0, oldestMillis: 0 })
    }, 120_000)

    it('knows how deep it is and how long the oldest job has waited', async () => {
      await queue.addWindow([newId()])
      await sleep(80)
      await queue.addWindow([newId()])
      expect(await queue.waiting('send')).toBe(2)
      const { waiting, oldestMillis } = await queue.depths('send')
      expect(waiting).toBe(2)
      expect(oldestMillis).toBeGreaterThanOrEqual(50)
      during(queue.workWindows(async () => {}, 1))
      await until(() => empty('send'))
    })

    it('finishes what is in hand before it stops', async () => {
      let finished = false
      const worker = queue.workWindows(async () => {
        await sleep(300)
        finished = true
      }, 1)
      await queue.addWindow([newId()])
      await until(async () => (await queue.depths('send')).active === 1)
      await worker.stop()
      expect(finished).toBe(true)
      expect(await empty('send')).toBe(true)
    })

    it('says in codes, each with a step, what its engine does not promise', async () => {
      for (const { code, next } of await queue.warnings()) {
        expect(code).toMatch(/^queue_[a-z_]+$/)
        expect(next).toMatch(/\.$/)
      }
      expect(queue.healthy).toBe(true)
    })
  })
}
