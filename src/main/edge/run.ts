import { join } from 'node:path'
import { type Log, newLog } from '../../base/index.ts'
import { newStopSet } from '../../gate/index.ts'
import {
  bootstrapKey,
  closeTracker,
  expectProxyHeader,
  newHealthServer,
  newHitServer,
  newLatePages,
} from '../../http/edge/index.ts'
import { newCollector, type Passage } from '../../tracking/index.ts'
import { watchBacklog } from '../backlog.ts'
import { banner } from '../banner.ts'
import { newBook } from '../book.ts'
import { checkTracker } from '../check.ts'
import type { Config } from '../config.ts'
import { boundHeap, settleHeap, small } from '../heap.ts'
import { openInstruments } from '../instruments.ts'
import { closing, listen } from '../listen.ts'
import { logFile } from '../log-file.ts'
import { noticeNow } from '../notice.ts'
import { newReleases, type Releases } from '../releases.ts'
import type { RunningLethe } from '../running.ts'
import { openTelemetry } from '../telemetry.ts'
import { newEdgeMeasures } from './measures.ts'
import { type Learning, newLearning } from './policies.ts'
import { type LateQueue, openLateQueue, there } from './queue.ts'

/** How soon a policy counts here that another process has put in force. */
const lookMillis = 1000

/**
 * A tracker of its own: hits, redirects, the notice. It opens no store and takes no lock; what it must know it learns from
 * its keys and from the board. It serves at once, also while queue and store are away: a hit that cannot be kept is
 * counted. Resolves once it listens.
 */
export async function runTracker(config: Config): Promise<RunningLethe> {
  const releases = newReleases()
  releases.add(boundHeap(small).stop)
  try {
    return await openTracker(config, releases)
  } catch (error) {
    await releases.run()
    throw error
  }
}

async function openTracker(config: Config, releases: Releases): Promise<RunningLethe> {
  const { policy, trust, tokens, apiKey } = checkTracker(config)
  const { clock } = config
  const { ring } = tokens
  const log = newLog(config.log ? logFile(config.log) : (line) => void process.stdout.write(line), clock)
  const book = newBook(policy)
  const learning = newLearning({ book, ring, log, copy: join(config.data, 'policies') })
  learning.recall()
  const stops = newStopSet()
  const { readers } = openInstruments(config, releases)

  const queue = await openBoard(config, learning, stops, log, releases)
  const events = async () => there(queue).eventsWaiting()
  const backlog = watchBacklog({ events, bound: config.backlog, log })
  releases.add(backlog.stop)
  const passage = (): Passage => {
    if (queue.opened === null) return 'away'
    if (learning.state !== 'ok') return 'untold'
    return backlog.state === 'full' ? 'full' : 'open'
  }
  const commit = async (events: Parameters<NonNullable<LateQueue['opened']>['commitEvents']>[0]) =>
    there(queue).commitEvents(events)
  const collector = newCollector({ ring, book, stops, readers, log, commit, passage })
  const keys = setInterval(() => tokens.refresh(log), lookMillis)
  releases.add(() => clearInterval(keys))

  let serving = false
  const health = newHealthServer({
    ready: async () => {
      const engine = queue.opened?.healthy ? 'ok' : 'queue_away'
      const room = backlog.state === 'full' ? 'backlog_full' : 'ok'
      const checks = {
        ...{ queue: engine, policies: learning.state, events: room, geo: readers.fault ?? 'ok' },
        ...{ networks: readers.networks.fault ?? 'ok', tracker: serving ? 'ok' : 'starting' },
      }
      return { ready: serving && engine === 'ok' && learning.state === 'ok', checks }
    },
    metrics: newEdgeMeasures({ config, queue, collector, stops, backlog, releases }),
    authorize: bootstrapKey(apiKey),
  })
  await listen(health, config.api, 'LETHE_API')
  releases.add(() => closing(health))

  const pages = newLatePages({
    trust,
    shell: { ring, book, clock, log, notice: () => noticeNow(book, learning) },
    forward: { ring, log, to: config.pages },
  })
  settleHeap()
  const server = newHitServer({ collector, trust, clock }, pages)
  if (config.proxyProtocol) expectProxyHeader(server, trust)
  await listen(server, config.tracker, 'LETHE_TRACKER')
  releases.add(() => closeTracker(server, collector))
  serving = true
  log.info('started', { policy: book.inForce.name })
  const stop = async () => {
    serving = false
    log.info('stopping')
    await releases.run()
  }
  return { banner: banner(config, book.inForce, learning.waiting), stop }
}

/** Follows the board: who is stopped, and which policies count. Nothing is recorded before both were told. */
async function openBoard(
  config: Config,
  learning: Learning,
  stops: ReturnType<typeof newStopSet>,
  log: Log,
  releases: Releases,
): Promise<LateQueue> {
  const telemetry = await openTelemetry(config)
  if (telemetry) releases.add(telemetry.close)
  const options = {
    ...(telemetry ? { tracing: telemetry.tracing } : {}),
    noticed: ({ code }: { readonly code: string }) => log.warn('queue', { code }),
  }
  const queue = await openLateQueue(
    config.queue,
    options,
    async ({ board }) => {
      await board.follow((change) => {
        if (change.kind === 'lift') stops.lift(change.handle)
        else if (change.kind === 'stop') stops.stop(change.handle, change.until)
        else {
          // Fewer than before: perhaps an engine that was emptied. It counts again once it says that it was told.
          if (change.entries.length < stops.size) learning.doubt()
          stops.replace(change.entries)
          void learning.look(board).catch(() => undefined)
        }
      })
      await learning.look(board)
    },
    log,
  )
  releases.add(queue.close)
  const look = setInterval(() => {
    if (queue.opened) learning.look(queue.opened.board).catch(() => undefined)
  }, lookMillis)
  releases.add(() => clearInterval(look))
  return queue
}
