import type { Log } from '../base/index.ts'
import {
  type Claims,
  type KeyRing,
  openToken,
  type PermittedEvent,
  permitHit,
  type RawHit,
  type Readers,
  type Refusal,
  reclassed,
  type StopSet,
} from '../gate/index.ts'
import type { EventKind, PolicyBook } from '../policy/policy.ts'
import type { Bursts } from './bursts.ts'
import { type GroupSettings, newGroupCommit } from './group-commit.ts'
import { newVisitors } from './visitors.ts'

/**
 * Why a hit was answered and not recorded. `stopped`: the person withdrew, objected, is restricted or erased; `untold`: nobody
 * has told this process yet who did.
 */
export type RefusalCode = Refusal | 'forged' | 'revoked' | 'stopped' | 'untold' | 'fault'

/**
 * Whether hits may go to the queue. `untold`: the stop-set or the policies are not known; `away`: neither is, since their
 * engine is not there; `full`: as many events wait as may.
 */
export type Passage = 'open' | 'untold' | 'away' | 'full'

/** Hits since the start of this process. Always: answered = recorded + lost + pending + the sum of refused (law 6). */
export interface Counters {
  /** Hits that came in; each is answered within the bound. */
  readonly answered: number
  readonly recorded: number
  /** The part of `recorded` that was committed after its reader had been answered. */
  readonly late: number
  readonly lost: number
  readonly pending: number
  /** Recorded events that were later called a scanner's, because what followed them made a burst. */
  readonly corrected: number
  readonly refused: Readonly<Partial<Record<RefusalCode, number>>>
}

export type ClickAnswer =
  | { readonly state: 'redirect'; readonly to: string }
  | { readonly state: 'missing' }
  /** The key was stolen: anyone could have made this link, so its host is named and nobody is sent there. */
  | { readonly state: 'revoked'; readonly host: string }

export interface Collector {
  open(token: string, hit: RawHit): Promise<void>
  click(token: string, hit: RawHit): Promise<ClickAnswer>
  /** Waits until what was answered is committed, or has to be counted as lost. */
  drain(): Promise<void>
  readonly counters: Counters
  /** False while the queue does not take commits. */
  readonly healthy: boolean
}

export interface CollectorParts extends GroupSettings {
  readonly ring: KeyRing
  readonly book: PolicyBook
  readonly stops: StopSet
  readonly commit: (events: readonly PermittedEvent[]) => Promise<void>
  readonly readers: Readers & { readonly bursts?: Bursts }
  /** Asked at each hit; always open when left out. */
  readonly passage?: () => Passage
  readonly log?: Log
}

/** What a burst can change: a proxy or a prefetch that named itself stays what it is. */
const doubtful: ReadonlySet<string> = new Set(['person', 'unknown'])
const done = Promise.resolve()
const missing: Promise<ClickAnswer> = Promise.resolve({ state: 'missing' })

/** The edge: token, then stop-set, then the gate, then the queue. Nothing here ever throws or rejects into a reader's answer. */
export function newCollector(parts: CollectorParts): Collector {
  const { ring, book, stops, readers, log, passage = () => 'open' } = parts
  const group = newGroupCommit(parts.commit, parts)
  // Second thoughts about events that are recorded already: no hit of their own, so that they stay out of the counters.
  const second = newGroupCommit(parts.commit, parts)
  const visitors = newVisitors()
  const refused = new Map<RefusalCode, number>()
  let answered = 0
  let turnedAway = 0

  function lose(): Promise<void> {
    turnedAway++
    return done
  }

  function refuse(code: RefusalCode): Promise<void> {
    refused.set(code, (refused.get(code) ?? 0) + 1)
    return done
  }

  function collect(kind: EventKind, claims: Claims, hit: RawHit): Promise<void> {
    const way = passage()
    // Who is stopped is not known: in doubt, untracked (law 7).
    if (way === 'untold') return refuse('untold')
    if (way === 'away') return lose()
    // Before anything is read of the hit: a stopped person's hit leaves no trace but this count (law 5).
    if (claims.handle !== null && stops.has(claims.handle)) return refuse('stopped')
    try {
      const verdict = permitHit(hit, kind, claims, book.inForce, book.all, readers, visitors)
      if (!verdict.permitted) return refuse(verdict.refused)
      return way === 'full' ? lose() : keep(verdict.permitted)
    } catch {
      // The reader gets the picture whatever breaks in here; the cause may quote the hit, so only a code is logged.
      log?.error('hit_not_measured', { code: 'fault' })
      return refuse('fault')
    }
  }

  /**
   * A burst shows itself at its third link, when the first two are answered and on their way. Nobody waits for that: the
   * event that shows it is a scanner's from the start, and the earlier ones are sent again, with their ids and the better
   * class; the ledger moves what it counted. A second thought that is lost leaves the first.
   */
  function keep(event: PermittedEvent): Promise<void> {
    for (const earlier of readers.bursts?.attach(event) ?? []) {
      if (earlier === event || !doubtful.has(String(earlier.wire[6].agent))) continue
      const better = reclassed(earlier, 'scanner')
      if (better) void second.add(better)
    }
    return group.add(event)
  }

  return {
    open(token, hit) {
      answered++
      const verdict = openToken(ring, 'open', token)
      return verdict.state === 'genuine' ? collect('open', verdict.claims, hit) : refuse(verdict.state)
    },
    click(token, hit) {
      answered++
      const verdict = openToken(ring, 'click', token)
      if (verdict.state === 'genuine') {
        const answer: ClickAnswer = { state: 'redirect', to: verdict.claims.target }
        return collect('click', verdict.claims, hit).then(() => answer)
      }
      refuse(verdict.state)
      if (verdict.state === 'forged') return missing
      return Promise.resolve({ state: 'revoked', host: hostOf(verdict.claims.target) })
    },
    drain: async () => {
      const before = group.lost
      await group.drain()
      // The counters end with this process: what it had to give up is in its last lines, or nowhere.
      if (group.lost > before) log?.error('events_lost', { code: 'queue_away', count: group.lost - before })
      await second.drain()
    },
    get counters() {
      const { committed: recorded, late, pending } = group
      const lost = group.lost + turnedAway
      const { committed: corrected } = second
      return { answered, recorded, late, lost, pending, corrected, refused: Object.fromEntries(refused) }
    },
    get healthy() {
      return group.healthy
    },
  }
}

const hostOf = (target: string): string => (URL.canParse(target) ? new URL(target).host : '')
