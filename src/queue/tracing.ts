import type { Attributes, Span, Telemetry } from 'bullmq'
import type { QueueName } from './queue.ts'

/** Where the spans of the queue go, and which names of tasks may be in them besides the queues' own. */
export interface Tracing {
  readonly adapter: Telemetry
  readonly tasks: ReadonlySet<string>
}

const queues: ReadonlySet<unknown> = new Set<QueueName>(['send', 'record', 'upkeep'])
// The way of a job. What BullMQ does every second while nothing happens (getNextJob, extendLocks, timers) tells nobody anything.
const operations: ReadonlySet<unknown> = new Set(['add', 'process', 'complete', 'delay', 'retry', 'fail'])
const events: ReadonlySet<string> = new Set(['job completed', 'job failed'])
/** How jobs of ours are called: by number, by chance, or by their schedule. */
export const jobId = /^(?:\d{1,20}|[0-9a-f-]{36}|repeat:[a-z0-9:-]{1,80})$/
const code = /^[a-z][a-z0-9_.]{0,63}$/
const number = (value: unknown): boolean => typeof value === 'number'
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)

/** W3C Trace Context level 1, section 3.2.2, as the adapter writes it; random numbers and a flag. */
const metadata = /^\{"traceparent":"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"\}$/

/** True for what tracing may leave in a job's options: the numbers of its trace and no baggage. */
export function isTraceOption(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(([key, held]) =>
    key === 'metadata' ? held === undefined || (typeof held === 'string' && metadata.test(held)) : held === undefined,
  )
}

/**
 * BullMQ's telemetry with an allow-list in front of the adapter: a span gains its attributes one by one and only if this
 * table knows name and value, so that no job's data, no engine's words and no address reach a collector (laws 1 and 2).
 */
export function guardedTelemetry({ adapter, tasks }: Tracing): Telemetry {
  const names: ReadonlySet<unknown> = new Set(['window', 'events', ...tasks])
  const allowed: Readonly<Record<string, (value: unknown) => boolean>> = {
    'bullmq.queue.name': (value) => queues.has(value),
    'bullmq.queue.operation': (value) => operations.has(value),
    'bullmq.job.name': (value) => names.has(value),
    'bullmq.job.id': matches(jobId),
    'bullmq.job.attempts.made': number,
    'bullmq.job.processed.timestamp': number,
    'bullmq.job.attempt_finished_timestamp': number,
    'bullmq.job.failed.reason': matches(code),
  }
  const pass = (given: Attributes = {}): Attributes =>
    Object.fromEntries(Object.entries(given).filter(([key, value]) => allowed[key]?.(value) ?? false))

  /** `process send`, `add record.events`: an operation, a queue, perhaps a job's name. */
  function isName(span: string): boolean {
    const [operation, place = '', ...more] = span.split(' ')
    const [queue, name, ...rest] = place.split('.')
    const known = operations.has(operation) && queues.has(queue) && (name === undefined || names.has(name))
    return known && more.length === 0 && rest.length === 0
  }

  const guarded = (span: Span): Span => ({
    setSpanOnContext: (context) => span.setSpanOnContext(context),
    setAttribute: (key, value) => span.setAttributes(pass({ [key]: value })),
    setAttributes: (attributes) => span.setAttributes(pass(attributes)),
    addEvent: (name, attributes) => (events.has(name) ? span.addEvent(name, pass(attributes)) : undefined),
    // An engine's error quotes hosts and commands: that it happened is all that may be told.
    recordException: () => span.addEvent('exception'),
    end: () => span.end(),
  })

  const { contextManager, tracer } = adapter
  return {
    tracer: {
      startSpan: (name, options, context) =>
        isName(name) ? guarded(tracer.startSpan(name, options, context)) : untold,
    },
    contextManager: {
      with: (context, run) => contextManager.with(context, run),
      active: () => contextManager.active(),
      ...(contextManager.root ? { root: () => contextManager.root?.() } : {}),
      getMetadata: (context) => {
        const told = contextManager.getMetadata(context)
        return metadata.test(told) ? told : ''
      },
      // Anybody with the engine's password may have written it.
      fromMetadata: (active, told) => (metadata.test(told) ? contextManager.fromMetadata(active, told) : active),
    },
  }
}

/** A span that goes nowhere; what happens within it belongs to the span around it. */
const untold: Span = {
  setSpanOnContext: (context) => context,
  setAttribute: () => {},
  setAttributes: () => {},
  addEvent: () => {},
  recordException: () => {},
  end: () => {},
}
