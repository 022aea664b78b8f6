import { isAnswer, isAutoreply, isFromMailSystem, isReport } from './author.ts'
import { answerStarts, classOf, codesIn, isSpecific, statusIn } from './codes.ts'
import { fromSimpleNotification } from './notifications/ses.ts'
import * as says from './phrases.ts'
import type { Fields, Returned } from './returned.ts'
import { type Bounce, mildest, type Verdict } from './verdict.ts'

/**
 * The verdict on a mail that came back: fields first (RFC 3464, RFC 5965, RFC 3834), then codes in the text, then phrases.
 * Only what says of the address itself that it is none is hard; every doubt is soft.
 */
export function judge(mail: Returned): Verdict {
  const complaint = complaintIn(mail)
  if (complaint) return complaint
  const notified = fromSimpleNotification(mail.text)
  if (notified) return notified.verdict
  if (!isReport(mail) && isAutoreply(mail)) return { kind: 'autoreply' }
  if (isReport(mail) || isFromMailSystem(mail)) return judgeReturned(mail)
  return isAnswer(mail) ? { kind: 'other' } : softened(judgeReturned(mail))
}

/** Nobody is written off for what a stranger may be quoting. */
const softened = (verdict: Verdict): Verdict => (verdict.kind === 'bounce' ? { ...verdict, class: 'soft' } : verdict)

function judgeReturned(mail: Returned): Verdict {
  if (mail.recipients.length > 0) return judgeReport(mail)
  // A filter that refuses after delivery says so by a disposition (RFC 5429 section 2.1.2).
  const refused =
    /deleted/i.test(mail.disposition?.get('disposition') ?? '') && says.callsItselfBounce.test(says.folded(mail.text))
  if (refused) return judgeText(mail)
  if (isAutoreply(mail)) return { kind: 'autoreply' }
  return isBounce(mail) ? judgeText(mail) : { kind: 'other' }
}

/** RFC 6591 reports a failed signature, `not-spam` takes a complaint back: neither is one. */
const notComplaints: ReadonlySet<string> = new Set(['auth-failure', 'not-spam', 'dmarc'])

function complaintIn({ feedback, subject, header }: Returned): Verdict | null {
  // RFC 5965 section 3.5 allows comments around the word.
  const [type] = /[\w-]+/.exec(feedback?.get('feedback-type')?.replace(/\([^()]*\)/g, '') ?? '') ?? []
  if (feedback) return { kind: type && notComplaints.has(type.toLowerCase()) ? 'other' : 'complaint' }
  // Some loops return the mail without a report (Microsoft's among them).
  const forwarded = /^complaint about message from /i.test(subject) || header('x-hmxmroriginalrecipient') !== null
  // A mail program's button, where it answers by mail: no report, and the same wish.
  const leaves = header('x-apple-unsubscribe') !== null || /^\s*unsubscribe\s*$/i.test(subject)
  return forwarded || leaves ? { kind: 'complaint' } : null
}

function judgeReport(mail: Returned): Verdict {
  const actions = mail.recipients.map((fields) => actionOf(fields))
  const failed = mail.recipients.filter((_, at) => actions[at] === 'failed' || actions[at] === 'delayed')
  if (failed.length === 0) return { kind: actions.includes('delivered') ? 'delivered' : 'other' }
  const alone = failed.length === 1
  return mildest(failed.map((fields) => recipientOf(fields, mail, alone))) ?? { kind: 'other' }
}

function actionOf(fields: Fields): 'failed' | 'delayed' | 'delivered' | null {
  const word = /[a-z]+/i.exec(fields.get('action') ?? '')?.[0]?.toLowerCase()
  if (word === 'delivered' || word === 'relayed' || word === 'expanded' || word === 'deliverable') return 'delivered'
  if (word === 'delayed') return 'delayed'
  if (word?.startsWith('fail')) return 'failed'
  const status = classOf(statusIn(fields.get('status') ?? ''))
  return status === '2' ? 'delivered' : status === null ? null : 'failed'
}

