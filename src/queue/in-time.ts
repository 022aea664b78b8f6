import { awayFault } from './away.ts'

/** True if `task` settled in time. */
export async function within(task: Promise<unknown>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, millis, false)
  })
  const done = task.then(
    () => true,
    () => true,
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}

/**
 * The engine's answer, or a fault of ours. Drivers have time-outs of their own; a Cluster that looks for its nodes, or a
 * pool that waits for a connection, begins them only when the command leaves, and a caller holds its items until then.
 */
export async function inTime<T>(asked: Promise<T>, millis: number): Promise<T> {
  if (!(await within(asked, millis))) {
    asked.catch(() => undefined) // nobody listens any more
    throw awayFault(new Error('timed out'))
  }
  try {
    return await asked
  } catch (error) {
    throw awayFault(error)
  }
}
