import { Fault, type Id } from '../base/index.ts'
import { readConsent } from '../gate/index.ts'
import type { Evidence, Ledger, SuppressionPage } from '../ledger/index.ts'
import { newLineFaults } from './line-faults.ts'
import { readAddress } from './recipient.ts'
import { postStops, type StopNeeds } from './stops.ts'
import { type AddressRow, addressesIn, type SuppressionFormat } from './suppression-file.ts'

export interface SuppressionNeeds extends StopNeeds {
  readonly ledger: Pick<Ledger, 'suppressAll' | 'suppressionPage' | 'liftSuppression'>
}

/** What became of an import. `faults` names the first thousand of `faulty`, by line and code. */
export interface Imported {
  readonly imported: number
  readonly faulty: number
  readonly faults: readonly { readonly line: number; readonly code: string }[]
}

/** A new request as a caller has it on record; without all of `evidence` nothing is lifted. */
export interface LiftInput {
  readonly email: string
  /** What was asked for again; whatever is stopped when left out. */
  readonly purpose?: string | undefined
  readonly evidence?:
    | { readonly at?: string | undefined; readonly source?: string | undefined; readonly wording?: string | undefined }
    | undefined
}

/** The list of those who must not be written to. Used for staying silent, and for nothing else. */
export interface SuppressionVerbs {
  /** A page of keyed hashes. Throws `cursor_invalid`. */
  list(after: string | null, limit: number): Promise<SuppressionPage>
  /**
   * Takes over another system's list, in batches and constant memory: each address is hashed and forgotten, and need not
   * be anybody's who is known. `purpose` null stops everything. Throws `purpose_unknown`, `header_missing`.
   */
  take(format: SuppressionFormat, source: AsyncIterable<Uint8Array>, purpose: string | null): Promise<Imported>
  /**
   * Lifts an entry by the record of a new request, and answers its receipt. Throws `evidence_missing`,
   * `suppression_unknown`, `confirmation_needed`, `suppression_final`, `evidence_older`, `purpose_missing`.
   */
  lift(input: LiftInput): Promise<Id>
}

export function newSuppressions(needs: SuppressionNeeds): SuppressionVerbs {
  const { ledger, book, clock } = needs

  function known(purpose: string | null): void {
    if (purpose === null || book.inForce.purposes.has(purpose)) return
    const names = [...book.inForce.purposes.keys()].join(', ')
    throw new Fault('purpose_unknown', 'The policy has no such purpose.', `Use one of: ${names}; none means all mail.`)
  }

  return {
    list: (after, limit) => ledger.suppressionPage(after, limit),
    take: async (format, source, purpose) => {
      known(purpose)
      let imported = 0
      const leftOut = newLineFaults()
      for await (const batch of addressesIn(format, source)) {
        const good = batch.flatMap(({ address }: AddressRow) => address ?? [])
        for (const { line, code } of batch) {
          if (code !== undefined) leftOut.add({ line, code })
        }
        await postStops(needs, await ledger.suppressAll(good, purpose))
        imported += good.length
      }
      return { imported, ...leftOut.told() }
    },
    lift: async ({ email, purpose = null, evidence }) => {
      known(purpose)
      const address = readAddress(email)
      const record: Evidence = readEvidence(evidence, clock.now(), book.inForce.controller.contact)
      const lifted = await ledger.liftSuppression(address, purpose, record)
      if (lifted.state !== 'lifted') throw refusals[lifted.state]()
      await postStops(needs, [lifted])
      return lifted.receipt
    },
  }
}

function readEvidence(evidence: LiftInput['evidence'], now: number, contact: string): Evidence {
  const { at, source, wording } = evidence ?? {}
  if (!at || !source?.trim() || !wording?.trim()) {
    throw new Fault(
      'evidence_missing',
      'An entry is lifted by the record of a new request only.',
      'Give `evidence` with `at`, `source` and `wording`: when, how and to which words the person asked again.',
    )
  }
  const record = readConsent({ purpose: '', state: 'granted', at, source, wording }, now, contact)
  return { at: record.at, source: record.source, wording: record.wording }
}

const refusals = {
  unknown: () =>
    new Fault('suppression_unknown', 'Nothing stands against this address here.', 'Check the address and the purpose.'),
  person: () =>
    new Fault(
      'confirmation_needed',
      'This entry is left from an erasure: only its person may lift it.',
      'Send POST /v1/consents with `confirm: true`: they get a mail, and their confirmation lifts it.',
    ),
  nobody: () =>
    new Fault('suppression_final', 'This entry cannot be lifted.', 'It protects a child, or its bytes were changed.'),
  older: () =>
    new Fault('evidence_older', 'This person said no after that.', 'Give the record of a request that came later.'),
  purpose: () =>
    new Fault('purpose_missing', 'There is no purpose to record the request for.', 'Name the `purpose` asked for.'),
}
