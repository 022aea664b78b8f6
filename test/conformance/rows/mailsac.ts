import { attestedUntil } from '../proofs/attestation.ts'
import { outsideSeesNoToken } from '../proofs/browser.ts'
import { noSubtraction, peopleNotHits, pollingShowsNothing } from '../proofs/cells.ts'
import { erased } from '../proofs/erasure.ts'
import { cardRefused } from '../proofs/fields.ts'
import { signalsHeeded } from '../proofs/granted.ts'
import { disclosed } from '../proofs/handing-over.ts'
import { mailboxPrivate } from '../proofs/house.ts'
import { noCookies } from '../proofs/identifiers.ts'
import { scopesHold } from '../proofs/keys.ts'
import { overlayNarrows } from '../proofs/language.ts'
import { nothingAbsolute, noticeServed } from '../proofs/notice.ts'
import { otherPurposeRefused, surveyVoluntary } from '../proofs/purposes.ts'
import { all, askRefused, grantRefused } from '../proofs/refused.ts'
import { access, concernHeard, corrected } from '../proofs/rights.ts'
import { noticesStillCome, optOutReachesQueued } from '../proofs/stopping.ts'
import { tlsDeclared, tlsRequired } from '../proofs/tls.ts'
import { apart, attested, proved, type Row, refused } from '../row.ts'

/** A word that the text asks for: named as refused, and refused wherever it is granted. */
const never = (id: string, says: string, control: string, word: string): Row =>
  apart(
    refused(id, says, control, (stage) =>
      all(askRefused(stage, id, word), grantRefused(stage, [`collect.click.fields.${word}`, 'value'], 'field_refused')),
    ),
  )

/** What Mailsac's text says. */
export const mailsac: readonly Row[] = [
  apart(proved('MS-1', 'unpurchased inboxes are public', 'the built-in mailbox is private', mailboxPrivate)),
  refused('MS-2', 'information may be sold or rented', 'never done here; signals are heeded', (stage) =>
    all(
      askRefused(stage, 'MS-2', 'sale'),
      grantRefused(stage, ['sale', 'allowed'], 'sale_refused'),
      signalsHeeded(stage),
    ),
  ),
  proved('MS-3', 'an answer to whoever asked', 'contact addresses stay in their purpose', (stage) =>
    otherPurposeRefused(stage, 'asker@people.example'),
  ),
  proved('MS-4', 'specials and policy changes unless asked not to', 'opt-out, but not of notices', noticesStillCome),
  proved('MS-5', 'opt out of contact at any time', 'one-click, looked up again before SMTP', optOutReachesQueued),
  proved('MS-6', 'see what is held', 'export of everything held', access),
  proved('MS-7', 'have it changed', 'fans out to what is still queued', corrected),
  apart(proved('MS-8', 'have it deleted', 'rows, keys, residue', erased)),
  apart(proved('MS-9', 'voice a concern', 'a case is opened and has a deadline', concernHeard)),
  never('MS-10', 'ads and analytics may see content', 'content egress is never done', 'content_advertising'),
  proved('MS-11', 'payment data stays with the processor', 'no payment fields', cardRefused),
  proved('MS-12', 'cookies recognise visitors', 'the tracker sets none', noCookies),
  proved('MS-13', 'aggregates are shared, linking best avoided', 'k and complementary suppression', (stage) =>
    all(pollingShowsNothing(stage), noSubtraction(stage), peopleNotHits(stage)),
  ),
  proved(
    'MS-14',
    'outside links are outside the policy',
    'sealed tokens, no referrer, no outside resources',
    outsideSeesNoToken,
  ),
  apart(
    proved('MS-15', 'outgoing mail may be readable on the way', 'TLS mode of the first hop is declared', (stage) =>
      all(tlsDeclared(stage, 'required'), tlsRequired(stage)),
    ),
  ),
  proved('MS-16', 'surveys are voluntary', 'own purpose, optional', surveyVoluntary),
  proved('MS-17', 'only workers who need it see personal data', 'API keys have scopes', scopesHold),
  proved('MS-18', 'disclosure for law or security is limited', 'a break-glass export with reason', disclosed),
  proved('MS-19', 'changes are posted', 'the notice carries version, date, digest', noticeServed),
  apart(proved('MS-20', 'other arrangements by contract', 'an overlay policy may only narrow', overlayNarrows)),
  never('MS-21', 'sharing for "better and more relevant services"', 'never done here', 'sharing'),
  never('MS-22', 'payment data for targeted, improved services', 'no payment data', 'payment'),
  never('MS-23', 'surveys and contests may be shared', 'never done here', 'survey_sharing'),
  apart(
    refused('MS-24', 'cookies to track and target', 'none', (stage) =>
      all(askRefused(stage, 'MS-24', 'cookie'), grantRefused(stage, ['cookies', 'tracking'], 'cookie_refused')),
    ),
  ),
  apart(
    attested('MS-25', 'information is kept in a secure environment', 'attestation; no absolute claim', (stage) =>
      all(attestedUntil(stage, 'MS-25'), nothingAbsolute(stage)),
    ),
  ),
]
