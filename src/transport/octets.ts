import type { Transporter } from 'nodemailer'
import type { SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool'
import { parseAddress } from '../base/index.ts'
import type { Mail } from './transport.ts'
import { streamOf } from './wire.ts'

type Envelope = Mail['envelope']

type Pool = Transporter<SMTPPoolSentMessageInfo>['transporter']

/**
 * Hands octets to nodemailer's pool as a transport is handed a mail (its plugin interface: an envelope and a stream), past
 * the composer, which would take them apart and put them together as they were: a seventh of what a mail costs (measured
 * with --cpu-prof under `npm run bench -- sends`). `handedOver` is called with the last octet. Rejects with nodemailer's errors.
 */
export function sendOctets(
  pool: Pool,
  envelope: Envelope,
  octets: Buffer,
  signal: AbortSignal,
  handedOver: () => void,
) {
  const mail = {
    data: { signal },
    message: {
      getEnvelope: () => ({ from: envelope.from, to: [envelope.to] }),
      // For the log of the pool, which is off.
      getHeader: () => '',
      messageId: () => '',
      // Asked again when the mail goes to another connection.
      createReadStream: () => streamOf(octets, handedOver),
    },
  }
  return new Promise<SMTPPoolSentMessageInfo>((resolve, reject) => {
    // The pool's type wants a composed mail; these are all members of one that it uses.
    pool.send(mail as unknown as Parameters<Pool['send']>[0], (error, info) =>
      error || !info ? reject(error) : resolve(info),
    )
  })
}

/** The envelope in the spelling of SMTP, or null where the composer has to choose one (RFC 6531). */
export function plainEnvelope({ from, to }: Envelope): Envelope | null {
  const [sender, recipient] = [parseAddress(from), parseAddress(to)]
  if (!sender || !recipient) return null
  // biome-ignore lint/suspicious/noControlCharactersInRegex: anything but ASCII is what is asked for
  return /[^\x00-\x7f]/.test(sender.text + recipient.text) ? null : { from: sender.text, to: recipient.text }
}
