import * as says from './phrases.ts'
import type { Returned } from './returned.ts'

/** Who wrote a mail that came back. People, lists and help desks quote bounces word for word: what counts is the mail's own head. */

/** What nothing has that answers for a person: the form of a report, or a mail system's name. */
export const isReport = (mail: Returned): boolean =>
  isSigned(mail) || /^\s*multipart\/report\b/i.test(mail.header('content-type') ?? '')

/** Also by a return path that is empty or a daemon's own; an answering machine's is empty too (RFC 3834 section 3.3). */
export const isFromMailSystem = (mail: Returned): boolean =>
  isSigned(mail) || isDaemon(bareReturnPath(mail.header('return-path')))

const isSigned = ({ header, from }: Returned): boolean => header('x-failed-recipients') !== null || isDaemon(from)

const bareReturnPath = (value: string | null): string | null => value?.replace(/[<>\s]/g, '').toLowerCase() ?? null

/** An answer to a mail, or a post to a list. */
export const isAnswer = ({ header }: Returned): boolean =>
  ['in-reply-to', 'references', 'list-id'].some((name) => header(name) !== null)

const answeringMarks = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply',
  'x-mail-autoreply',
  'x-autoreply-from',
]

export function isAutoreply(mail: Returned): boolean {
  const { header, subject, from } = mail
  if (answeringMarks.some((name) => header(name) !== null)) return true
  if (/^auto[_-]?reply/i.test(header('precedence')?.trim() ?? '')) return true
  return !isDaemon(from) && (answersForSomebody(mail) || says.callsItselfAutoreply.test(says.folded(subject)))
}

function answersForSomebody({ header, subject }: Returned): boolean {
  const auto = header('auto-submitted')?.trim().toLowerCase() ?? ''
  // Exchange marks so what an inbox's rule or its owner's absence sent.
  if (auto.startsWith('auto-replied') || header('x-ms-exchange-inbox-rules-loop') !== null) return true
  const generated = auto.startsWith('auto-generated') && header('in-reply-to') !== null
  return generated && !says.callsItselfBounce.test(says.folded(subject))
}

const isDaemon = (from: string | null): boolean =>
  from !== null &&
  /^(?:$|mailer-?daemon|postmaster|poostmaster|mdaemon|mail[._-]?deliver|system[ ._-]?admin)/.test(from)
