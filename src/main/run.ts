import { startRecording } from '../../workers/record.ts'
import { startSending } from '../../workers/send.ts'
import { startUpkeep } from '../../workers/upkeep.ts'
import { type KeyRing, newStopSet } from '../gate/index.ts'
import { newLanes } from '../sending/index.ts'
import { newDeliveries, type OpenReaders, type Passage } from '../tracking/index.ts'
import { watchBacklog } from './backlog.ts'
import { banner } from './banner.ts'
import { refreshBook } from './book.ts'
import { type Cage, newCage, newCanary } from './canary.ts'
import { newCollecting } from './collecting.ts'
import type { Config } from './config.ts'
import { readDkimKeys } from './dkim.ts'
import { newFeedback } from './feedback.ts'
import { firstHop } from './first-hop.ts'
import { boundHeap } from './heap.ts'
import { type House, openHouse } from './house.ts'
import { openInstruments } from './instruments.ts'
import { newMeasures } from './measures.ts'
import { openChange } from './policy-change.ts'
import { openPrivate } from './private-side.ts'
import { openPublic } from './public-side.ts'
import { newPublishing } from './publish.ts'
import { newReadiness } from './readiness.ts'
import type { RunningLethe } from './running.ts'
import { openSending } from './sending.ts'
import { isEmbedded } from './shape.ts'
import { newUpkeep, resentPurposes } from './upkeep.ts'
import { dayBegan, openWaysOut } from './ways-out.ts'

/**
 * Opens the house and runs the roles of the configuration in this process. A role is a few lines here; what it does is in
 * its room, and what it does not need is not opened. Resolves once all of them serve; whatever fails before, everything
 * that was opened is closed again.
 */
export async function runHouse(config: Config): Promise<RunningLethe> {
  const { roles } = config
  const heap = boundHeap()
  const house = await openHouse(config)
  const { log, queue, ledger, book, releases } = house
  releases.add(heap.stop)
  try {
    const { ring } = house.overseer.operatorKeys
    const instruments = roles.has('tracker') ? openInstruments(config, releases) : null
    const out = await openLanes(house)
    const cage = newCage(house)
    const warming = config.waysOut.some(({ warmUp }) => warmUp !== null)
    const sentToday = roles.has('send') && warming ? await ledger.sentSince(dayBegan(config.clock)) : 0
    const sending = openSending(
      house,
      newLanes(cage.ways(out.lanes), config.clock, sentToday),
      ring,
      instruments?.deliveries ?? newDeliveries(),
    )
    const feedback = newFeedback(house, ring)
    const heard = feedback.intake.counters
    const edge = instruments && newEdge(house, ring, cage, instruments.readers)
    const change = openChange(house, sending)
    const metrics = newMeasures(house, { edge, heard, outcomes: sending.outcomes })
    let trouble: string | null = null
    const readiness = newReadiness(house, {
      ...{ readers: edge?.readers ?? null, backlog: edge?.backlog ?? null, change },
      trouble: () => trouble,
    })

    await change.begin()
    await takeUp(house)
    await ledger.note({ actor: 'lethe', action: 'started', object: signingId(house) })
    const publishing = newPublishing({ ledger, board: queue.board, ring, change, log, real: house.real })
    await publishing.begin()
    releases.add(publishing.stop)
    if (edge) await followStops(house, edge.stops)
    for (const { code } of await queue.warnings()) log.warn('queue', { code })
    const timer = setInterval(() => void change.follow().catch(() => log.warn('follow_failed')), followMillis)
    releases.add(() => clearInterval(timer))

    if (roles.has('record')) {
      const troubled = (code: string | null): void => {
        if (code !== null && code !== trouble) log.warn('store_takes_nothing', { code, role: 'record' })
        trouble = code
      }
      const learn = () => refreshBook(book, ledger)
      releases.add(startRecording(queue, { ...house, clock: config.clock, learn, troubled }).stop)
    }
    if (roles.has('send')) releases.add(startSending(queue, sending.deliverer, sending.feed).stop)
    if (roles.has('upkeep')) {
      const running = await startUpkeep(queue, newUpkeep(house, sending, change), log)
      releases.add(running.stop)
      await change.advance().catch(() => log.warn('policy_change_failed', { code: 'policy_change_failed' }))
    }
    if (edge) await openPublic(house, sending, change, edge.collector)
    const canary = newCanary(house, sending, cage)
    await openPrivate(house, { sending, change, feedback, canary, metrics, readiness, mailbox: out.mailbox })
    if (roles.has('api')) await feedback.open()
    house.serving.upkeepSince = roles.has('upkeep') ? config.clock.now() : null
    house.serving.tracker = edge !== null
    house.serving.readers = edge?.readers ?? null
    readiness.open()
    warnOfShape(house)
    log.info('started', { policy: book.inForce.name })
    const stop = async () => {
      readiness.close()
      log.info('stopping')
      await house.close()
    }
    return { banner: banner(config, book.inForce, change.waiting), stop }
  } catch (error) {
    await house.close()
    throw error
  }
}

