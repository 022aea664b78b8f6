import { attestedUntil } from '../proofs/attestation.ts'
import { noSubtraction, peopleNotHits, pollingShowsNothing } from '../proofs/cells.ts'
import { unnotifiedNeverCounts, wideningIsMailed } from '../proofs/changes.ts'
import { egress } from '../proofs/egress.ts'
import { minorWithException } from '../proofs/erasure.ts'
import { closedSchemas } from '../proofs/fields.ts'
import { exactKeys } from '../proofs/granted.ts'
import { contentShredded, exactlyHeld } from '../proofs/held.ts'
import { schemaAgrees } from '../proofs/house.ts'
import { noCookies, unlikeTokens } from '../proofs/identifiers.ts'
import { keysEnd } from '../proofs/keys.ts'
import { contradictionNamed, vetted } from '../proofs/language.ts'
import { noNeedles } from '../proofs/needles.ts'
import { nothingAbsolute } from '../proofs/notice.ts'
import { relationshipNeeded, unknownPurpose } from '../proofs/purposes.ts'
import { all, askRefused, grantRefused } from '../proofs/refused.ts'
import { refusesToStart } from '../proofs/start.ts'
import { apart, attested, proved, type Row, refused } from '../row.ts'

const coarse = ['agent', 'at', 'browser', 'country', 'os']
const diagnostics = ['ip_address', 'pages_visited', 'dwell_time', 'device_id']

/** What MailerPlex's text says. */
export const mailerplex: readonly Row[] = [
  proved('MP-1', 'nothing beyond what is required', 'closed schemas; live columns within the policy', (stage) =>
    all(closedSchemas(stage), schemaAgrees(stage)),
  ),
  apart(
    proved('MP-2', 'per email: recipient, subject, time, links', 'exactly these are kept', (stage) =>
      exactlyHeld(stage, ['recipient', 'name', 'subject', 'links']),
    ),
  ),
  apart(
    proved('MP-3', 'the body is never stored after sending', 'sealed until the outcome, shredded with it', (stage) =>
      all(noNeedles(stage, ['body', 'merge', 'attachment']), contentShredded(stage)),
    ),
  ),
  proved('MP-4', 'opens and clicks: time, location, browser, system', 'coarsened at the door', (stage) =>
    all(noNeedles(stage, ['ip', 'ip6', 'agent', 'agentName']), exactKeys(stage, coarse, [...coarse, 'link'])),
  ),
  apart(
    refused('MP-5', 'diagnostics: addresses, pages, dwell, device ids', 'not in the vocabulary', (stage) =>
      all(
        ...diagnostics.map((word) => askRefused(stage, 'MP-5', word)),
        grantRefused(stage, ['collect.open.fields.ip_address', 'value'], 'field_refused'),
        grantRefused(stage, ['collect.open.fields.dwell_time', 'value'], 'field_uncollectable'),
      ),
    ),
  ),
  proved('MP-6', 'cookies and beacons; an anonymous identifier', 'no cookie; tokens sealed and unlike', (stage) =>
    all(noCookies(stage), unlikeTokens(stage)),
  ),
  proved('MP-7', 'listed purposes', 'purpose is an enumeration', unknownPurpose),
  proved(
    'MP-8',
    'similar offers unless opted out',
    'soft opt-in needs evidence of the relationship',
    relationshipNeeded,
  ),
  apart(proved('MP-9', 'no sharing beyond its trusted providers', 'hosts within the named processors', egress)),
  proved('MP-10', 'aggregates may be published', 'k and complementary suppression', (stage) =>
    all(pollingShowsNothing(stage), noSubtraction(stage), peopleNotHits(stage)),
  ),
  apart(proved('MP-11', 'compromise is reported and looked into', 'keys are revoked and rotated', keysEnd)),
  proved(
    'MP-12',
    'under 18: deleted, unless a parent consented',
    'a minor flag with a recorded exception',
    minorWithException,
  ),
  apart(
    proved('MP-13', 'notice by email or page before a change', 'prior notice wins', (stage) =>
      all(contradictionNamed(stage, 'MP-13'), wideningIsMailed(stage), unnotifiedNeverCounts(stage)),
    ),
  ),
  apart(
    proved('MP-14', 'vendors must protect the data', 'each processor names its agreement', (stage) =>
      all(vetted(stage), refusesToStart(stage, { LETHE_SMTP: 'smtp://smtp.unvetted.example' }, 'processor_undeclared')),
    ),
  ),
  apart(
    refused('MP-15', 'data may be shared with analytics services', 'content and behaviour go to none', (stage) =>
      all(
        askRefused(stage, 'MP-15', 'content_analytics'),
        grantRefused(stage, ['collect.open.fields.content_analytics', 'value'], 'field_refused'),
      ),
    ),
  ),
  apart(
    attested('MP-16', 'physical, technical, organisational measures', 'attestation; no absolute claim', (stage) =>
      all(attestedUntil(stage, 'MP-16'), nothingAbsolute(stage)),
    ),
  ),
]
