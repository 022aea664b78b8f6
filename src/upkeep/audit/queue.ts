import type { Inspection, Queue } from '../../queue/index.ts'
import { residue } from '../residue.ts'
import { tasks } from '../schedule.ts'
import { type Answer, proved, unproven, violated } from './answer.ts'

export interface QueueAudited {
  readonly queue: Pick<Queue, 'contents' | 'inspect'>
  /** Since when upkeep runs in this process; null where it does not. */
  readonly upkeepSince: number | null
  readonly now: number
}

const hour = 3_600_000

/** Each question to the queue. `seen` is one look at its jobs, which all of them share. */
export const queueChecks: Readonly<
  Record<string, (audited: QueueAudited, seen: Inspection) => Answer | Promise<Answer>>
> = {
  'queue holds ids and permitted events only': async ({ queue }, { foreign, jobs }) => {
    let read = 0
    const found = new Set<string>(foreign.map((place) => `a foreign value in ${place}`))
    for await (const { queue: name, text } of queue.contents()) {
      read += 1
      for (const shape of residue(text)) found.add(`${shape} in ${name}`)
    }
    if (found.size > 0) return violated([...found].sort().join(', '))
    const count = jobs.reduce((sum, each) => sum + each.count, 0)
    return proved(`${count} jobs and ${read} values read: data, failure reasons, options, streams, schedule`)
  },

  'queue keeps nothing that is done': (_audited, { jobs }) => {
    const done = jobs.filter(({ state, count }) => state === 'completed' && count > 0)
    // Cleaned each minute at ten minutes of age; an hour is not the schedule's own delay any more.
    const old = jobs.filter(({ state, oldestMillis }) => state === 'failed' && oldestMillis > hour + tenMinutes)
    const faults = [
      ...done.map(({ queue, count }) => `${count} finished jobs in ${queue}`),
      ...old.map(
        ({ queue, oldestMillis }) => `a failed job in ${queue} since ${Math.round(oldestMillis / 60_000)} min`,
      ),
    ]
    if (faults.length > 0) return violated(faults.join(', '))
    const left = jobs.filter(({ state, count }) => state !== 'completed' && count > 0)
    const list = left.map(({ queue, state, count }) => `${count} ${state} in ${queue}`).join(', ')
    return proved(list === '' ? 'no job is left' : list)
  },

  'every task of upkeep is on the schedule': ({ upkeepSince, now }, { schedules }) => {
    const missing = tasks.filter(
      ({ name, everyMillis }) => !schedules.some((each) => each.name === name && each.everyMillis === everyMillis),
    )
    const alive = upkeepSince === null ? Number.POSITIVE_INFINITY : now - upkeepSince
    // What was due while nothing ran is not late yet in a process that has only just begun.
    const late = schedules.filter(({ everyMillis, lateMillis }) => Math.min(lateMillis, alive) > everyMillis + hour)
    const faults = [
      ...(missing.length === tasks.length
        ? [`none of the ${tasks.length} tasks is on it`]
        : missing.map(({ name }) => `${name} is not on it`)),
      ...late.map(({ name, lateMillis }) => `${name} is ${Math.round(lateMillis / 60_000)} min late`),
    ]
    if (faults.length === 0) return proved(`${tasks.length} tasks, none of them late`)
    if (upkeepSince !== null) return violated(faults.join(', '))
    return unproven(`${faults.join(', ')}, and no upkeep runs here`)
  },
}

const tenMinutes = 600_000
