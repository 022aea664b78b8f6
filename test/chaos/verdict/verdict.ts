import { type Book, type Hit, identity } from '../book.ts'

/** What the store holds when all is over. */
export interface Stored {
  /** Rows by identity: more than one of the same is a hit that was recorded twice. */
  readonly rows: ReadonlyMap<string, number>
  readonly messages: ReadonlyMap<string, { readonly status: string; readonly uncertain: boolean }>
}

/** What is known of one fault besides the book. */
export interface Window {
  readonly name: string
  readonly kind: string
  readonly queue: 'up' | 'away'
  readonly forgets: number
  readonly struckAt: number
  /** Lives that ended, or were frozen: connections to them may break. */
  readonly ended: ReadonlySet<number>
  /** Those that ended by kill -9: what they held in memory nobody can count. */
  readonly killed: ReadonlySet<number>
  /** What the trackers counted meanwhile. */
  readonly late: number
  readonly lost: number
  readonly refused: number
  /** The part of `lost` that trackers gave up at the end of a drain. */
  readonly gaveUp: number
  /** Until everything was as before, in milliseconds. */
  readonly calmAfter: number
  readonly troubles: readonly string[]
}

export interface Line {
  readonly fault: string
  readonly kind: string
  readonly answered: number
  readonly recorded: number
  readonly late: number
  readonly lost: number
  readonly refused: number
  readonly twice: number
  /** Of an engine that may forget its last second: how many, and how old the oldest was when it struck. */
  readonly forgotten: number
  readonly forgottenMillis: number
  readonly unanswered: number
  readonly mails: number
  readonly sentTwice: number
  readonly calmAfter: number
  readonly breaks: readonly string[]
}

/** Whoever waited for the bound was answered after 200 to 250 milliseconds: the tracker's clock for that ticks every 50. */
const bound = 195
/** The sizes of Redis's file are looked at this often, and a reader hears a little after the engine. */
const coarse = 250

/** The whole comparison, a line for each fault. Pure: what is wrong in it was given to it. */
export function judge(book: Book, windows: readonly Window[], stored: Stored): readonly Line[] {
  const hits = Map.groupBy(book.hits, ({ window }) => window)
  const known = new Set(book.hits.map(identity))
  const foreign = [...stored.rows.keys()].filter((key) => !known.has(key)).length
  return windows.map((window, index) => {
    const line = lineOf(window, hits.get(index) ?? [], stored)
    const mails = mailsOf(book, index, stored)
    const breaks = [...line.breaks, ...mails.breaks]
    const last = index === windows.length - 1
    if (last && foreign > 0) breaks.push(`${foreign} rows of hits that nobody made`)
    if (last) breaks.push(...doubledAcceptance(book, stored))
    return { ...line, mails: mails.count, sentTwice: mails.twice, breaks }
  })
}

function lineOf(window: Window, hits: readonly Hit[], { rows }: Stored) {
  const countOf = (hit: Hit): number => rows.get(identity(hit)) ?? 0
  const answered = hits.filter(({ fate }) => fate === 'answered')
  const missing = answered.filter((hit) => countOf(hit) === 0)
  const broken = hits.filter(({ fate }) => fate === 'unanswered')
  const wrong = hits.filter(({ fate }) => fate === 'wrong').length
  const twice = hits.filter((hit) => countOf(hit) > 1).length
  const forgotten = missing.filter(({ at }) => window.forgets > 0 && at >= window.struckAt - window.forgets - coarse)
  // Answered at the bound, and in the memory of a process that was killed: its counter died with it.
  const inMemory = missing.filter(({ life, took }) => window.killed.has(life) && took >= bound)
  const excused = new Set([...forgotten, ...inMemory])
  const unexplained = missing.filter((hit) => !excused.has(hit)).length
  const slack = broken.filter((hit) => countOf(hit) === 0).length
  const counted = window.lost + window.refused
  // On its way to the engine when that was cut off, and given up at the end of a drain: counted as lost, and perhaps there.
  const dared = answered.filter((hit) => window.ended.has(hit.life) && hit.took >= bound && countOf(hit) > 0).length
  const explained = missing.length + slack + Math.min(window.gaveUp, dared)
  const breaks = [...window.troubles]
  if (answered.length === 0) breaks.push('nobody was answered: nothing is proved')
  if (unexplained > counted) breaks.push(`${unexplained - counted} answered hits are neither recorded nor counted`)
  if (counted > explained) breaks.push(`${counted - explained} counted as lost are recorded`)
  if (window.queue === 'up' && window.lost > 0) breaks.push(`${window.lost} lost while the queue was up`)
  if (window.queue === 'up' && inMemory.length > 0) breaks.push(`${inMemory.length} late at a tracker that was killed`)
  if (twice > 0) breaks.push(`${twice} recorded twice`)
  const deserted = broken.filter(({ life }) => !window.ended.has(life)).length
  if (deserted > 0) breaks.push(`${deserted} readers of a running tracker lost their connection`)
  if (wrong > 0) breaks.push(`${wrong} readers got something else`)
  return {
    ...{ fault: window.name, kind: window.kind, answered: answered.length, recorded: answered.length - missing.length },
    ...{ late: window.late, lost: window.lost, refused: window.refused, twice, unanswered: broken.length },
    ...{ forgotten: forgotten.length, calmAfter: window.calmAfter, breaks },
    forgottenMillis: forgotten.reduce((most, { at }) => Math.max(most, window.struckAt - at), 0),
  }
}

/** Mails by the fault in which they were accepted; a second copy by the fault in which it arrived. */
function mailsOf({ mails }: Book, index: number, { messages }: Stored) {
  const taken = [...mails.values()].filter(({ id, acceptedIn }) => id !== null && acceptedIn === index)
  const fateOf = (id: string | null) => messages.get(id ?? '')
  const lost = taken.filter(({ deliveries }) => deliveries.length === 0).length
  const unfinished = taken.filter(({ id }) => fateOf(id)?.status !== 'sent').length
  const doubled = [...mails.values()].filter(({ deliveries }) => deliveries[1]?.window === index)
  const uncounted = doubled.filter(({ id }) => !fateOf(id)?.uncertain).length
  const breaks: string[] = []
  if (lost > 0) breaks.push(`${lost} mails lost`)
  if (unfinished > lost) breaks.push(`${unfinished} mails without the outcome sent`)
  if (uncounted > 0) breaks.push(`${uncounted} mails sent twice outside the counted window`)
  return { count: taken.length, twice: doubled.length, breaks }
}

function doubledAcceptance({ mails }: Book, { messages }: Stored): readonly string[] {
  const ids = new Set([...mails.values()].map(({ id }) => id))
  const strange = [...messages.keys()].filter((id) => !ids.has(id)).length
  return strange > 0 ? [`${strange} messages that were handed in once are stored twice`] : []
}
