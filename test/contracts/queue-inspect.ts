import { expect, it } from 'vitest'
import { Fault, newId } from '../../src/base/index.ts'
import type { Inspection } from '../../src/queue/index.ts'
import { someEvents } from '../queue/events.ts'
import { until } from '../queue/until.ts'
import type { QueueScene } from './queue.ts'

/** What an audit sees of the queues: shapes and counts, and whatever was put there past the face. */
export function describeInspection(scene: () => QueueScene): void {
  const countOf = ({ jobs }: Inspection, queue: string, state: string) =>
    jobs.find((each) => each.queue === queue && each.state === state)?.count

  it('finds nothing foreign in jobs and schedules of its own, in any state', async () => {
    const { queue } = scene()
    await queue.addWindow([newId(), newId()])
    await queue.commitEvents(someEvents(2))
    await queue.schedule([{ name: 'purge', everyMillis: 3_600_000 }])
    const seen = await queue.inspect()
    expect(seen.foreign).toEqual([])
    expect([countOf(seen, 'send', 'waiting'), countOf(seen, 'record', 'waiting')]).toEqual([1, 1])
    expect(seen.schedules).toMatchObject([{ name: 'purge', everyMillis: 3_600_000 }])
    expect(seen.schedules[0]!.lateMillis).toBeLessThan(3_600_000)
    const works = [
      queue.workWindows(() => Promise.reject(new Fault('gone', 'Gone.', 'None.')), 1),
      queue.workEvents(async () => {}, 1),
    ]
    await until(async () => (await queue.depths('send')).delayed > 0)
    expect((await queue.inspect()).foreign).toEqual([])
    await Promise.all(works.map((each) => each.stop()))
    const mended = queue.workWindows(async () => {}, 1)
    await until(async () => countOf(await queue.inspect(), 'send', 'delayed') === 0)
    await mended.stop()
    await queue.schedule([])
    expect(countOf(await queue.inspect(), 'send', 'completed')).toBe(0)
  }, 120_000)

  it('changes nothing by looking', async () => {
    const { queue } = scene()
    const lying = async () => {
      const all: string[] = []
      for await (const { queue: name, text } of queue.contents()) all.push(`${name} ${text}`)
      return all.sort()
    }
    await queue.addWindow([newId()])
    const before = await lying()
    await queue.inspect()
    expect(await lying()).toEqual(before)
    const work = queue.workWindows(async () => {}, 1)
    await until(async () => countOf(await queue.inspect(), 'send', 'waiting') === 0)
    await work.stop()
  }, 120_000)

  it('finds what was put into a job past the gate, and repeats none of it', async () => {
    const { queue, plant } = scene()
    await plant('send', [newId(), 'ada@riverside.example'])
    await plant('record', { ip: '81.2.69.142' })
    const seen = await queue.inspect()
    expect(seen.foreign).toEqual(['record.data', 'record.name', 'send.data', 'send.name'])
    expect(JSON.stringify(seen)).not.toMatch(/ada|81\.2/)
    const works = [queue.workWindows(async () => {}, 1), queue.workEvents(async () => {}, 1)]
    await until(async () => (await queue.inspect()).foreign.length === 0)
    await Promise.all(works.map((each) => each.stop()))
  }, 120_000)
}
