import type { Clock, Id, Log } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Queue } from '../queue/index.ts'

export interface FeedNeeds {
  readonly ledger: Pick<Ledger, 'takeDue'>
  readonly queue: Pick<Queue, 'addWindow' | 'waiting'>
  readonly clock: Clock
  readonly log: Log
}

/** Moves what is due from the messages table, which is the scheduler, into the queue, which only wakes the workers. */
export interface Feed {
  /** Resolves with the number of ids queued. Callers that come while one runs share the next. */
  run(): Promise<number>
  /** The same without waiting; what fails is logged and comes back with the next run. */
  nudge(): void
}

const windowSize = 100
const windowsWaiting = 20
// A window that is lost with its queue comes back this soon, and the next run finds it: within 30 s all told.
const markedMillis = 20_000

export function newFeed({ ledger, queue, clock, log }: FeedNeeds): Feed {
  let current: Promise<number> | null = null
  let next: Promise<number> | null = null

  async function fill(): Promise<number> {
    const waiting = await queue.waiting('send')
    let queued = 0
    for (let room = windowsWaiting - waiting; room > 0; room--) {
      const now = clock.now()
      const ids: readonly Id[] = await ledger.takeDue(windowSize, now, now + markedMillis)
      if (ids.length > 0) await queue.addWindow(ids)
      queued += ids.length
      if (ids.length < windowSize) break
    }
    return queued
  }

  function start(): Promise<number> {
    const started = fill().finally(() => {
      if (current === started) current = null
    })
    current = started
    return started
  }

  function run(): Promise<number> {
    if (!current) return start()
    // What became due after the running one looked must not wait for the next occasion.
    next ??= current
      .catch(() => 0)
      .then(() => {
        next = null
        return start()
      })
    return next
  }

  const nudge = (): void => {
    run().catch(() => log.warn('feed_failed', { code: 'feed_failed', queue: 'send' }))
  }
  return { run, nudge }
}
