import type { Depths, QueueName } from '../queue/index.ts'
import type { Counters } from '../tracking/index.ts'
import type { Outcomes } from './outcomes.ts'

/** What one process knows of itself. Null is what could not be read, or what no role here has: its family stays without a sample. */
export interface Measures {
  readonly version: string
  readonly roles: Iterable<string>
  readonly counters: Counters | null
  readonly depths: ReadonlyMap<QueueName, Depths>
  readonly queueUp: boolean
  readonly storeUp: boolean | null
  readonly outstanding: number | null
  readonly outcomes: Outcomes | null
  /** What came back of mail, by what became of it. */
  readonly feedback: Readonly<Record<string, number>>
  readonly stops: { readonly size: number; readonly ageMillis: number } | null
  /** Since the last purge that removed came to its end, or since the start where there was none. */
  readonly purgeLagMillis: number | null
  readonly audit: { readonly ageMillis: number; readonly counts: Readonly<Record<string, number>> } | null
  /** Batches of events that may wait, and whether as many do. */
  readonly backlog: { readonly bound: number; readonly waiting: number | null; readonly full: boolean } | null
  readonly residentBytes: number
  readonly processorSeconds: number
  readonly startedSeconds: number
}

export type Sample = readonly [labels: string, value: number]

export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  /** Names of its labels; their values are codes and names of this code base, never anybody's data (law 2). */
  readonly labels: readonly string[]
  readonly help: string
  samples(measures: Measures): readonly Sample[]
}

const one = (value: number | null | undefined): readonly Sample[] =>
  value === null || value === undefined ? [] : [['', value]]
const by = (label: string, values: Readonly<Record<string, number>> | null | undefined): readonly Sample[] =>
  Object.entries(values ?? {}).map(([name, value]) => [`{${label}="${name}"}`, value])
const family = (
  name: string,
  type: Family['type'],
  help: string,
  samples: Family['samples'],
  labels: readonly string[] = [],
): Family => ({ name, type, labels, help, samples })
const seconds = (millis: number | null | undefined): number | null =>
  millis === null || millis === undefined ? null : millis / 1000
const states = ['waiting', 'active', 'delayed', 'failed'] as const

/** Every metric of Lethe. A name stays what it is from version to version; docs/metrics.md repeats this table for readers. */
export const families: readonly Family[] = [
  family('lethe_hits_answered_total', 'counter', 'Hits that were answered.', (m) => one(m.counters?.answered)),
  family(
    'lethe_hits_refused_total',
    'counter',
    'Hits that were answered and not recorded, by reason.',
    (m) => by('code', m.counters?.refused),
    ['code'],
  ),
  family('lethe_events_recorded_total', 'counter', 'Events committed to the queue.', (m) => one(m.counters?.recorded)),
  family('lethe_events_late_total', 'counter', 'Events committed after their answer.', (m) => one(m.counters?.late)),
  family('lethe_events_lost_total', 'counter', 'Events that could not be committed.', (m) => one(m.counters?.lost)),
  family('lethe_events_pending', 'gauge', 'Events waiting for their commit.', (m) => one(m.counters?.pending)),
  family('lethe_events_corrected_total', 'counter', 'Events called a machine’s after the fact.', (m) =>
    one(m.counters?.corrected),
  ),
  family('lethe_stops', 'gauge', 'People whose hits stop at the door, as this process knows them.', (m) =>
    one(m.stops?.size),
  ),
  family('lethe_stops_age_seconds', 'gauge', 'Since the stop-set was last known to be current.', (m) =>
    one(seconds(m.stops?.ageMillis)),
  ),
  family(
    'lethe_queue_jobs',
    'gauge',
    'Jobs by queue and state.',
    ({ depths }) =>
      [...depths].flatMap(([queue, depth]) =>
        states.map((state): Sample => [`{queue="${queue}",state="${state}"}`, depth[state]]),
      ),
    ['queue', 'state'],
  ),
  family(
    'lethe_queue_oldest_seconds',
    'gauge',
    'Age of the oldest waiting job.',
    ({ depths }) => [...depths].map(([queue, depth]): Sample => [`{queue="${queue}"}`, depth.oldestMillis / 1000]),
    ['queue'],
  ),
  family('lethe_backlog_events', 'gauge', 'Events that wait to be recorded, those in hand among them.', (m) =>
    one(m.backlog?.waiting),
  ),
  family('lethe_backlog_bound_events', 'gauge', 'Events that may wait to be recorded.', (m) => one(m.backlog?.bound)),
  family('lethe_backlog_full', 'gauge', '1 while as many wait as may, and every further event is lost.', (m) =>
    one(m.backlog ? Number(m.backlog.full) : null),
  ),
  family('lethe_queue_up', 'gauge', '1 while the engine of the queue answers.', (m) => one(Number(m.queueUp))),
  family('lethe_store_up', 'gauge', '1 while the store can be read and written.', (m) =>
    one(m.storeUp === null ? null : Number(m.storeUp)),
  ),
  family('lethe_messages_outstanding', 'gauge', 'Messages without an outcome.', (m) => one(m.outstanding)),
  family(
    'lethe_mails_total',
    'counter',
    'Attempts that came to an outcome here, by outcome.',
    (m) => by('outcome', m.outcomes),
    ['outcome'],
  ),
  family(
    'lethe_feedback_total',
    'counter',
    'Reports about sent mail, by what became of them.',
    (m) => by('outcome', m.feedback),
    ['outcome'],
  ),
  family('lethe_purge_lag_seconds', 'gauge', 'Since the last purge came to its end.', (m) =>
    one(seconds(m.purgeLagMillis)),
  ),
  family(
    'lethe_audit_findings',
    'gauge',
    'Promises in the last audit that ran here, by result.',
    (m) => by('result', m.audit?.counts),
    ['result'],
  ),
  family('lethe_audit_age_seconds', 'gauge', 'Since the last audit that ran here.', (m) =>
    one(seconds(m.audit?.ageMillis)),
  ),
  family(
    'lethe_role',
    'gauge',
    '1 for each role of this process.',
    (m) => [...m.roles].map((role): Sample => [`{role="${role}"}`, 1]),
    ['role'],
  ),
  family('lethe_info', 'gauge', '1, with the version of this process.', (m) => [[`{version="${m.version}"}`, 1]], [
    'version',
  ]),
  family('process_resident_memory_bytes', 'gauge', 'Resident memory.', (m) => one(m.residentBytes)),
  family('process_cpu_seconds_total', 'counter', 'Processor time, user and system.', (m) => one(m.processorSeconds)),
  family('process_start_time_seconds', 'gauge', 'Start, in seconds since 1970.', (m) => one(m.startedSeconds)),
]

/** The Prometheus text format (version 0.0.4). */
export const metricsText = (measures: Measures): string =>
  families
    .map(({ name, type, help, samples }) => {
      const lines = samples(measures).map(([labels, value]) => `${name}${labels} ${value}\n`)
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
