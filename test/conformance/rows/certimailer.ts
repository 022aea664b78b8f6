import { wideningIsMailed } from '../proofs/changes.ts'
import { egress } from '../proofs/egress.ts'
import { erased, minorDeleted } from '../proofs/erasure.ts'
import { closedSchemas } from '../proofs/fields.ts'
import { schemaAgrees } from '../proofs/house.ts'
import { noCookies } from '../proofs/identifiers.ts'
import { keysHashed } from '../proofs/keys.ts'
import { useIsNoConsent, vetted } from '../proofs/language.ts'
import { noNeedles } from '../proofs/needles.ts'
import { contactShown } from '../proofs/notice.ts'
import { otherPurposeUnder } from '../proofs/purposes.ts'
import { all, grantRefused } from '../proofs/refused.ts'
import { refusesToStart } from '../proofs/start.ts'
import { leftUntouched } from '../proofs/untouched.ts'
import { apart, proved, type Row } from '../row.ts'

const unvetted = { LETHE_SMTP: 'smtp://smtp.unvetted.example' }

/** What CertiMailer's text says. */
export const certimailer: readonly Row[] = [
  apart(
    proved('CM-1', 'data is never used by or sold to anyone', 'no sale, no egress but declared processors', (stage) =>
      all(egress(stage), grantRefused(stage, ['sale', 'allowed'], 'sale_refused')),
    ),
  ),
  apart(
    proved('CM-2', 'stored securely, on cloud servers', 'sealed at rest; host and country declared', (stage) =>
      all(
        noNeedles(stage, [
          'address',
          'retried',
          'refused',
          'crashed',
          'name',
          'subject',
          'body',
          'merge',
          'link',
          'replyTo',
          'attachment',
        ]),
        vetted(stage),
      ),
    ),
  ),
  proved('CM-3', 'passwords by industry-standard means', 'API keys shown once, kept as a memory-hard hash', keysHashed),
  proved('CM-4', 'only the minimum is collected', 'closed schemas; live columns within the policy', (stage) =>
    all(closedSchemas(stage), schemaAgrees(stage)),
  ),
  proved('CM-5', 'names, addresses and metadata serve certificates and accounts', 'purposes bind fields', (stage) =>
    otherPurposeUnder(stage, 'strict'),
  ),
  apart(
    proved(
      'CM-6',
      'no third party unless essential, vetted',
      'processors are essential and have an agreement',
      (stage) => all(refusesToStart(stage, unvetted, 'processor_undeclared'), vetted(stage), egress(stage)),
    ),
  ),
  apart(proved('CM-7', 'deletion or account removal at any time', "erasure by API, CLI, recipient's page", erased)),
  proved('CM-8', 'a contact for all this', 'controller.contact is required', contactShown),
  proved('CM-9', 'cookies hold no personal data and can be refused', 'the tracker sets none', noCookies),
  apart(proved('CM-10', 'children under 13: found, then deleted', 'a minor flag erases and suppresses', minorDeleted)),
  apart(proved('CM-11', 'significant changes are notified', 'a widening waits for its notice', wideningIsMailed)),
  proved(
    'CM-12',
    'no email tracking is named, so none is granted',
    'no pixel, no rewritten link, no token',
    leftUntouched,
  ),
  apart(
    proved('CM-13', 'using the service is agreement', 'not a consent: a finding', (stage) =>
      useIsNoConsent(stage, 'CM-13'),
    ),
  ),
]
