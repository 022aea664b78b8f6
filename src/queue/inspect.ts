import type { JobSchedulerJson, JobType } from 'bullmq'
import { openWire } from '../gate/index.ts'
import type { Inspection, QueueName } from './queue.ts'
import { isTraceOption, jobId } from './tracing.ts'

/** What BullMQ shows of a job. It may have been put there by anybody with the engine's password, so nothing is taken for granted. */
interface JobSeen {
  readonly id?: string | undefined
  readonly name: string
  readonly data: unknown
  readonly opts: object
  readonly failedReason?: unknown
  readonly stacktrace?: unknown
  readonly returnvalue?: unknown
  readonly progress?: unknown
  readonly timestamp: number
}

/** The part of BullMQ's queue that is looked at. */
export interface Seen {
  getJobs(types: JobType[], start: number, end: number): Promise<readonly JobSeen[]>
  getJobSchedulers(start: number, end: number): Promise<readonly JobSchedulerJson[]>
}

const states = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const
const page = 500
const id = /^[A-Za-z0-9_-]{22}$/
const code = /^[a-z][a-z0-9_.]{0,63}$/
const task = /^[a-z][a-z0-9-]{0,40}$/

const empty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** What each queue's jobs are called and hold, and nothing beside (law 2). */
const shapes: Readonly<Record<QueueName, { readonly name: RegExp; readonly data: (data: unknown) => boolean }>> = {
  send: {
    name: /^window$/,
    data: (data) => Array.isArray(data) && data.every((each) => typeof each === 'string' && id.test(each)),
  },
  record: { name: /^events$/, data: (data) => Array.isArray(data) && data.every((each) => openWire(each) !== null) },
  upkeep: { name: task, data: empty },
}

// How to try, how long to keep and when to come again: BullMQ's own words for numbers and ids.
const options: ReadonlySet<string> = new Set([
  ...['attempts', 'backoff', 'delay', 'jobId', 'priority', 'timestamp', 'removeOnComplete', 'removeOnFail'],
  ...['stackTraceLimit', 'repeat', 'repeatJobKey', 'prevMillis', 'kl', 'lifo', 'sizeLimit', 'parent', 'telemetry'],
])

const told = (value: unknown): boolean => typeof value === 'string' && code.test(value)

/** The fields of a job that hold what no job of ours holds, by name. */
function foreign(queue: QueueName, job: JobSeen): readonly string[] {
  const { name, data } = shapes[queue]
  const traces: readonly unknown[] = Array.isArray(job.stacktrace) ? job.stacktrace : []
  const sound: Readonly<Record<string, boolean>> = {
    id: job.id === undefined || jobId.test(job.id),
    name: name.test(job.name),
    data: data(job.data),
    options: Object.entries(job.opts).every(
      ([key, value]) => options.has(key) && (key !== 'telemetry' || isTraceOption(value)),
    ),
    reason: empty(job.failedReason) || told(job.failedReason),
    trace: traces.every((each) => empty(each) || told(each)),
    result: empty(job.returnvalue),
    progress: empty(job.progress),
  }
  return Object.keys(sound).filter((field) => !sound[field])
}

/**
 * Reads every job of every state, page by page, and the schedule. A job that moves on between two pages may be missed; one
 * that stays is not.
 */
export async function inspect(queues: Readonly<Record<QueueName, Seen>>): Promise<Inspection> {
  const now = Date.now()
  const jobs: Inspection['jobs'][number][] = []
  const strange = new Set<string>()
  const names: readonly QueueName[] = ['send', 'record', 'upkeep']
  for (const queue of names) {
    for (const state of states) {
      let count = 0
      let oldest = now
      for (let start = 0; ; start += page) {
        const found = await queues[queue].getJobs([state], start, start + page - 1)
        for (const job of found) {
          // A job that was done between the list and the look is shown as nothing.
          if (!job) continue
          count += 1
          oldest = Math.min(oldest, job.timestamp)
          for (const field of foreign(queue, job)) strange.add(`${queue}.${field}`)
        }
        if (found.length < page) break
      }
      jobs.push({ queue, state, count, oldestMillis: now - oldest })
    }
  }
  const schedules = await queues.upkeep.getJobSchedulers(0, -1)
  if (schedules.some(({ name, template }) => !task.test(name) || !empty(template?.data))) strange.add('upkeep.schedule')
  return {
    jobs,
    foreign: [...strange].sort(),
    schedules: schedules.map(({ key, every, next }) => ({
      name: key,
      everyMillis: every ?? 0,
      lateMillis: Math.max(0, now - (next ?? 0)),
    })),
  }
}
