import type { Address } from '../../base/index.ts'
import type { Held, RightsVerbs } from '../../ledger/index.ts'
import type { Answered, Casebook } from './casebook.ts'
import type { ExportSignature } from './import-signature.ts'
import type { Signer } from './receipt.ts'

/** Everything held, in one document; `version` counts changes of its shape. */
export interface ExportData {
  readonly format: 'lethe-export'
  readonly version: 1
  readonly held: Held
  /** Over all of the above and the address that it was asked for: an import takes nothing that was changed. */
  readonly signed: ExportSignature
}

export type Exported = Answered & { readonly data: ExportData }

/** Access and portability. The case names nobody, so that asking changes nothing of what is held. */
export const newExport =
  (ledger: Pick<RightsVerbs, 'held'>, signer: Signer, { answer, line }: Casebook) =>
  async (address: Address): Promise<Exported> => {
    const { deed, ...answered } = await answer('export', null, async () => {
      const held = await ledger.held(address)
      if (!held) return { outcome: 'nothing_held', lines: [line('nothing_held', 'Nothing is held here.')], held: {} }
      const count = Object.values(held).reduce((sum, rows) => sum + rows.length, 0)
      return { outcome: 'exported', lines: [line('exported', 'Everything held was handed over.', count)], held }
    })
    return { ...answered, data: documentOf(signer, address, deed.held) }
  }

/** The same document once more, for whoever was given it within the hour: no new case, and nothing changes. */
export const newHeld =
  (ledger: Pick<RightsVerbs, 'held'>, signer: Signer) =>
  async (address: Address): Promise<ExportData> =>
    documentOf(signer, address, (await ledger.held(address)) ?? {})

function documentOf(signer: Signer, address: Address, held: Held): ExportData {
  const document = { format: 'lethe-export', version: 1, held } as const
  return { ...document, signed: signer.signExport(address, document) }
}
