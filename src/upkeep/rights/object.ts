import { type Address, dayOf, Fault } from '../../base/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { recordingEnds } from '../../policy/policy.ts'
import type { Queue } from '../../queue/index.ts'
import type { Answered, Casebook, CaseNeeds } from './casebook.ts'

export interface ObjectNeeds extends Pick<CaseNeeds, 'book' | 'clock'> {
  readonly ledger: Pick<Ledger, 'suppress'>
  readonly board: Pick<Queue['board'], 'stop'>
}

/** One purpose stops, the others go on. Throws `purpose_unknown`. */
export const newObject =
  ({ ledger, board, book, clock }: ObjectNeeds, { answer, line }: Casebook) =>
  async (address: Address, purpose: string): Promise<Answered> => {
    if (!book.inForce.purposes.has(purpose)) {
      const known = [...book.inForce.purposes.keys()].join(', ')
      throw new Fault('purpose_unknown', 'The policy has no such purpose.', `Use one of: ${known}.`)
    }
    const { deed: _deed, ...answered } = await answer('object', address, async () => {
      const known = await ledger.suppress(address, purpose)
      if (known?.stops === 'stop') {
        await board.stop([{ handle: known.handle, until: recordingEnds(book, dayOf(clock.now())) }])
      }
      return { outcome: 'objected', lines: [line('objected', 'This purpose is stopped, the others go on.')] }
    })
    return answered
  }
