import { setTimeout as sleep } from 'node:timers/promises'
import type { BackendClasses, ConnectionOptions, IQueueBackend, Job, Telemetry } from 'bullmq'
import { codeWithCause, isFault } from '../base/index.ts'
import type { Engine, QueueOptions } from './engine.ts'
import { within } from './in-time.ts'
import type { QueueName, Running } from './queue.ts'
import { codeOf, placeOf, reasonOf } from './reason.ts'

type WorkerClass = BackendClasses<IQueueBackend, ConnectionOptions>['Worker']

export interface Workshop {
  run(name: QueueName, concurrency: number, handle: (job: Job<unknown>) => Promise<void>): Running
  close(): Promise<void>
}

// A crashed worker's jobs are seen at the first stalled check after their lock ran out: 10 + 5 seconds, and once more for
// the two passes that BullMQ's sweep takes. That is the 30 seconds of the contract with room to spare.
const pace = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 1_000_000_000, runRetryDelay: 500 }

// Six seconds for an engine that answers, two for one that does not.
const turn = 250
const patienceTurns = 24

/** The workers of one queue object: what they throw leaves as a code, and they stop also when the engine is away. */
export function newWorkshop(
  Worker: WorkerClass,
  engine: Engine,
  options: QueueOptions,
  tracing: { readonly telemetry?: Telemetry },
): Workshop {
  const open = new Set<Running>()

  function run(name: QueueName, concurrency: number, handle: (job: Job<unknown>) => Promise<void>): Running {
    let inHand = 0
    const process = async (job: Job<unknown>): Promise<void> => {
      inHand++
      try {
        await handle(job)
      } catch (error) {
        const code = codeOf(error)
        options.noticed?.(
          code === 'defect'
            ? { code: 'job_defect', queue: name, where: placeOf(error) }
            : { code: 'job_failed', queue: name, where: isFault(error) ? codeWithCause(error) : code },
        )
        throw reasonOf(error)
      } finally {
        inHand--
      }
    }
    const employ = () => {
      const worker = new Worker<unknown, void>(name, process, {
        ...pace,
        connection: {},
        prefix: engine.prefix,
        concurrency,
        ...tracing,
        settings: { backoffStrategy: (attempts) => Math.min(5_000, 100 * 2 ** Math.min(attempts, 10)) },
      })
      worker.on('error', () => options.noticed?.({ code: 'engine_error', queue: name }))
      worker.on('stalled', () => options.noticed?.({ code: 'job_stalled', queue: name }))
      worker.waitUntilReady().catch(() => replace(worker))
      return worker
    }
    // A worker of BullMQ whose very first connection is lost keeps that failure for ever; another one in its place begins anew.
    async function replace(failed: ReturnType<typeof employ>): Promise<void> {
      failed.close(true).catch(() => undefined)
      await sleep(pace.runRetryDelay)
      if (!stopping) worker = employ()
    }

    let stopping: Promise<void> | null = null
    let worker = employ()
    const running: Running = {
      stop() {
        open.delete(running)
        stopping ??= stop()
        return stopping
      },
    }
    async function stop(): Promise<void> {
      const closing = worker.close().catch(() => undefined)
      // Nothing in hand: BullMQ would wait for an engine that is away, or for a node that left its Cluster, for ever.
      for (let idle = 0; idle < (engine.healthy ? patienceTurns : patienceTurns / 3); ) {
        if (await within(closing, turn)) return
        idle = inHand > 0 ? 0 : idle + 1
      }
      await within(worker.getBackend().close(true), 1000)
    }
    open.add(running)
    return running
  }

  return {
    run,
    async close() {
      await Promise.all([...open].map((running) => running.stop()))
    },
  }
}