function recipientOf(fields: Fields, mail: Returned, alone: boolean): Bounce {
  // Without the type in front (`smtp;`, or a word of the server's own).
  const diagnostic = (fields.get('diagnostic-code') ?? '').replace(/^\s*[\w-]+\s*;/, '')
  const named = statusIn(fields.get('status') ?? '')
  const told = codesIn(diagnostic)
  const comment = /\(.*/.exec(fields.get('status') ?? '')?.[0] ?? ''
  // The words to people speak where the fields are silent; of several recipients they may mean another.
  const silent = told.status === null && (!isSpecific(named) || told.reply === null)
  const human = alone && silent ? codesIn(mail.text) : null
  const status = isSpecific(told.status)
    ? told.status
    : isSpecific(named)
      ? named
      : isSpecific(human?.status ?? null)
        ? human!.status
        : (told.status ?? named)
  const reply = told.reply ?? (human && classOf(String(human.reply)) === classOf(status) ? human.reply : null)
  const words = `${diagnostic} ${comment}`
  const delayed = actionOf(fields) === 'delayed'
  const soft: Bounce = { kind: 'bounce', class: 'soft', final: !delayed, status, reply }
  if (delayed || classOf(named) === '4' || classOf(status) === '4') return soft
  const heard = /[a-z]{3}/i.test(diagnostic) ? words : `${words} ${alone ? mail.text : ''}`
  return isHard({ status, reply, words: heard, around: alone ? mail.text : diagnostic })
    ? { ...soft, class: 'hard' }
    : soft
}

function judgeText(mail: Returned): Verdict {
  const text = mail.text
  const waits = says.stillTrying.test(says.folded(`${mail.subject}\n${text}`))
  const starts = answerStarts(text).slice(0, mostAnswers)
  const answers = starts.map((start, at) => ({
    said: text.slice(start, Math.min(starts[at + 1] ?? text.length, start + 600)),
    around: text.slice(Math.max(0, start - 250), start + 200),
  }))
  const found = (answers.length > 0 ? answers : [{ said: text, around: text }]).map(({ said, around }): Bounce => {
    const told = codesIn(said)
    const status = classOf(told.status) === '2' ? null : told.status
    const reply = told.reply !== null && told.reply < 400 ? null : told.reply
    const soft: Bounce = { kind: 'bounce', class: 'soft', final: !waits, status: status ?? zero(reply), reply }
    if (waits || classOf(status) === '4' || (reply !== null && reply < 500)) return soft
    return isHard({ status, reply, words: said, around }) ? { ...soft, class: 'hard' } : soft
  })
  return mildest(found) ?? { kind: 'other' }
}

/** A transcript of one delivery has a handful. */
const mostAnswers = 100

const zero = (reply: number | null): string | null => (reply === null ? null : `${String(reply)[0]}.0.0`)

export interface Evidence {
  readonly status: string | null
  readonly reply: number | null
  /** What the server said of this recipient. */
  readonly words: string
  /** And what stands beside it: the command that it answered. */
  readonly around: string
}

/** RFC 3463 section 3.2 and RFC 7505: the address, or its domain, is none. 5.1.7 and 5.1.8 are about the sender's. */
const addressLevel = /^5\.1\.(?:1|2|3|6|10)$/
const atRecipient = /\brcpt|\bdoes not like recipient|\bto command/i
const afterContent =
  /end of data|after (?:i sent the message|(?:sending )?(?:the )?(?:data|message|text|body))|>>> data\b|our (?:final )?data|\bfor text command/i
const beforeRecipient =
  /after (?:mail from|ehlo|helo|initial connection|connection)|in reply to (?:mail|ehlo|helo)|refused to talk|sender was rejected|>>> mail from/i

export function isHard({ status, reply, words, around }: Evidence): boolean {
  const said = says.folded(words)
  const place = says.folded(around)
  const about = (pattern: RegExp) => pattern.test(said)
  if (about(says.mailboxIsThere)) return false
  if (beforeRecipient.test(place) && !atRecipient.test(place)) return false
  if (status !== null && addressLevel.test(status)) return true
  if (reply !== null && reply < 500) return false
  const atRcpt = atRecipient.test(place) && !afterContent.test(place)
  // Exchange Online's answer for an address that its directory does not have.
  if (status === '5.4.1') return atRcpt && /\brecipient address rejected: access denied/.test(said)
  if (about(says.anotherReason) || (isSpecific(status) && !saysLittle.test(status))) return false
  if (about(says.noSuchAccount)) return true
  // What comes after the content may be about a host that the content names, or the one that sent it.
  if (about(says.noSuchHost)) return !afterContent.test(place)
  if (about(says.hasNoAccount)) return reply !== null
  const nobody = about(says.noSuchMailbox) || about(says.movedAway)
  if (status === '5.1.0') return nobody || /\baddress rejected\b/.test(said)
  if (status === '5.5.0' && /\bmailbox unavailable\b/.test(said)) return true
  return nobody && atRcpt
}

/** Codes that servers give for everything: the words decide. */
const saysLittle = /^5\.(?:1\.0|2\.1|[35]\.0|7\.1|4\.4)$/

function isBounce(mail: Returned): boolean {
  if (isFromMailSystem(mail)) return true
  const { subject, text, disposition } = mail
  if (disposition && !/^\s*$/.test(text) && /displayed|processed/i.test(disposition.get('disposition') ?? ''))
    return false
  if (says.callsItselfBounce.test(says.folded(subject))) return true
  return isReport(mail) && says.callsItselfBounce.test(says.folded(text.slice(0, 2_000)))
}
