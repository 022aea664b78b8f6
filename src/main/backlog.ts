import type { Log } from '../base/index.ts'
import type { Depths } from '../queue/index.ts'

/** How many batches of events wait to be recorded, against how many may. */
export interface Backlog {
  readonly state: 'open' | 'filling' | 'full'
  readonly bound: number
  stop(): void
}

export interface BacklogNeeds {
  /** Rejects while the engine is away; then what was known before stands. */
  readonly depths: () => Promise<Depths>
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
export function watchBacklog({ depths, bound, log }: BacklogNeeds): Backlog {
  let state: Backlog['state'] = 'open'

  function turn(waiting: number): void {
    const next = waiting >= bound ? 'full' : waiting >= bound * alarm ? 'filling' : 'open'
    if (next === state) return
    const fields = { queue: 'record', count: waiting }
    if (next === 'full') log.error('backlog_full', { code: 'events_are_lost', ...fields })
    else if (next === 'filling') log.warn('backlog_filling', { code: 'store_behind', ...fields })
    else log.info('backlog_open', fields)
    state = next
  }

  const look = (): void => {
    depths().then(
      // A batch whose recording failed is delayed, and in hand it is active: it lies in the engine all the same.
      ({ waiting, active, delayed }) => turn(waiting + active + delayed),
      () => {},
    )
  }
  look()
  const timer = setInterval(look, everyMillis)
  return {
    bound,
    get state() {
      return state
    },
    stop: () => clearInterval(timer),
  }
}
