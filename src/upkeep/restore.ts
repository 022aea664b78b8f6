import { Fault, type Id } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Rights } from './rights/index.ts'

/** What was found of a store that may have been put back from a backup, and what was done about it. */
export interface RestoreReport {
  /** `behind`: it may not serve before somebody says that they know. */
  readonly state: 'in_step' | 'behind' | 'acknowledged'
  /** Entries of the audit log that were lost with the restore. */
  readonly lost: { readonly from: number; readonly to: number } | null
  /** Erasures that the store had not followed, how many of their people it knew again, and the cases in which these were erased anew. */
  readonly erasures: { readonly listed: number; readonly again: number; readonly cases: readonly Id[] }
  /** Rows that had ended since the backup, and were removed. */
  readonly purged: number
  /** False where a backup of the data takes the list of erasures along: then a restore of all of it cannot be told. */
  readonly apart: boolean
}

export interface RestoreNeeds {
  readonly ledger: Pick<Ledger, 'restored' | 'erasedAgain' | 'noteReplayed' | 'acknowledgeRestore'>
  readonly rights: Pick<Rights, 'eraseAgain' | 'finishErasures'>
  /** Removes what has ended; the number of rows. */
  readonly purge: () => Promise<number>
  readonly listApart: boolean
}

export interface RestoreCheck {
  /** Throws `store_restored` where somebody has to say that they know; erases anew whom a backup brought back. Before anything is served. */
  pass(): Promise<void>
  /** Reading only. */
  look(): Promise<RestoreReport>
  /**
   * All of it, with the residue; `reason` says that the restore is known, in plain words for the audit log. Without it a store that is
   * behind its log is only looked at. Throws `restore_unknown` where there is nothing to acknowledge.
   */
  run(actor: string, reason: string | null): Promise<RestoreReport>
}

export function newRestoreCheck({ ledger, rights, purge, listApart }: RestoreNeeds): RestoreCheck {
  const nothing = { listed: 0, again: 0, cases: [] } as const

  /** Each step can be done twice: a crash in between begins again. */
  async function replay(): Promise<RestoreReport['erasures']> {
    const { erasures } = await ledger.restored()
    if (erasures === 0) return nothing
    const { entries, handles } = await ledger.erasedAgain()
    const cases: Id[] = []
    for (const handle of handles) {
      const answered = await rights.eraseAgain(handle)
      if (answered) cases.push(answered.case)
    }
    await ledger.noteReplayed()
    return { listed: entries, again: cases.length, cases }
  }

  async function look(): Promise<RestoreReport> {
    const { log: lost, erasures } = await ledger.restored()
    const waiting = { ...nothing, listed: erasures }
    return { state: lost ? 'behind' : 'in_step', lost, erasures: waiting, purged: 0, apart: listApart }
  }

  return {
    pass: async () => {
      // Nothing is noted before the gap is: an entry would take a number that was given already.
      if ((await ledger.restored()).log) throw storeRestored()
      await replay()
    },
    look,
    run: async (actor, reason) => {
      const found = await look()
      if (found.state === 'behind' && reason === null) return found
      if (reason !== null) await ledger.acknowledgeRestore(actor, reason)
      const erasures = await replay()
      const purged = found.lost || erasures.listed > 0 ? await purge() : 0
      if (erasures.again > 0) await rights.finishErasures()
      return { ...found, state: reason === null ? 'in_step' : 'acknowledged', erasures, purged }
    },
  }
}

const storeRestored = (): Fault =>
  new Fault(
    'store_restored',
    'The store is older than its own audit log was: it was put back from a backup.',
    'Run lethe restore-check to see what that means, then lethe restore-check --acknowledge "why it was restored".',
  )
