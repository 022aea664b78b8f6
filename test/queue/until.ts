import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for something that another process or the engine does; the bound is for failures, not for timing. */
export async function until(true_: () => boolean | Promise<boolean>, millis = 10_000): Promise<void> {
  const end = Date.now() + millis
  while (!(await true_())) {
    if (Date.now() > end) throw new Error('did not come true in time')
    await sleep(10)
  }
}
