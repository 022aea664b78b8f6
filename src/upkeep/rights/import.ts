import { type Address, dayOf, Fault } from '../../base/index.ts'
import type { RightsVerbs } from '../../ledger/index.ts'
import { recordingEnds } from '../../policy/policy.ts'
import type { Queue } from '../../queue/index.ts'
import type { Answered, Casebook, CaseNeeds } from './casebook.ts'
import type { ExportData } from './export.ts'

export interface ImportNeeds extends Pick<CaseNeeds, 'book' | 'clock' | 'signer'> {
  readonly ledger: Pick<RightsVerbs, 'takeBack'>
  readonly board: Pick<Queue['board'], 'stop'>
}

/**
 * Data that was exported comes back: what the policy grants and whose time is not over. Only an export of this deployment, or of
 * one whose operator key is among ours, and only whole. Nobody who was erased becomes known again by it.
 */
export function newImport({ ledger, board, book, clock, signer }: ImportNeeds, { answer, line }: Casebook) {
  /** Throws `export_malformed`, `export_version`, `export_foreign` or `export_tampered`; opens no case for any of them. */
  function genuine(address: Address, data: unknown): ExportData {
    if (!isExport(data)) throw malformed()
    const { signed, ...document } = data
    if (data.version !== 1) throw otherVersion()
    const verdict = signer.verifyExport(address, document, signed)
    if (verdict === 'foreign') throw foreign()
    if (verdict !== 'genuine') throw tampered()
    return data
  }

  async function take(address: Address, given: unknown): Promise<Answered> {
    const { held } = genuine(address, given)
    const { deed: _deed, ...answered } = await answer('import', null, async () => {
      const done = await ledger.takeBack(address, held)
      if (done === 'moved') {
        const says = 'Nothing was brought back: the person of this export has another address here by now.'
        return { outcome: 'moved_here', lines: [line('moved_here', says)] }
      }
      if (done === 'erased') {
        const says = 'Nothing was brought back: whoever this was of was erased here, or must not be written to.'
        return { outcome: 'erased_here', lines: [line('erased_here', says)] }
      }
      const { handle, stops, brought, left } = done
      if (handle !== null && stops === 'stop') {
        await board.stop([{ handle, until: recordingEnds(book, dayOf(clock.now())) }])
      }
      const lines = [
        line('imported', 'Rows of the export were brought back, as far as the policy grants them.', brought),
        ...(left > 0 ? [line('left_out', 'Rows are here already, are over, or are granted by no policy.', left)] : []),
      ]
      return { outcome: 'imported', lines }
    })
    return answered
  }

  return { genuine, take }
}

const text = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined

/** As far as it matters before its signature is asked for: a genuine one has the shape that it was made with. */
function isExport(data: unknown): data is ExportData {
  const held = text(data, 'held')
  const signed = text(data, 'signed')
  if (text(data, 'format') !== 'lethe-export' || typeof held !== 'object' || held === null) return false
  if (signed === undefined) throw tampered()
  return typeof text(signed, 'key') === 'string' && typeof text(signed, 'signature') === 'string'
}

const malformed = (): Fault =>
  new Fault('export_malformed', 'This is no export of Lethe.', 'Hand in what `export` gave under `data`, unchanged.')

const otherVersion = (): Fault =>
  new Fault(
    'export_version',
    'This export is of a version that this Lethe does not read.',
    'Use the Lethe that made it.',
  )

const tampered = (): Fault =>
  new Fault(
    'export_tampered',
    'This export was changed since it was made, is of another address, or is signed by nobody or by a key that was revoked.',
    'Hand in the file as it was given out, with the address that it was asked for.',
  )

const foreign = (): Fault =>
  new Fault(
    'export_foreign',
    'This export was made by another deployment, and nothing here can tell whether it is whole.',
    'Add the operator key of that deployment behind yours in LETHE_KEYS if it is yours too; else let the person sign up.',
  )
