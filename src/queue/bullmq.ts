import { type JobsOptions, withBackend } from 'bullmq'
import type { Id } from '../base/index.ts'
import { forgery, isPermittedEvent, openWire, type Wire } from '../gate/index.ts'
import { awayFault } from './away.ts'
import { type Engine, type QueueOptions, queueNames } from './engine.ts'
import { eventsWaiting } from './events-waiting.ts'
import { inTime, within } from './in-time.ts'
import { inspect } from './inspect.ts'
import { withOwnEar } from './own-ear.ts'
import type { Depths, Queue, QueueName } from './queue.ts'
import { guardedTelemetry } from './tracing.ts'
import { newWorkshop } from './work.ts'

const common = { backoff: { type: 'capped' }, removeOnComplete: true, stackTraceLimit: 0 } satisfies JobsOptions

// A window may be given up: the messages table is the scheduler and queues it again. An event may not: it was answered,
// so it is tried for as long as the store is away (two thousand million times five seconds).
const rules: Readonly<Record<QueueName, JobsOptions>> = {
  send: { ...common, attempts: 10, removeOnFail: { count: 1000 } },
  record: { ...common, attempts: 2_000_000_000 },
  upkeep: { ...common, attempts: 3, removeOnFail: { count: 1000 } },
}

const id = /^[A-Za-z0-9_-]{22}$/
const taskName = /^[a-z][a-z0-9-]{0,40}$/

/** BullMQ behind the face, the same for every engine. Its own clock is the machine's: delays and locks are not rehearsed. */
export async function newQueue(engine: Engine, options: QueueOptions): Promise<Queue> {
  const bull = withBackend(engine.backend)
  const tracing = options.tracing ? { telemetry: guardedTelemetry(options.tracing) } : {}
  const adderOf = (name: QueueName) => {
    const adder = new bull.Queue<unknown>(name, {
      connection: {},
      prefix: engine.prefix,
      defaultJobOptions: rules[name],
      // Nobody reads the event stream, and it outlives the jobs it tells of.
      streams: { events: { maxLen: 1 } },
      ...tracing,
    })
    adder.on('error', () => options.noticed?.({ code: 'engine_error', queue: name }))
    return adder
  }
  const adders = { send: adderOf('send'), record: adderOf('record'), upkeep: adderOf('upkeep') }
  const workshop = newWorkshop(bull.Worker, engine, options, tracing)
  await Promise.all(queueNames.map((name) => adders[name].waitUntilReady())).catch(async (error) => {
    await engine.close()
    throw awayFault(error)
  })

  return {
    board: withOwnEar(engine.board),
    contents: engine.contents,
    warnings: engine.warnings,
    inspect: () => answered(inspect(adders)),
    get healthy() {
      return engine.healthy
    },

    async addWindow(ids) {
      if (ids.length === 0) return
      if (!ids.every((each) => id.test(each))) throw forgery()
      await swiftly(adders.send.add('window', ids))
    },

    async commitEvents(events) {
      if (events.length === 0) return
      await swiftly(adders.record.add('events', events.map(wireOf)))
    },

    async schedule(tasks) {
      if (!tasks.every(({ name }) => taskName.test(name))) throw forgery()
      const wanted = new Set(tasks.map(({ name }) => name))
      const present = await answered(adders.upkeep.getJobSchedulers(0, -1))
      for (const { key } of present) if (!wanted.has(key)) await answered(adders.upkeep.removeJobScheduler(key))
      for (const { name, everyMillis } of tasks) {
        // Left alone when nothing changed, so that a restart neither delays nor repeats a task.
        if (present.some(({ key, every }) => key === name && every === everyMillis)) continue
        await answered(adders.upkeep.upsertJobScheduler(name, { every: everyMillis }, { name, opts: rules.upkeep }))
      }
    },

    workWindows: (work, concurrency) => workshop.run('send', concurrency, ({ data }) => work(soundIds(data))),
    workEvents: (work, concurrency) => workshop.run('record', concurrency, ({ data }) => work(soundWires(data))),
    workUpkeep: (work) =>
      workshop.run('upkeep', 1, ({ name }) => (taskName.test(name) ? work(name) : Promise.resolve())),

    waiting: async (name) => (await swiftly(adders[name].getJobCounts('waiting'))).waiting ?? 0,

    eventsWaiting: () => swiftly(eventsWaiting(adders.record)),

    async depths(name): Promise<Depths> {
      const adder = adders[name]
      const counts = await swiftly(adder.getJobCounts('waiting', 'active', 'delayed', 'failed'))
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts
      // Newest first on every engine, so that the last is the oldest; asked for ascending, they disagree.
      const [oldest] = waiting ? await answered(adder.getJobs(['waiting'], waiting - 1, waiting - 1)) : []
      const now = Date.now()
      return { waiting, active, delayed, failed, oldestMillis: now - (oldest?.timestamp ?? now) }
    },

    async clean(olderMillis) {
      let removed = 0
      for (const name of queueNames) {
        for (const state of ['failed', 'completed'] as const) {
          removed += (await answered(adders[name].clean(olderMillis, 0, state))).length
        }
      }
      await answered(engine.tidy())
      return removed
    },

    forget: () => answered(engine.forget()),

    async close() {
      await workshop.close()
      await engine.close()
      // Nothing is left to say, and an engine that is away would be waited for.
      await within(Promise.all(queueNames.map((name) => adders[name].close().catch(() => undefined))), 2000)
    },
  }

  /** For callers that hold something back until they are answered. */
  function swiftly<T>(asked: Promise<T>): Promise<T> {
    return inTime(asked, 3 * (options.patienceMillis ?? 2000))
  }

  function wireOf(event: unknown): Wire {
    if (!isPermittedEvent(event)) throw forgery()
    return event.wire
  }

  function soundIds(data: unknown): readonly Id[] {
    const all: readonly unknown[] = Array.isArray(data) ? data : []
    const sound = all.filter((each): each is Id => typeof each === 'string' && id.test(each))
    if (sound.length < all.length) noticeMalformed('send', 'id_malformed', all.length - sound.length)
    return sound
  }

  function soundWires(data: unknown): readonly Wire[] {
    const all: readonly unknown[] = Array.isArray(data) ? data : []
    const sound = all.map(openWire).filter((wire) => wire !== null)
    if (sound.length < all.length) noticeMalformed('record', 'wire_malformed', all.length - sound.length)
    return sound
  }

  function noticeMalformed(queue: QueueName, code: string, count: number): void {
    options.noticed?.({ code, queue, count })
  }
}

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw awayFault(error)
  }
}
