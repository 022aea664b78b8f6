import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isFault, type Log } from '../../base/index.ts'
import type { KeyRing } from '../../gate/index.ts'
import { compileSource, type Policy } from '../../policy/index.ts'
import type { Queue } from '../../queue/index.ts'
import type { OpenBook } from '../book.ts'
import { markOf, type PolicySheet, pinNames, readSheet, sealed, unsealed } from '../policy-board.ts'
import type { WaitingPolicy } from '../policy-change.ts'

export interface LearningNeeds {
  readonly book: OpenBook
  readonly ring: KeyRing
  readonly log: Log
  /** Where the last sheet that was believed is kept. */
  readonly copy: string
}

export interface Learning {
  /** The sheet of the last run, for what needs no more than a policy: pages, and redirects. */
  recall(): void
  /** Looks at the board, and takes up what is new on it. Rejects while the engine is away. */
  look(board: Pick<Queue['board'], 'pinned'>): Promise<void>
  /** The board may have lost its memory: nothing is believed before the next look. */
  doubt(): void
  /** What the board said when it was last asked: nothing is recorded under any other word than `ok`. */
  readonly state: 'ok' | 'policies_untold' | 'policies_foreign' | 'policies_unreadable' | 'policies_older'
  readonly waiting: WaitingPolicy | null
}

/** The policies as the processes with the store publish them: a tracker opens no store, and asks the board. */
export function newLearning({ book, ring, log, copy }: LearningNeeds): Learning {
  let state: Learning['state'] = 'policies_untold'
  let known = ''
  let turnKnown = 0
  let waiting: WaitingPolicy | null = null

  /** All of it or nothing: a sheet of a later version may hold what this one cannot compile. */
  function take(text: string): 'ok' | 'policies_unreadable' | 'policies_older' {
    const sheet = readSheet(text)
    if (sheet === null) return 'policies_unreadable'
    // Under our seal, and yet brought back by somebody: what was in force before may have granted more.
    if (sheet.turn < turnKnown) return 'policies_older'
    const compiled = new Map<number, Policy>()
    try {
      for (const { number, source } of sheet.sources) {
        compiled.set(number, book.all.get(number) ?? compileSource(source))
      }
      waiting = waitingOf(sheet)
    } catch (cause) {
      if (!isFault(cause)) throw cause
      return 'policies_unreadable'
    }
    for (const [number, policy] of compiled) book.all.set(number, policy)
    const inForce = compiled.get(sheet.inForce)
    if (inForce === undefined) return 'policies_unreadable'
    if (inForce !== book.inForce) book.turn(inForce)
    known = markOf(text)
    turnKnown = sheet.turn
    return 'ok'
  }

  function turn(next: Learning['state']): void {
    if (next !== state && next !== 'ok') log.warn('policies_unknown', { code: next })
    if (next !== state && next === 'ok') log.info('policies_known', { policy: book.inForce.name })
    state = next
  }

  return {
    recall: () => {
      try {
        const text = unsealed(ring, readFileSync(copy, 'utf8'))
        if (text !== null) take(text)
      } catch {
        // There was no last run here, or its copy is not to be believed: the configured policy stands.
      }
    },
    look: async (board) => {
      const mark = await board.pinned(pinNames.mark)
      if (mark === null) return turn('policies_untold')
      const digest = unsealed(ring, mark)
      if (digest === null) return turn('policies_foreign')
      if (digest === known) return turn('ok')
      const text = unsealed(ring, (await board.pinned(pinNames.sheet)) ?? '')
      // Between its two halves while somebody was writing: the next look sees both.
      if (text === null || markOf(text) !== digest) return
      const taken = take(text)
      turn(taken)
      if (taken === 'ok') keep(copy, sealed(ring, text), log)
    },
    doubt: () => {
      state = 'policies_untold'
    },
    get state() {
      return state
    },
    get waiting() {
      return waiting
    },
  }
}

const waitingOf = ({ waiting }: PolicySheet): WaitingPolicy | null =>
  waiting && { policy: compileSource(waiting.source), from: waiting.from }

/** Aside and renamed: several trackers may share the folder. Without a copy only the next start knows less. */
function keep(copy: string, text: string, log: Log): void {
  try {
    writeFileSync(`${copy}.${process.pid}`, text, { mode: 0o600 })
    renameSync(`${copy}.${process.pid}`, copy)
  } catch {
    log.warn('policies_not_kept', { code: 'data_unwritable' })
  }
}
