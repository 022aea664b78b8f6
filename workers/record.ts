import { setTimeout as sleep } from 'node:timers/promises'
import { storeTrouble } from '../src/base/index.ts'
import type { Queue, Running } from '../src/queue/index.ts'
import { type RecordParts, recordBatch } from '../src/tracking/index.ts'

export interface RecordingParts extends RecordParts {
  /** Brings in the policies that other processes have put in force. */
  readonly learn?: () => Promise<unknown>
  /** Hears the code for which the store takes nothing, and null once it does again. */
  readonly troubled?: (code: string | null) => void
}

const shortestRest = 200
const longestRest = 5000

/**
 * Batches of permitted events into the ledger. A batch that fails comes back whole: events are inserted once by their id.
 * While the store is away a worker keeps the batch that it has and takes no other: the rest waits in the queue, untouched,
 * where its number can be seen.
 */
export function startRecording(
  queue: Pick<Queue, 'workEvents'>,
  { learn, troubled, ...parts }: RecordingParts,
  concurrency = 2,
): Running {
  const record = recordBatch(parts)
  const stopping = new AbortController()

  const running = queue.workEvents(async (wires) => {
    for (let rest = shortestRest; ; rest = Math.min(rest * 2, longestRest)) {
      try {
        // An event under a policy that another process made known moments ago is no unknown one.
        if (learn && wires.some(([, , policy]) => !parts.book.all.has(policy))) await learn()
        await record(wires)
        return troubled?.(null)
      } catch (cause) {
        const code = storeTrouble(cause)
        troubled?.(code)
        // Anything else is the batch's own fault.
        if (code === null || stopping.signal.aborted) throw cause
        await sleep(rest, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }, concurrency)
  return {
    stop: () => {
      stopping.abort()
      return running.stop()
    },
  }
}
