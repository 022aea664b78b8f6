/**
 * People's rights, one verb a file. In: an address and what is asked. Out: a case with its deadline and a signed receipt;
 * for access, everything held. Forbidden: personal data in a receipt, a log line or a fault; an answer before every
 * tracker knows what was stopped.
 */
import type { Address, Handle } from '../../base/index.ts'
import type { Correction, Ledger } from '../../ledger/index.ts'
import type { Queue } from '../../queue/index.ts'
import { type CaseNeeds, newCasebook } from './casebook.ts'
import { newCases } from './cases.ts'
import { newDisclose } from './disclose.ts'
import { type EraseNeeds, newErasing } from './erase.ts'
import { newExport, newHeld } from './export.ts'
import { newFingerprints } from './fingerprints.ts'
import { newImport } from './import.ts'
import { newMinor } from './minor.ts'
import { newObject } from './object.ts'
import { newRectify } from './rectify.ts'
import { newRestrict } from './restrict.ts'

export interface RightsNeeds extends Omit<CaseNeeds, 'ledger'>, Pick<EraseNeeds, 'log' | 'epochMillis'> {
  readonly ledger: Ledger
  readonly queue: Pick<Queue, 'clean' | 'forget'> & { readonly board: Pick<Queue['board'], 'stop' | 'lift'> }
}

export function newRights(needs: RightsNeeds) {
  const { ledger, queue, book, clock, log, epochMillis } = needs
  const casebook = newCasebook(needs)
  const erasing = newErasing({ ledger, queue, log, epochMillis, logDays: () => book.inForce.logDays }, casebook)
  const stopping = { ledger, board: queue.board, book, clock }
  const restrict = newRestrict(stopping, casebook)
  return {
    export: newExport(ledger, needs.signer, casebook),
    import: newImport({ ...stopping, signer: needs.signer }, casebook),
    disclose: newDisclose({ ledger, book, clock }, casebook),
    held: newHeld(ledger, needs.signer),
    fingerprints: newFingerprints(ledger, casebook),
    rectify: newRectify(ledger, casebook),
    restrict: (address: Address) => restrict(address, true),
    unrestrict: (address: Address) => restrict(address, false),
    object: newObject(stopping, casebook),
    erase: (address: Address) => erasing.erase(address, 'erase'),
    eraseAgain: (handle: Handle) => erasing.again(handle),
    minor: newMinor({ ledger, book, clock }, casebook, erasing),
    /** What a crash interrupted goes on before anything is served; its residue follows by the schedule. */
    resumeErasures: () => erasing.resume(),
    /** Takes up what a crash, a reader or an engine that was away left undone. */
    finishErasures: () => erasing.finish(),
    /** The same without waiting, once whoever asked was answered. */
    finishErasuresSoon: () => erasing.finishSoon(),
    cases: newCases(ledger, clock, casebook),
  }
}

export type Rights = ReturnType<typeof newRights>
export type { Answered, Case } from './casebook.ts'
export type { Demand, Disclosed } from './disclose.ts'
export type { ExportData, Exported } from './export.ts'
export type { Fingerprinted } from './fingerprints.ts'
export type { ParentalConsent } from './minor.ts'
export { newSigner, type Receipt, type Signer } from './receipt.ts'
export {
  askRight,
  checkExport,
  type SubjectAnswer,
  type SubjectRequest,
  type SubjectVerb,
  subjectVerbs,
} from './request.ts'
export type { Correction }
