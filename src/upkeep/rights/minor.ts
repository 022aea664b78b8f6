import { type Address, Fault } from '../../base/index.ts'
import { readConsent } from '../../gate/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Answered, Casebook, CaseNeeds } from './casebook.ts'
import type { Erasing } from './erase.ts'

/** The record of a parent's consent, as the caller keeps it. */
export interface ParentalConsent {
  readonly at: string
  readonly source: string
  readonly wording: string
}

/** Kept among the consents, under a name of its own that no purpose has. */
const exception = 'parental_consent'

export interface MinorNeeds extends Pick<CaseNeeds, 'book' | 'clock'> {
  readonly ledger: Pick<Ledger, 'standings' | 'recordConsent'>
}

/**
 * Somebody turned out to be a child: erased and never written to again, unless the policy knows the exception and it is
 * on record. Throws `exception_not_granted`, and what is wrong with the record of it: nothing is done then.
 */
export const newMinor =
  ({ ledger, book, clock }: MinorNeeds, { answer, line }: Casebook, { erase }: Pick<Erasing, 'erase'>) =>
  async (address: Address, given: ParentalConsent | null): Promise<Answered> => {
    const { contact } = book.inForce.controller
    const record = given && readConsent({ purpose: exception, state: 'granted', ...given }, clock.now(), contact)
    const granted = book.inForce.minors?.unless === exception
    if (given && !granted) {
      const next = 'Leave it out: the data is then erased; or use a policy with `minors: { unless: parental_consent }`.'
      throw new Fault('exception_not_granted', 'The policy knows no exception for children.', next)
    }
    const known = (await ledger.standings([address]))[0]?.consents.get(exception) === 'granted'
    if (!granted || (!given && !known)) return erase(address, 'minor')
    const { deed: _deed, ...answered } = await answer('minor', address, async () => {
      if (record) await ledger.recordConsent(address, record)
      const says = 'Nothing is erased: the consent of a parent is on record.'
      return { outcome: 'exception_on_record', lines: [line('exception_on_record', says)] }
    })
    return answered
  }
