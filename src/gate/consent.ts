import { Fault, refuseControls } from '../base/index.ts'
import type { ConsentRecord } from './message.ts'
import { sourceOf } from './source.ts'
import { refuseAddressIn } from './wording.ts'

/** A record as a caller gives it: the source in their own words. */
export type ConsentInput = Omit<ConsentRecord, 'source'> & { readonly source: string }

/**
 * The caller's record, checked: an instant that is not in the future, one of our words for where it comes from, and what was
 * read. `contact` is the policy's own. Throws `consent_incomplete`, `consent_in_future`, `control_character`,
 * `address_in_wording`.
 */
export function readConsent(record: ConsentInput, now: number, contact: string): ConsentRecord {
  const at = Date.parse(record.at)
  if (!isoInstant.test(record.at) || Number.isNaN(at) || !record.source.trim() || !record.wording.trim()) {
    throw new Fault(
      'consent_incomplete',
      'A consent record needs an ISO 8601 instant, a source and the wording that the person saw.',
      'Give `at` as 2026-01-31T12:00:00Z, and `source` and `wording` as text.',
    )
  }
  if (at > now + clockSkew) {
    throw new Fault('consent_in_future', 'A consent record lies in the future.', 'Correct `at` or its time zone.')
  }
  refuseControls(record.wording)
  refuseAddressIn(record.wording, contact)
  return { ...record, at: new Date(at).toISOString(), source: sourceOf(record.source) }
}

const clockSkew = 300_000
const isoInstant = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/
