import type { Address } from '../../base/index.ts'
import type { RightsVerbs } from '../../ledger/index.ts'
import type { Answered, Casebook } from './casebook.ts'

export type Fingerprinted = Answered & { readonly fingerprints: readonly string[] }

/** What an auditor searches the disks for, before an erasure and after it. */
export const newFingerprints =
  (ledger: Pick<RightsVerbs, 'fingerprints'>, { answer, line }: Casebook) =>
  async (address: Address): Promise<Fingerprinted> => {
    const { deed, ...answered } = await answer('fingerprints', null, async () => {
      const fingerprints = await ledger.fingerprints(address)
      const lines = [line('fingerprinted', 'Fingerprints of what lies at rest were handed over.', fingerprints.length)]
      return { outcome: 'fingerprinted', lines, fingerprints }
    })
    return { ...answered, fingerprints: deed.fingerprints }
  }
