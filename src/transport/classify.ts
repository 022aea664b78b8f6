import type { Delivery } from './transport.ts'

/** How far a mail had come when its attempt failed. */
export interface Progress {
  /** The last byte was given to the connection: from here on a silent end means that nobody knows. */
  handedOver: boolean
  /** The address needs SMTPUTF8 (RFC 6531), which a refusal may be about. */
  readonly international: boolean
}

/** What nodemailer says of a failure, as far as it is of use here. Its message quotes the server and is never read. */
interface Failure {
  readonly code: string
  readonly cause: string
  readonly command: string
  readonly status: number
  readonly enhanced: string
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function failureOf(error: unknown): Failure {
  const status = Number(member(error, 'responseCode')) || 0
  const response = text(member(error, 'response'))
  return {
    code: text(member(error, 'code')),
    cause: text(member(error, 'originalCode')),
    command: text(member(error, 'command')),
    status: status >= 400 && status < 600 ? status : 0,
    enhanced: /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?!\d)/.exec(response)?.[1] ?? '',
  }
}

type Outcome = Exclude<Delivery['outcome'], 'delivered' | 'later'>

/** The class and code of a failed attempt; digits and words of ours, nothing that a server wrote. */
export function classify(error: unknown, progress: Progress): Delivery {
  const failure = failureOf(error)
  const { status, enhanced } = failure
  if (!status) return withoutAnswer(failure, progress)
  // STARTTLS refused although we insist on it (RFC 3207 section 4.1).
  if (failure.code === 'ETLS' && status >= 500) return { outcome: 'transport', code: 'tls' }
  const code = `smtp_${status}${enhanced && `_${enhanced}`}`
  return status < 500 ? deferred(failure, code) : { outcome: refused(failure, progress), code }
}

/** Rates, connections and load (RFC 3463 section 3, RFC 7504, and what large providers answer beside 421). */
const aboutRate = /^4\.(?:3\.2|4\.5|5\.3|7\.(?:28|5\d\d|6\d\d))$/

/** Before a recipient is named, 421 is about the connection (RFC 5321 section 3.8); after it, about where the mail goes. */
function deferred({ status, enhanced, command, code: kind }: Failure, code: string): Delivery {
  // A 421 at RCPT ends the session, and nodemailer tells it as the end of the connection in the middle of a mail.
  const named = ['RCPT TO', 'DATA'].includes(command) || (command === 'CONN' && kind === 'ECONNECTION')
  if (status === 421) return { outcome: 'later', code, slowDown: named ? 'recipient' : 'transport' }
  return { outcome: 'later', code, ...(named && aboutRate.test(enhanced) ? { slowDown: 'recipient' as const } : {}) }
}

/** The address is wrong (RFC 3463 section 3.2), apart from 5.1.7 and 5.1.8, which are about the sender's. */
const aboutAddress = /^5\.1\.(?:[0-6]|9|10)$/
const aboutSender = /^5\.1\.[78]$/
/** A mailbox that is switched off (5.2.1) or moved; a full one (5.2.2) is no reason to write somebody off for ever. */
const mailboxGone = /^5\.2\.1$/

function refused({ command, status, enhanced, code }: Failure, { international }: Progress): Outcome {
  if (command === 'RCPT TO') return recipientRefused(status, enhanced, international)
  if (command === 'DATA') {
    if (aboutAddress.test(enhanced)) return 'never'
    // 503: the session is out of step; before any content was seen it cannot be about the content.
    return code === 'EENVELOPE' && status === 503 ? 'transport' : 'rejected'
  }
  // RFC 1870 section 6.1: too big is known at MAIL already, and is about this mail alone.
  return command === 'MAIL FROM' && (enhanced === '5.3.4' || status === 552) ? 'rejected' : 'transport'
}

function recipientRefused(status: number, enhanced: string, international: boolean): Outcome {
  if (aboutAddress.test(enhanced) || mailboxGone.test(enhanced)) {
    return international && enhanced !== '5.1.1' ? 'rejected' : 'never'
  }
  if (/^5\.7\./.test(enhanced) || aboutSender.test(enhanced)) return 'transport'
  if (/^5\.[2-6]\./.test(enhanced) && !/^5\.[25]\.0$/.test(enhanced))
    return enhanced.startsWith('5.5.') ? 'transport' : 'rejected'
  // No finer code: RFC 5321 section 4.2.3 has 550, 551 and 553 for the mailbox, many servers say 554 or 501 of it.
  if ([501, 550, 551, 553, 554].includes(status)) return international ? 'rejected' : 'never'
  return status === 552 ? 'rejected' : 'transport'
}

/** Ours or the operating system's words for what went wrong, by nodemailer's code. */
const lost: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'timeout',
  EABORT: 'timeout',
  EDNS: 'dns',
  EPROTOCOL: 'protocol',
  EMESSAGE: 'protocol',
  EENVELOPE: 'protocol',
}

const certificate = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/

function withoutAnswer({ code, cause, command }: Failure, { handedOver }: Progress): Delivery {
  if (code === 'EAUTH' || code === 'ENOAUTH') return { outcome: 'transport', code: 'auth' }
  if (code === 'ETLS' || code === 'EREQUIRETLS' || certificate.test(cause)) return { outcome: 'transport', code: 'tls' }
  if (code === 'EMESSAGE' && command === 'MAIL FROM') return { outcome: 'rejected', code: 'message_too_large' }
  const word = cause === 'ECONNREFUSED' ? 'connection_refused' : (lost[code] ?? 'connection_lost')
  return { outcome: handedOver ? 'unknown' : 'later', code: word }
}

/** Failures of our own making, which no retry mends: a file or URL in a mail, a stream that broke while composing. */
export const isDefect = (error: unknown): boolean =>
  ['EFILEACCESS', 'EURLACCESS', 'ESTREAM', 'ECONFIG', 'EMAXRECIPIENTS'].includes(text(member(error, 'code'))) ||
  (text(member(error, 'code')) === 'EENVELOPE' && text(member(error, 'command')) === 'API')
