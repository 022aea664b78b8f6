import type { BackendFactory, IQueueBackend } from 'bullmq'
import type { Queue, QueueName } from './queue.ts'
import type { Tracing } from './tracing.ts'

export const queueNames: readonly QueueName[] = ['send', 'record', 'upkeep']

/**
 * What a driver brings. Everything that BullMQ can do the same on every engine lies in bullmq.ts; here is the rest:
 * connections, the board, what lies at rest, and what the engine's settings are worth.
 */
export interface Engine {
  /** Makes BullMQ's backends; it knows its own connections and ignores those of the options. */
  readonly backend: BackendFactory<IQueueBackend>
  /** Namespace of the keys, where the engine has such a thing. */
  readonly prefix: string
  readonly board: Queue['board']
  contents: Queue['contents']
  warnings: Queue['warnings']
  /** Empties event streams and gives back what removed jobs left behind, as far as the engine lets us. */
  tidy(): Promise<void>
  forget: Queue['forget']
  readonly healthy: boolean
  /** Bounded, also when nobody answers. */
  close(): Promise<void>
}

export interface QueueOptions {
  /** First part of every key in Redis; the braces of the hash tag are added here. */
  readonly name?: string
  /** How long the engine may take for one answer before it counts as away. */
  readonly patienceMillis?: number
  /** Hears what no caller can be told: `code` and place only, so that it can go straight to a log or a counter. */
  readonly noticed?: (notice: Notice) => void
  /** Spans of the way of each job; none when left out. */
  readonly tracing?: Tracing
}

export interface Notice {
  /** `wire_malformed`, `id_malformed`, `job_failed`, `job_defect`, `job_stalled`, `engine_error`. */
  readonly code: string
  readonly queue?: QueueName
  readonly count?: number
  /** For a defect: the fault's own code or the line of this code base where it was thrown. */
  readonly where?: string
}
