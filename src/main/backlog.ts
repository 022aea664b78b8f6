import type { Log } from '../base/index.ts'

/** How many events wait to be recorded, against how many may. */
export interface Backlog {
  readonly state: 'open' | 'filling' | 'full'
  /** As many as waited at the last look; null before the first. */
  readonly waiting: number | null
  readonly bound: number
  stop(): void
}

export interface BacklogNeeds {
  /** Rejects while the engine is away; then what was known before stands. */
  readonly events: () => Promise<number>
  readonly bound: number
  readonly log: Log
}

const everyMillis = 1000
/** From here on it is told, while there is time to do something about it. */
const alarm = 0.8

/**
 * While the store is away, events wait in the queue; an engine that fills up refuses everything, mail and withdrawals too. So
 * they wait up to a bound, and past it are lost and counted. Nobody asks the engine at a hit: it is looked at each second.
 */
export function watchBacklog({ events, bound, log }: BacklogNeeds): Backlog {
  let state: Backlog['state'] = 'open'
  let known: number | null = null

  function turn(waiting: number): void {
    known = waiting
    const next = waiting >= bound ? 'full' : waiting >= bound * alarm ? 'filling' : 'open'
    if (next === state) return
    const fields = { queue: 'record', count: waiting }
    if (next === 'full') log.error('backlog_full', { code: 'events_are_lost', ...fields })
    else if (next === 'filling') log.warn('backlog_filling', { code: 'store_behind', ...fields })
    else log.info('backlog_open', fields)
    state = next
  }

  const look = (): void => {
    events().then(turn, () => {})
  }
  look()
  const timer = setInterval(look, everyMillis)
  return {
    bound,
    get state() {
      return state
    },
    get waiting() {
      return known
    },
    stop: () => clearInterval(timer),
  }
}