/** How soon a process turns to what another one has put in force. */
const followMillis = 5_000

/** The servers that mail is handed to, of a process that hands any over. */
async function openLanes({ config, book, wider, releases }: House) {
  if (!config.roles.has('send')) return { lanes: [], mailbox: null }
  const out = await openWaysOut(config.waysOut, {
    clock: config.clock,
    dkim: readDkimKeys(config.dkim),
    ...firstHop(config, wider ? [book.inForce, wider] : [book.inForce]),
  })
  releases.add(out.close)
  return out
}

/** Which operator key seals and signs from now on, by its id. */
function signingId({ overseer }: House): string | null {
  const id = overseer.operatorKeys.signing()
  return /^[\w-]{1,64}$/.test(id) ? id : null
}

/**
 * What the last process held when it ended is lost for sure where the folder's lock says that it is gone. Where others may be
 * at work on the same store, upkeep takes it up once its time has run out.
 */
async function takeUp({ ledger, book, config, log, rights }: House): Promise<void> {
  if (!isEmbedded(config.store)) return
  const { requeued, uncertain } = await ledger.recoverLeases(config.clock.now(), resentPurposes(book.inForce), true)
  if (requeued + uncertain > 0) log.info('taken_up', { count: requeued + uncertain })
  await rights.resumeErasures()
}

/** An engine in this process serves no other: a role that is nowhere is work that nobody does. */
function warnOfShape({ config, log }: House): void {
  const [queue, store] = [isEmbedded(config.queue), isEmbedded(config.store)]
  const lacking = ['api', 'send', 'record', 'upkeep'] as const
  const missing = lacking.filter((role) => !config.roles.has(role))
  if (queue && !config.roles.has('tracker')) log.warn('role_nowhere', { code: 'queue_embedded', role: 'tracker' })
  if (queue || store) {
    for (const role of missing) log.warn('role_nowhere', { code: queue ? 'queue_embedded' : 'store_embedded', role })
  }
}

/** What the tracker's part of a process holds: hits go by the backlog, the stop-set and the gate. */
function newEdge(house: House, ring: KeyRing, cage: Cage, readers: OpenReaders) {
  const { queue, config, log, releases } = house
  const stops = newStopSet()
  const backlog = watchBacklog({ events: () => queue.eventsWaiting(), bound: config.backlog, log })
  releases.add(backlog.stop)
  const passage = (): Passage => (backlog.state === 'full' ? 'full' : 'open')
  return { stops, backlog, readers, collector: newCollecting(house, { ring, stops, readers, passage, cage }) }
}

/** The board tells every tracker who is stopped, and tells everything anew after a silence. */
async function followStops({ queue, releases }: House, stops: ReturnType<typeof newStopSet>): Promise<void> {
  const following = await queue.board.follow((change) => {
    if (change.kind === 'lift') stops.lift(change.handle)
    else if (change.kind === 'stop') stops.stop(change.handle, change.until)
    else stops.replace(change.entries)
  })
  releases.add(following.stop)
}
