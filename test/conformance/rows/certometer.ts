import { attestedUntil } from '../proofs/attestation.ts'
import { noSubtraction, peopleNotHits, pollingShowsNothing } from '../proofs/cells.ts'
import { erased } from '../proofs/erasure.ts'
import { cardRefused, vocabularyCloses } from '../proofs/fields.ts'
import { portable } from '../proofs/handing-over.ts'
import { classesDenied, contradictionNamed, useIsNoConsent } from '../proofs/language.ts'
import { nothingAbsolute, noticeServed } from '../proofs/notice.ts'
import {
  boundPurposeRefused,
  consentStaysInPurpose,
  optionalFields,
  otherPurposeRefused,
  unknownPurpose,
} from '../proofs/purposes.ts'
import { all, askRefused, grantRefused } from '../proofs/refused.ts'
import { access, corrected, objected, restricted } from '../proofs/rights.ts'
import { sharedTokens } from '../proofs/shared-tokens.ts'
import { withdrawalEverywhere } from '../proofs/stopping.ts'
import { apart, attested, proved, type Row, refused } from '../row.ts'

/** What Certometer's text says. */
export const certometer: readonly Row[] = [
  proved(
    'CO-1',
    'contact, work and account data, phone, IP; of cards four digits',
    'vocabulary; card numbers refused',
    (stage) => all(cardRefused(stage), vocabularyCloses(stage)),
  ),
  proved(
    'CO-2',
    'device, browser, language and so on, linkable to nobody',
    'tallies through one shared token',
    sharedTokens,
  ),
  proved(
    'CO-3',
    'use is limited to the chosen service; purposes are listed',
    'purpose is an enumeration',
    unknownPurpose,
  ),
  proved('CO-4', 'contacts that a user supplies: only for the purpose given', 'source purpose is immutable', (stage) =>
    all(
      otherPurposeRefused(stage, 'supplied@people.example'),
      consentStaysInPurpose(stage, 'asked@people.example'),
      boundPurposeRefused(stage),
    ),
  ),
  apart(
    proved(
      'CO-5',
      'using the site is consent, do-not-disturb registers overridden',
      'not a consent: a finding',
      (stage) => useIsNoConsent(stage, 'CO-5'),
    ),
  ),
  apart(
    proved(
      'CO-6',
      'disclosure to providers, affiliates, a buyer, partners',
      'recipient classes with conditions',
      classesDenied,
    ),
  ),
  proved('CO-7', 'behaviour is analysed at a high level', 'cohorts of at least k people, not hits', (stage) =>
    all(peopleNotHits(stage), pollingShowsNothing(stage), noSubtraction(stage)),
  ),
  apart(
    attested('CO-8', 'administrative, technical, physical security', 'attestation; no absolute claim', (stage) =>
      all(attestedUntil(stage, 'CO-8'), nothingAbsolute(stage)),
    ),
  ),
  proved('CO-9', 'access', 'export of everything held, from every store', access),
  proved('CO-10', 'rectification and completion', 'fans out to what is still queued', corrected),
  apart(proved('CO-11', 'erasure', 'rows, keys, residue; suppression stays as a keyed hash', erased)),
  apart(proved('CO-12', 'restriction', 'data is kept, its purge held, nothing new recorded', restricted)),
  proved('CO-13', 'objection', 'one purpose stops, the others go on', objected),
  proved('CO-14', 'portability', 'versioned JSON with a schema', portable),
  proved('CO-15', 'changes count when posted', 'the notice carries version, date, digest', noticeServed),
  proved('CO-16', 'giving data is voluntary', 'optional fields are optional', optionalFields),
  apart(
    proved('CO-17', 'consent can be withdrawn', 'takes effect at everywhere', (stage) =>
      // Its own tokens name nobody, so that nobody's can be stopped; a policy with individual ones shows it.
      withdrawalEverywhere(stage, 'mailerplex'),
    ),
  ),
  apart(
    refused('CO-18', 'personal and non-personal data are used in conjunction', 'never combined', (stage) =>
      all(
        askRefused(stage, 'CO-18', 'combination'),
        grantRefused(stage, ['collect.click.fields.combination', 'value'], 'field_refused'),
      ),
    ),
  ),
  proved('CO-19', 'used "exclusively" for the service, and also for promotion', 'the narrower wins', (stage) =>
    all(contradictionNamed(stage, 'CO-19'), otherPurposeRefused(stage, 'exclusive@people.example')),
  ),
]
