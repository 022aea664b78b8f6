import type { StopSet } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { QueueName } from '../queue/index.ts'
import type { FeedbackCounters } from '../sending/index.ts'
import type { Collector } from '../tracking/index.ts'
import type { Backlog } from './backlog.ts'
import type { House } from './house.ts'
import { type Measures, metricsText } from './metrics.ts'
import type { Outcomes } from './outcomes.ts'

const names: readonly QueueName[] = ['send', 'record', 'upkeep']
const pulseMillis = 1000

/** The ledger is null in a process that opens no store. */
type MeasuredHouse = Pick<House, 'config' | 'queue' | 'releases' | 'serving'> & {
  readonly ledger: Pick<Ledger, 'probe' | 'outstanding' | 'purgedAt'> | null
}

export interface Measured {
  /** Where this process is a tracker. */
  readonly edge: {
    readonly collector: Pick<Collector, 'counters'>
    readonly stops: Pick<StopSet, 'size'>
    readonly backlog: Pick<Backlog, 'bound' | 'waiting' | 'state'>
  } | null
  readonly heard: FeedbackCounters
  readonly outcomes: Outcomes
}

/** The text of `GET /metrics`: what this process counts, and what its engines say. One that is away is left out, not waited for. */
export function newMeasures(
  { config, queue, ledger, releases, serving }: MeasuredHouse,
  { edge, heard, outcomes }: Measured,
): () => Promise<string> {
  const { clock, roles, version } = config
  // The board is read anew after each silence of its engine: while that answers, the stop-set is current.
  const begun = clock.now()
  let current = begun
  const pulse = setInterval(() => {
    if (queue.healthy) current = clock.now()
  }, pulseMillis).unref()
  releases.add(() => clearInterval(pulse))

  const read = async (): Promise<Measures> => {
    const now = clock.now()
    const [depths, storeUp, outstanding, purgedAt] = await Promise.all([
      Promise.all(names.map(async (name) => [name, await queue.depths(name)] as const)).catch(() => []),
      ledger
        ? ledger.probe().then(
            () => true,
            () => false,
          )
        : null,
      ledger?.outstanding().catch(() => null) ?? null,
      ledger?.purgedAt().catch(() => undefined),
    ])
    const { user, system } = process.cpuUsage()
    return {
      version,
      roles,
      counters: edge?.collector.counters ?? null,
      depths: new Map(depths),
      queueUp: queue.healthy,
      storeUp,
      outstanding,
      outcomes,
      feedback: heard,
      stops: edge && { size: edge.stops.size, ageMillis: queue.healthy ? 0 : now - current },
      backlog: edge && {
        bound: edge.backlog.bound,
        waiting: edge.backlog.waiting,
        full: edge.backlog.state === 'full',
      },
      purgeLagMillis: purgedAt === undefined ? null : now - (purgedAt ?? begun),
      audit: serving.audited ? { ageMillis: now - serving.audited.at, counts: serving.audited.counts } : null,
      residentBytes: process.memoryUsage.rss(),
      processorSeconds: (user + system) / 1e6,
      startedSeconds: Math.round(Date.now() / 1000 - process.uptime()),
    }
  }
  return async () => metricsText(await read())
}
