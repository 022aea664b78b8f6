import type { Job } from 'bullmq'

/** What is asked of BullMQ's queue of events; `getJobs` reads from place `start` to `end`, both included. */
export interface EventJobs {
  getJobCounts(...states: readonly State[]): Promise<Readonly<Record<string, number>>>
  getJobs(states: State[], start: number, end: number): Promise<readonly Pick<Job<unknown>, 'data'>[]>
}

const states = ['waiting', 'delayed', 'active'] as const
type State = (typeof states)[number]

/** Batches that are read at the newest end, in the middle and at the oldest end. */
const together = 3

/**
 * How many events lie in the queue of the record workers, those in hand among them. A batch holds one event or hundreds, and the
 * engine counts batches only: of a few each is read, of many nine, and their mean stands for all.
 */
export async function eventsWaiting(jobs: EventJobs): Promise<number> {
  const counts = await jobs.getJobCounts(...states)
  let events = 0
  for (const state of states) {
    const count = counts[state] ?? 0
    if (count === 0) continue
    const read = await sample(jobs, state, count)
    // None is left of what was there a moment ago: then each is taken for one event.
    const mean = read.length === 0 ? 1 : read.reduce((all, size) => all + size, 0) / read.length
    events += Math.round(count * mean)
  }
  return events
}

async function sample(jobs: EventJobs, state: State, count: number): Promise<readonly number[]> {
  const starts = count <= 3 * together ? [0] : [0, Math.floor(count / 2), count - together]
  const length = starts.length === 1 ? count : together
  const found = await Promise.all(starts.map((start) => jobs.getJobs([state], start, start + length - 1)))
  // One that a worker finished in between has no data left.
  return found.flat().flatMap((job) => (Array.isArray(job?.data) ? [job.data.length] : []))
}
