import type { Address, Clock, Id } from '../../base/index.ts'
import type { RightsVerbs } from '../../ledger/index.ts'
import { type Answered, type Case, type Casebook, shownCase } from './casebook.ts'

type CaseLedger = Pick<RightsVerbs, 'openConcern' | 'openCases' | 'caseOf'>

/** What is still to be answered, and a concern that somebody voices. */
export const newCases = (ledger: CaseLedger, clock: Clock, casebook: Casebook) => ({
  open: async (): Promise<readonly Case[]> => (await ledger.openCases()).map((view) => shownCase(view, clock.now())),

  one: async (id: Id): Promise<Case | null> => {
    const view = await ledger.caseOf(id)
    return view && shownCase(view, clock.now())
  },

  /** Kept sealed until it is answered; the deadline is the policy's. */
  async concern(address: Address, about: string): Promise<Case> {
    const facts = casebook.facts('concern')
    await ledger.openConcern(facts, address, about)
    return shownCase({ ...facts, status: 'open', closedAt: null, receipt: null }, clock.now())
  },

  /** Null when there is no such case, or it is closed already. */
  async close(id: Id): Promise<Answered | null> {
    const view = await ledger.caseOf(id)
    if (view?.status !== 'open') return null
    return casebook.close(view, { outcome: 'answered', lines: [casebook.line('answered', 'The case was answered.')] })
  },
})
