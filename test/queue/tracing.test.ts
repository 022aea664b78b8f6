import type { Attributes, Telemetry } from 'bullmq'
import { Queue as BullQueue } from 'bullmq'
import { describe, expect, it } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { newQueue } from '../../src/queue/bullmq.ts'
import { openRedis } from '../../src/queue/redis.ts'
import { guardedTelemetry, isTraceOption } from '../../src/queue/tracing.ts'
import { residue } from '../../src/upkeep/residue.ts'
import { someEvents } from './events.ts'
import { haveRedis, ownRedis, sayWithoutRedis } from './redis.ts'

const numbers = `00-${'4bf92f35'.repeat(4)}-${'00f067aa'.repeat(2)}-01`
const sound = JSON.stringify({ traceparent: numbers })

/** An adapter that keeps all that it is told. */
function listening(metadata = sound) {
  const told: { name: string; attributes: Attributes }[] = []
  const followed: string[] = []
  const adapter: Telemetry = {
    tracer: {
      startSpan: (name) => {
        told.push({ name, attributes: {} })
        return {
          setSpanOnContext: (context) => context,
          setAttribute: (key, value) => void told.push({ name, attributes: { [key]: value } }),
          setAttributes: (attributes) => void told.push({ name, attributes }),
          addEvent: (event, attributes = {}) => void told.push({ name: event, attributes }),
          recordException: (exception) =>
            void told.push({ name: 'exception', attributes: { text: String(exception) } }),
          end: () => {},
        }
      },
    },
    contextManager: {
      with: (_context, run) => run(),
      active: () => 'here',
      getMetadata: () => metadata,
      fromMetadata: (_active, text) => {
        followed.push(text)
        return 'there'
      },
    },
  }
  return { told, followed, tracing: { adapter, tasks: new Set(['purge']) } }
}

describe('the allow-list before the collector', () => {
  it('lets known names with known values through and drops everything else', () => {
    const { told, tracing } = listening()
    const { tracer } = guardedTelemetry(tracing)
    const span = tracer.startSpan('process send')
    span.setAttributes({
      'bullmq.queue.name': 'send',
      'bullmq.job.id': '17',
      'bullmq.job.name': 'ada@people.example',
      'bullmq.job.options': '{"to":"ada@people.example"}',
      'bullmq.worker.name': 'host-of-ada',
      'bullmq.job.attempts.made': 2,
    })
    span.setAttribute('bullmq.job.failed.reason', '550 <ada@people.example> unknown')
    span.setAttribute('bullmq.job.failed.reason', 'smtp_550')
    span.addEvent('job completed', { 'bullmq.job.result': '"ada"' })
    span.addEvent('ada opened it')
    span.recordException(new Error('connect ECONNREFUSED 10.0.0.7:6379'))
    expect(told).toEqual([
      { name: 'process send', attributes: {} },
      {
        name: 'process send',
        attributes: { 'bullmq.queue.name': 'send', 'bullmq.job.id': '17', 'bullmq.job.attempts.made': 2 },
      },
      { name: 'process send', attributes: {} },
      { name: 'process send', attributes: { 'bullmq.job.failed.reason': 'smtp_550' } },
      { name: 'job completed', attributes: {} },
      { name: 'exception', attributes: {} },
    ])
  })

  it('begins no span under a name that it does not know', () => {
    const { told, tracing } = listening()
    const { tracer } = guardedTelemetry(tracing)
    const names = ['add send.window', 'add upkeep.purge', 'process record', 'fail send']
    const others = ['add send.ada', 'add letters.window', 'process send ada', 'getNextJob send', 'ada', '']
    for (const name of [...names, ...others]) tracer.startSpan(name).setAttribute('bullmq.queue.name', 'send')
    expect([...new Set(told.map(({ name }) => name))]).toEqual(names)
  })

  it('writes no baggage into a job and follows none that somebody put there', () => {
    const { followed, tracing } = listening(JSON.stringify({ traceparent: numbers, baggage: 'who=ada' }))
    const { contextManager } = guardedTelemetry(tracing)
    expect(contextManager.getMetadata('here')).toBe('')
    expect(contextManager.fromMetadata('here', '{"baggage":"who=ada"}')).toBe('here')
    expect(contextManager.fromMetadata('here', 'no JSON')).toBe('here')
    expect(contextManager.fromMetadata('here', sound)).toBe('there')
    expect(followed).toEqual([sound])
  })

  it('knows the numbers of a trace from anything else in a job’s options', () => {
    expect(isTraceOption({ metadata: sound })).toBe(true)
    expect(isTraceOption({ metadata: sound, omitContext: undefined })).toBe(true)
    for (const other of [{ metadata: `{"baggage":"ada"}` }, { metadata: sound, note: 'ada' }, 'ada', null, { to: 1 }]) {
      expect(isTraceOption(other), JSON.stringify(other)).toBe(false)
    }
  })
})

describe.runIf(haveRedis)('a traced job on Redis', () => {
  it('holds the numbers of its trace, which an audit knows, and baggage is foreign to it', async () => {
    const redis = await ownRedis()
    const { told, followed, tracing } = listening()
    const engine = await openRedis(redis.url, {})
    const queue = await newQueue(engine, { tracing })
    await queue.addWindow([newId()])
    await queue.commitEvents(someEvents(2))
    await queue.schedule([{ name: 'purge', everyMillis: 3_600_000 }])
    expect((await queue.inspect()).foreign).toEqual([])
    const lying: string[] = []
    for await (const { text } of queue.contents()) lying.push(text)
    expect(lying.filter((text) => text.includes(numbers)).length).toBeGreaterThanOrEqual(2)
    expect(lying.flatMap((text) => residue(text))).toEqual([])
    const events = queue.workEvents(async () => {}, 1)
    await expect.poll(() => followed.length, { timeout: 30_000 }).toBeGreaterThan(0)
    await events.stop()
    expect([...new Set(told.map(({ name }) => name))]).toEqual(
      expect.arrayContaining(['add send.window', 'add record.events', 'process record']),
    )

    const bull = new BullQueue('send', { connection: {}, prefix: engine.prefix }, engine.backend)
    await bull.add('window', [newId()], { telemetry: { metadata: '{"baggage":"who=ada"}' } })
    expect((await queue.inspect()).foreign).toEqual(['send.options'])
    await queue.close()
    await redis.kill()
  }, 120_000)
})

it('ran on a Redis, or says that it did not', () => {
  if (!haveRedis) sayWithoutRedis('traces on Redis')
  expect(haveRedis || process.env.LETHE_REQUIRE_REDIS !== '1').toBe(true)
})
