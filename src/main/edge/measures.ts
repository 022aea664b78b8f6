import type { StopSet } from '../../gate/index.ts'
import type { Collector } from '../../tracking/index.ts'
import type { Backlog } from '../backlog.ts'
import type { Config } from '../config.ts'
import { metricsText } from '../metrics.ts'
import type { Releases } from '../releases.ts'
import type { LateQueue } from './queue.ts'

export interface EdgeMeasured {
  readonly config: Pick<Config, 'clock' | 'roles' | 'version'>
  readonly queue: LateQueue
  readonly collector: Pick<Collector, 'counters'>
  readonly stops: Pick<StopSet, 'size'>
  readonly backlog: Backlog
  readonly releases: Releases
}

const pulseMillis = 1000

/** The text of `GET /metrics` where there is no store: what this tracker counts, and how far behind the recording is. */
export function newEdgeMeasures({ config, queue, collector, stops, backlog, releases }: EdgeMeasured) {
  const { clock, roles, version } = config
  const up = () => queue.opened?.healthy === true
  let current = clock.now()
  const pulse = setInterval(() => {
    if (up()) current = clock.now()
  }, pulseMillis)
  releases.add(() => clearInterval(pulse))

  return async (): Promise<string> => {
    const depths = await queue.opened?.depths('record').catch(() => null)
    const { user, system } = process.cpuUsage()
    return metricsText({
      ...{ version, roles, counters: collector.counters, queueUp: up() },
      depths: new Map(depths ? [['record', depths]] : []),
      stops: { size: stops.size, ageMillis: up() ? 0 : clock.now() - current },
      backlog: { bound: backlog.bound, waiting: backlog.waiting, full: backlog.state === 'full' },
      // What only a process with the store can say.
      ...{ storeUp: null, outstanding: null, outcomes: null, feedback: {}, purgeLagMillis: null, audit: null },
      residentBytes: process.memoryUsage.rss(),
      processorSeconds: (user + system) / 1e6,
      startedSeconds: Math.round(Date.now() / 1000 - process.uptime()),
    })
  }
}
