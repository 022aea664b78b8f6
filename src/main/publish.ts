import { isFault, type Log } from '../base/index.ts'
import type { KeyRing } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Queue } from '../queue/index.ts'
import { markOf, type PolicySheet, pinNames, sealed, unsealed } from './policy-board.ts'
import type { PolicyChange } from './policy-change.ts'

export interface PublishNeeds {
  readonly ledger: Pick<Ledger, 'policySources' | 'pendingPolicy' | 'stopped'>
  readonly board: Pick<Queue['board'], 'pin' | 'pinned' | 'stop'>
  readonly ring: KeyRing
  readonly change: Pick<PolicyChange, 'waiting'>
  readonly log: Log
  /** False under a shifted clock on real data: a rehearsal tells nobody anything. */
  readonly real: boolean
}

/** How soon a tracker hears of what another process has put in force, and a board that lost its memory is told anew. */
const everyMillis = 5_000

/**
 * The store knows who is stopped and which policies count; the board tells every tracker. Looked after for as long as this
 * process runs: an engine that was emptied is told everything again, who is stopped before anything else.
 */
export function newPublishing({ ledger, board, ring, change, log, real }: PublishNeeds) {
  let running: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null

  async function sheet(): Promise<PolicySheet | null> {
    const sources = await ledger.policySources()
    const last = sources.at(-1)
    if (!last) return null
    const pending = await ledger.pendingPolicy()
    const { waiting } = change
    // Another process has the text of what waits: that one tells it.
    if (pending && waiting?.policy.number !== pending.number) return null
    return {
      inForce: last.number,
      turn: last.turn,
      sources: sources.map(({ number, source }) => ({ number, source })),
      waiting: waiting && { source: waiting.policy.source, from: waiting.from },
    }
  }

  async function tell(): Promise<void> {
    const mark = await board.pinned(pinNames.mark)
    if (mark === null) await board.stop(await ledger.stopped())
    const now = await sheet()
    if (now === null) return
    const text = JSON.stringify(now)
    if (mark !== null && unsealed(ring, mark) === markOf(text)) return
    await board.pin({ [pinNames.sheet]: sealed(ring, text), [pinNames.mark]: sealed(ring, markOf(text)) })
  }

  const once = (): Promise<void> => {
    running ??= tell().finally(() => {
      running = null
    })
    return running
  }

  return {
    /** Everybody who is stopped and every policy, before this process takes work. */
    async begin(): Promise<void> {
      await board.stop(await ledger.stopped())
      if (!real) return
      await once()
      timer = setInterval(() => {
        once().catch((cause) => log.warn('board_not_told', { code: isFault(cause) ? cause.code : 'defect' }))
      }, everyMillis)
    },
    stop: (): void => {
      if (timer) clearInterval(timer)
    },
  }
}
