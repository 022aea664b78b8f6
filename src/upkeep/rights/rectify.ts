import { type Address, Fault } from '../../base/index.ts'
import type { Correction, RightsVerbs } from '../../ledger/index.ts'
import type { Answered, Casebook } from './casebook.ts'

/** Throws `address_taken` when the corrected address is somebody else's: two people are never made one. */
export const newRectify =
  (ledger: Pick<RightsVerbs, 'rectify'>, { answer, line }: Casebook) =>
  async (address: Address, correction: Correction): Promise<Answered> => {
    const { deed: _deed, ...answered } = await answer('rectify', address, async () => {
      const done = await ledger.rectify(address, correction)
      if (done === 'taken') throw taken()
      if (done === 'unknown') return { outcome: 'nothing_held', lines: [line('nothing_held', 'Nothing is held here.')] }
      return {
        outcome: 'rectified',
        lines: [line('rectified', 'Corrected, in mail that is still to be sent as well.', done.queued)],
      }
    })
    return answered
  }

const taken = (): Fault =>
  new Fault(
    'address_taken',
    'The corrected address already belongs to another person here.',
    'Erase one of the two, or correct to another address; the case stays open until then.',
  )
