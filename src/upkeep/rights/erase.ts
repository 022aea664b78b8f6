import { type Address, dayMillis, dayOf, type Handle, isFault, isoDay, type Log } from '../../base/index.ts'
import type { Erasure, Ledger } from '../../ledger/index.ts'
import type { Queue } from '../../queue/index.ts'
import type { Answered, Casebook } from './casebook.ts'
import { linesOf, nothingHeld, remainsOf } from './erase-receipt.ts'

export interface EraseNeeds {
  readonly ledger: Pick<
    Ledger,
    | 'beginErasure'
    | 'beginErasureOf'
    | 'eraseSubject'
    | 'noteErasure'
    | 'erasures'
    | 'endErasure'
    | 'tidy'
    | 'leaves'
    | 'closeCase'
  >
  readonly queue: Pick<Queue, 'clean' | 'forget'> & { readonly board: Pick<Queue['board'], 'stop'> }
  readonly log: Log
  /** Days that lines of our own log live: they hold ids of messages. */
  readonly logDays: () => number
  /** How long an epoch key lives: what it wrapped opens in no copy after it. */
  readonly epochMillis: number
}

const isEnded = (cause: unknown): boolean => isFault(cause) && cause.code === 'erasure_unknown'
const dayAfter = (from: number, millis: number): string => isoDay(dayOf(from + millis))

/**
 * Forgetting, in steps that are put on record one by one:
 *
 *   asked -> told (the stop-set) -> rows -> keys        before the answer
 *         -> store (free pages, logs) -> queue -> done  after it, for all pending erasures together
 *
 * Whatever ends the process, the next one goes on at the first step that is not on record. A queue that is away keeps
 * nobody's rows: the data goes, and the answer says that the trackers could not be told yet.
 */
export function newErasing(needs: EraseNeeds, casebook: Casebook) {
  const { ledger, queue, log } = needs
  let forgetting: Promise<void> | null = null

  async function tell(erasure: Erasure): Promise<void> {
    if (erasure.toldAt !== null) return
    const { handle, until }: { handle: Handle; until: number } = erasure
    await queue.board.stop([{ handle, until }])
    await ledger.noteErasure(erasure.id, 'told')
  }

  /** Up to the answer. Where another process was faster, its answer is the one. */
  const remove = (erasure: Erasure): Promise<Answered> =>
    removeHere(erasure).catch(async (cause) => {
      const answered = isEnded(cause) ? await casebook.answerOf(erasure.id) : null
      if (answered === null) throw cause
      return answered
    })

  async function removeHere(erasure: Erasure): Promise<Answered> {
    const told = await tell(erasure).then(
      () => null,
      (cause: unknown) => ({ cause }),
    )
    const removed = await ledger.eraseSubject(erasure.id)
    if (told) throw told.cause
    return close(removed, 'residue')
  }

  const close = (erasure: Erasure, status: 'residue' | 'done'): Promise<Answered> =>
    casebook.close(erasure, {
      ...{ outcome: 'erased', status, lines: linesOf(erasure, ledger.leaves) },
      remains: remainsOf(
        erasure,
        {
          tombstone: isoDay(erasure.until),
          log: dayAfter(erasure.askedAt, needs.logDays() * dayMillis),
          // The schedule looks each hour: a day more is a promise that holds.
          epoch: dayAfter(erasure.askedAt, needs.epochMillis + dayMillis),
        },
        ledger.leaves,
      ),
    })

  /** Null for one that another process has brought to its end meanwhile. */
  const note = (...step: Parameters<typeof ledger.noteErasure>): Promise<Erasure | null> =>
    ledger.noteErasure(...step).catch((cause) => {
      if (!isEnded(cause)) throw cause
      return null
    })

  /** What is left in the files of store and queue. A reader may hold the store's log: then it is for the next time. */
  async function residue(pending: readonly Erasure[]): Promise<void> {
    if (pending.some(({ storeAt }) => storeAt === null)) {
      if (!(await ledger.tidy())) return
      for (const { id, storeAt } of pending) if (storeAt === null) await note(id, 'store')
    }
    await queue.clean(0)
    const state = await queue.forget()
    for (const { id } of pending) {
      const noted = await note(id, 'queue', state)
      if (noted === null) continue
      await close(noted, 'done')
      await ledger.endErasure(id)
    }
  }

  async function resume(): Promise<void> {
    for (const erasure of await ledger.erasures())
      if (erasure.keysAt === null || erasure.toldAt === null) await remove(erasure)
  }

  async function finish(): Promise<void> {
    await resume()
    const pending = await ledger.erasures()
    if (pending.length > 0) await residue(pending)
  }

  /** One run at a time; what fails is tried again by the schedule. */
  function finishOnce(): Promise<void> {
    forgetting ??= finish().finally(() => {
      forgetting = null
    })
    return forgetting
  }

  return {
    async erase(address: Address, right: 'erase' | 'minor'): Promise<Answered> {
      const facts = casebook.facts(right)
      const erasure = await ledger.beginErasure(address, facts)
      if (erasure === null) return casebook.close(facts, nothingHeld(casebook.now()))
      return remove(erasure)
    },
    /** Somebody whom a restored backup knows again; null if it does not. */
    async again(handle: Handle): Promise<Answered | null> {
      const erasure = await ledger.beginErasureOf(handle, casebook.facts('erase'))
      return erasure && remove(erasure)
    },
    /** Rows and keys of what a crash interrupted, and no residue yet: before anything is served. */
    resume,
    finish: finishOnce,
    /** The same without waiting: whoever asked has been answered. */
    finishSoon: (): void => {
      setImmediate(() => {
        finishOnce().catch((cause) => log.warn('residue_waits', { code: isFault(cause) ? cause.code : 'defect' }))
      })
    },
  }
}

export type Erasing = ReturnType<typeof newErasing>
