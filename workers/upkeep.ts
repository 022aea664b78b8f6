import type { Log } from '../src/base/index.ts'
import type { Queue, Running } from '../src/queue/index.ts'
import { tasks, type Upkeep } from '../src/upkeep/index.ts'

/** Puts the table of tasks on the queue's schedule, where it runs once however many processes ask, and works it. */
export async function startUpkeep(
  queue: Pick<Queue, 'schedule' | 'workUpkeep'>,
  upkeep: Upkeep,
  log: Log,
): Promise<Running> {
  await queue.schedule(tasks.map(({ name, everyMillis }) => ({ name, everyMillis })))
  return queue.workUpkeep(async (name) => {
    try {
      await tasks.find((task) => task.name === name)?.run(upkeep)
    } catch (error) {
      log.error('upkeep_failed', {
        task: name,
        code: error instanceof Error && 'code' in error ? String(error.code) : 'defect',
      })
      throw error
    }
  })
}
