import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, isFault, type Log } from '../../base/index.ts'
import { openQueue, type Queue, type QueueOptions } from '../../queue/index.ts'

/** The queue of a process that serves also before there is one. */
export interface LateQueue {
  /** Null until the engine answered for the first time. */
  readonly opened: Queue | null
  close(): Promise<void>
}

const restMillis = 1000
/** What passes by itself; anything else is a fault of the settings, and ends the start. */
const passes: ReadonlySet<string> = new Set(['queue_away', 'queue_full'])

const away = (): Fault =>
  new Fault('queue_away', "The queue's engine has not answered yet.", 'Check that the engine of LETHE_QUEUE runs.')

/**
 * Opens the queue, and `begin`s with it; while the engine is away it goes on trying, so that a tracker that starts during an
 * outage still answers readers. Rejects with any fault that waiting does not mend.
 */
export async function openLateQueue(
  url: string,
  options: QueueOptions,
  begin: (queue: Queue) => Promise<void>,
  log: Log,
): Promise<LateQueue> {
  let opened: Queue | null = null
  let closing = false

  async function tryOnce(): Promise<boolean> {
    const queue = await openQueue(url, options).catch(waited)
    if (queue === null) return false
    try {
      await begin(queue)
      opened = queue
      return true
    } catch (cause) {
      await queue.close()
      waited(cause)
      return false
    }
  }

  async function keepTrying(): Promise<void> {
    log.warn('queue', { code: 'queue_away' })
    while (!closing) {
      await sleep(restMillis)
      try {
        if (closing || (await tryOnce())) break
      } catch (cause) {
        log.error('queue', { code: isFault(cause) ? cause.code : 'defect' })
      }
    }
    if (!closing) log.info('queue_there')
  }

  const trying = (await tryOnce()) ? Promise.resolve() : keepTrying()
  return {
    get opened() {
      return opened
    },
    close: async () => {
      closing = true
      await trying
      await opened?.close()
    },
  }
}

function waited(cause: unknown): null {
  if (isFault(cause) && passes.has(cause.code)) return null
  throw cause
}

/** The queue, or the fault that says that it is not there. */
export function there({ opened }: LateQueue): Queue {
  if (opened === null) throw away()
  return opened
}
