import { attestedUntil } from '../proofs/attestation.ts'
import { outsideSeesNoToken } from '../proofs/browser.ts'
import { tamperingFound } from '../proofs/chain.ts'
import { egress } from '../proofs/egress.ts'
import { exactKeys } from '../proofs/granted.ts'
import { logAges } from '../proofs/house.ts'
import { scopesHold } from '../proofs/keys.ts'
import { cleanLogs } from '../proofs/needles.ts'
import { receiptNeeded } from '../proofs/purposes.ts'
import { all, askRefused, grantRefused } from '../proofs/refused.ts'
import { refusesToStart } from '../proofs/start.ts'
import { optOutReachesQueued } from '../proofs/stopping.ts'
import { tlsRequired } from '../proofs/tls.ts'
import { apart, attested, proved, type Row, refused } from '../row.ts'

const insecure = { LETHE_PUBLIC_URL: 'http://mail.conformance.example' }
const promotion = {
  ...{ means: 'to promote what others sell', basis: 'consent', consent: 'opt-in', sends: true },
  promotes: 'third-parties',
}

/** What Mail Marketer's text says. */
export const mailMarketer: readonly Row[] = [
  apart(
    proved(
      'MM-1',
      'not sold, shared or rented beyond this statement',
      'no sale, no egress but declared processors',
      (stage) => all(egress(stage), grantRefused(stage, ['sale', 'allowed'], 'sale_refused')),
    ),
  ),
  proved(
    'MM-2',
    'lists are opt-in, with notice when data is taken',
    'consent receipt: wording, time, source',
    receiptNeeded,
  ),
  proved('MM-3', 'opt out at any time', 'one-click, looked up again before SMTP', optOutReachesQueued),
  proved('MM-4', 'logs hold IP address, browser, version, pages', 'request logs hold none of these', (stage) =>
    all(cleanLogs(stage), exactKeys(stage, [], ['agent', 'at', 'browser', 'link'])),
  ),
  apart(proved('MM-5', 'logs serve support, diagnosis, personalisation', 'log purpose and time to live', logAges)),
  apart(
    proved(
      'MM-6',
      'safeguards against loss, misuse, alteration',
      'the audit log is a keyed hash chain',
      tamperingFound,
    ),
  ),
  apart(
    proved('MM-7', 'sensitive data travels encrypted', 'https for public links, TLS for SMTP', (stage) =>
      all(refusesToStart(stage, insecure, 'LETHE_PUBLIC_URL'), tlsRequired(stage)),
    ),
  ),
  proved('MM-8', "employees' access is for business purposes", 'API keys have scopes', scopesHold),
  apart(
    proved('MM-9', "never for third parties' promotion", 'no such purpose can be declared', (stage) =>
      grantRefused(stage, ['purposes.promotion', promotion], 'promotion_refused'),
    ),
  ),
  apart(attested('MM-10', 'staff are trained', 'attestation', (stage) => attestedUntil(stage, 'MM-10'))),
  proved('MM-11', 'outside links', 'sealed tokens, no referrer, no outside resources', outsideSeesNoToken),
  apart(
    attested('MM-12', 'an NDA with a customer that asks for one', 'attestation, separate', (stage) =>
      attestedUntil(stage, 'MM-12'),
    ),
  ),
  apart(
    refused('MM-13', 'partners may collect information about you', 'never done here', (stage) =>
      all(
        askRefused(stage, 'MM-13', 'partner_collection'),
        grantRefused(stage, ['collect.click.fields.partner_collection', 'value'], 'field_refused'),
      ),
    ),
  ),
]
