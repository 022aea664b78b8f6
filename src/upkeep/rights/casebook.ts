import { type Address, type Clock, dayMillis, dayOf, type Id, newId } from '../../base/index.ts'
import type { CaseFacts, CaseStatus, CaseView, Ledger, Right } from '../../ledger/index.ts'
import type { PolicyBook } from '../../policy/policy.ts'
import type { Line, Receipt, Remainder, Signer } from './receipt.ts'

export interface CaseNeeds {
  readonly ledger: Pick<Ledger, 'openCase' | 'closeCase' | 'caseOf' | 'note'>
  readonly book: PolicyBook
  readonly clock: Clock
  readonly signer: Signer
}

/** The answer to every right. `outcome` is a code: what was done, or why there was nothing to do. */
export interface Answered {
  readonly case: Id
  readonly status: CaseStatus
  readonly outcome: string
  readonly receipt: Receipt
}

/** What a right did, before it is written down. */
export interface Deed {
  readonly outcome: string
  readonly lines: readonly Line[]
  readonly remains?: readonly Remainder[]
  readonly status?: CaseStatus
}

/** A case: opened with the policy's deadline, closed with a signed receipt, kept as long as other proofs are. */
export function newCasebook({ ledger, book, clock, signer }: CaseNeeds) {
  const now = (): string => new Date(clock.now()).toISOString()

  const facts = (right: Right): CaseFacts => {
    const openedAt = clock.now()
    return { id: newId(), right, openedAt, dueAt: openedAt + book.inForce.rightsAnswerDays * dayMillis }
  }

  async function close({ id, right }: Pick<CaseFacts, 'id' | 'right'>, deed: Deed): Promise<Answered> {
    const { outcome, lines, remains = [], status = 'done' } = deed
    const log = await ledger.note({ actor: 'lethe', action: `right_${right}`, object: id })
    const receipt = signer.sign({ case: id, right, at: now(), policy: book.inForce.digest, lines, remains, log })
    const expiresOn = dayOf(clock.now()) + book.inForce.consentDays
    await ledger.closeCase(id, status, clock.now(), JSON.stringify(receipt), expiresOn)
    return { case: id, status, outcome, receipt }
  }

  /** What an erasure was answered with, by whatever process; null for one that has no answer yet. */
  async function answerOf(id: Id): Promise<Answered | null> {
    const view = await ledger.caseOf(id)
    if (!view?.receipt) return null
    const receipt = JSON.parse(view.receipt) as Receipt // written by close, above
    return { case: id, status: view.status, outcome: 'erased', receipt }
  }

  return {
    facts,
    close,
    answerOf,
    now,
    line: (code: string, says: string, count?: number): Line => ({
      at: now(),
      code,
      says,
      ...(count === undefined ? {} : { count }),
    }),
    /** The whole of a right that is answered at once; `about` where the case must be found again with its person. */
    async answer<D extends Deed>(
      right: Right,
      about: Address | null,
      act: () => Promise<D>,
    ): Promise<Answered & { deed: D }> {
      const opened = facts(right)
      await ledger.openCase(opened, about)
      const deed = await act()
      return { ...(await close(opened, deed)), deed }
    },
  }
}

export type Casebook = ReturnType<typeof newCasebook>

/** A case as it is shown: nothing that tells whose it is. */
export interface Case {
  readonly case: Id
  readonly right: Right
  readonly status: CaseStatus
  readonly openedAt: string
  readonly dueAt: string
  readonly overdue: boolean
  readonly closedAt?: string
  readonly receipt?: Receipt
}

export const shownCase = (view: CaseView, now: number): Case => ({
  case: view.id,
  right: view.right,
  status: view.status,
  openedAt: new Date(view.openedAt).toISOString(),
  dueAt: new Date(view.dueAt).toISOString(),
  overdue: view.status === 'open' && view.dueAt < now,
  ...(view.closedAt === null ? {} : { closedAt: new Date(view.closedAt).toISOString() }),
  ...(view.receipt === null ? {} : { receipt: JSON.parse(view.receipt) as Receipt }), // written by close, above
})
