import { type Address, dayOf } from '../../base/index.ts'
import type { RightsVerbs } from '../../ledger/index.ts'
import { recordingEnds } from '../../policy/policy.ts'
import type { Queue } from '../../queue/index.ts'
import type { Answered, Casebook, CaseNeeds } from './casebook.ts'

export interface RestrictNeeds extends Pick<CaseNeeds, 'book' | 'clock'> {
  readonly ledger: Pick<RightsVerbs, 'restrict'>
  readonly board: Pick<Queue['board'], 'stop' | 'lift'>
}

/** Sets somebody's data aside, or takes it up again; every tracker knows before the answer (law 5). */
export const newRestrict =
  ({ ledger, board, book, clock }: RestrictNeeds, { answer, line }: Casebook) =>
  async (address: Address, on: boolean): Promise<Answered> => {
    const { deed: _deed, ...answered } = await answer(on ? 'restrict' : 'unrestrict', address, async () => {
      const done = await ledger.restrict(address, on)
      if (!done) return { outcome: 'nothing_held', lines: [line('nothing_held', 'Nothing is held here.')] }
      const { handle, stops } = done
      if (stops === 'stop') await board.stop([{ handle, until: recordingEnds(book, dayOf(clock.now())) }])
      else await board.lift([handle])
      return on
        ? {
            outcome: 'restricted',
            lines: [line('restricted', 'What is held is kept and not used: no mail, no recording, no purge.')],
          }
        : { outcome: 'unrestricted', lines: [line('unrestricted', 'What is held may be used again.')] }
    })
    return answered
  }
