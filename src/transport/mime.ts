import type { SendMailOptions } from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { MimeNodeHeader } from 'nodemailer/lib/mime-node'
import { Fault, parseAddress } from '../base/index.ts'
import type { Mail } from './transport.ts'
import { sliced, wireForm } from './wire.ts'

/** Puts signatures before the octets of a mail. */
export type Sign = (octets: Buffer, from: string) => Promise<Buffer>

/**
 * A mail as it goes out: its octets, or with attachments a tree that nodemailer streams, unless there is something to sign.
 * Text goes out quoted-printable: lines stay under 76 octets whatever the author wrote, and no server on the way has a
 * reason to re-code it. Throws `mail_invalid` for an envelope that is not one mailbox each.
 */
export async function toWire(mail: Mail, sign: Sign | null = null): Promise<Buffer | SendMailOptions> {
  const { envelope } = mail
  // nodemailer reads lists out of strings, and one comma would make two recipients.
  if (!parseAddress(envelope.from) || !parseAddress(envelope.to)) throw notOneMailbox()
  const headers = headersOf(mail)
  const tree = mail.attachments.length > 0 ? composed(mail, headers) : null
  if (tree && !sign) return tree
  const octets = tree
    ? await new MailComposer({ ...tree, newline: 'windows' }).compile().build()
    : wireForm(mail, headers)
  return sign ? await sign(octets, mail.from.address) : octets
}

/** The same as nodemailer's composer takes it. */
export const toNodemailer = ({ envelope }: Mail, wire: Buffer | SendMailOptions): SendMailOptions => ({
  envelope: { from: envelope.from, to: [envelope.to] },
  ...(Buffer.isBuffer(wire) ? { raw: sliced(wire) } : wire),
  disableFileAccess: true,
  disableUrlAccess: true,
})

function headersOf({ from, to, replyTo, subject, messageId, date, headers }: Mail): readonly MimeNodeHeader[] {
  return [
    { key: 'From', value: [{ name: from.name ?? '', address: from.address }] },
    { key: 'To', value: [{ name: to.name ?? '', address: to.address }] },
    ...(replyTo ? [{ key: 'Reply-To', value: [{ name: '', address: replyTo }] }] : []),
    { key: 'Subject', value: subject },
    { key: 'Message-ID', value: messageId },
    // RFC 5322 section 3.3 writes the zone as an offset.
    { key: 'Date', value: date.toUTCString().replace('GMT', '+0000') },
    // Prepared: not folded, not encoded. Mailbox providers look for these lines whole (RFC 8058 section 3.1).
    ...headers.map(({ name, value }) => ({ key: name, value: { prepared: true, value: headerLine(value) } })),
  ]
}

/** Such mail is rare, and its attachments are what takes the time. */
function composed(mail: Mail, headers: readonly MimeNodeHeader[]): SendMailOptions {
  return {
    headers: headers.map(({ key, value }) => ({ key, value })) as SendMailOptions['headers'] & object,
    encoding: 'quoted-printable',
    textEncoding: 'quoted-printable',
    ...(mail.html === null ? {} : { html: mail.html }),
    ...(mail.text === null ? {} : { text: mail.text }),
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
    xMailer: false,
  }
}

function headerLine(value: string): string {
  // A prepared header goes out as it is: printable ASCII in one line, or not at all.
  if (/[^\x20-\x7e]/.test(value) || value.length > 900) throw notOneMailbox()
  return value
}

const notOneMailbox = () =>
  new Fault(
    'mail_invalid',
    'The envelope of a mail is not one mailbox each way, or a prepared header is not one line.',
    'Hand the transport mails that sending composed; a list of recipients is as many mails.',
  )
