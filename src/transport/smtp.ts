import { createTransport, type SendMailOptions } from 'nodemailer'
import { Fault } from '../base/index.ts'
import { classify, isDefect, type Progress } from './classify.ts'
import { newDkimSigner } from './dkim.ts'
import { type Sign, toNodemailer, toWire } from './mime.ts'
import { plainEnvelope, sendOctets } from './octets.ts'
import type { OpenedTransport, TransportOptions } from './open.ts'
import type { Delivery, Mail } from './transport.ts'

const taken = /^2\d\d(?:[ -]|$)/
const loopback = /^(?:localhost|127(?:\.\d+){3}|::1)$/

/** A pool of connections to one relay. Nothing is opened before the first mail. */
export async function openSmtp(url: URL, options: TransportOptions): Promise<OpenedTransport> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const concurrency = options.maxConnections ?? 10
  const patience = { connect: 15_000, silence: 60_000, mail: 180_000, ...options.patience }
  const mailer = createTransport({
    pool: true,
    ...addressed(url, host),
    ...security(url, host, options),
    maxConnections: concurrency,
    maxMessages: 500,
    // Again on a fresh connection only while not a byte of the mail was sent; nodemailer sees to that.
    maxRequeues: 2,
    connectionTimeout: patience.connect,
    greetingTimeout: patience.connect,
    dnsTimeout: patience.connect,
    socketTimeout: patience.silence,
    maxResponseSize: 65_536,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })

  const signer = options.dkim?.length ? newDkimSigner(options.dkim) : null
  const sign: Sign | null = signer && ((octets, from) => signer(octets, from, Math.floor(options.clock.now() / 1000)))

  const progressOf = new WeakMap<AbortSignal, Progress>()
  mailer.use('stream', (mail, done) => {
    const progress = mail.data.signal && progressOf.get(mail.data.signal)
    mail.message?.processFunc((input) =>
      // The final dot follows the end of this stream within the same turn.
      input.once('end', () => {
        if (progress) progress.handedOver = true
      }),
    )
    done()
  })

  async function attempt(mail: Mail): Promise<Delivery> {
    const wire = await toWire(mail, sign)
    const octets = Buffer.isBuffer(wire) ? wire : null
    const envelope = octets && plainEnvelope(mail.envelope)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: anything but ASCII is what is asked for
    const progress: Progress = { handedOver: false, international: /[^\x00-\x7f]/.test(mail.envelope.to) }
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), patience.mail)
    const { signal } = deadline
    const handedOver = (): void => {
      progress.handedOver = true
    }
    try {
      const { response } =
        octets && envelope
          ? await sendOctets(mailer.transporter, envelope, octets, signal, handedOver)
          : await composed(mail, wire, signal, progress)
      // nodemailer looks at the first digit alone; half an answer is none (RFC 5321 section 4.2).
      return taken.test(response) ? { outcome: 'delivered' } : { outcome: 'unknown', code: 'protocol' }
    } catch (error) {
      if (isDefect(error)) throw uncomposable()
      return classify(error, progress)
    } finally {
      clearTimeout(timer)
    }
  }

  function composed(mail: Mail, wire: Buffer | SendMailOptions, signal: AbortSignal, progress: Progress) {
    progressOf.set(signal, progress)
    return mailer.sendMail({ ...toNodemailer(mail, wire), signal })
  }

  const underWay = new Set<Promise<unknown>>()
  const deliver = (mail: Mail): Promise<Delivery> => {
    const delivery = attempt(mail).finally(() => underWay.delete(delivery))
    underWay.add(delivery)
    return delivery
  }
  const close = async (): Promise<void> => {
    await Promise.allSettled(underWay)
    mailer.close()
  }
  return { deliver, concurrency, hosts: [host], close, mailbox: null }
}

const addressed = (url: URL, host: string) => ({
  host,
  secure: url.protocol === 'smtps:',
  ...(url.port ? { port: Number(url.port) } : {}),
  ...(url.username ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } } : {}),
})

/**
 * Opportunistic TLS (RFC 7435) takes any certificate, since the alternative is clear text; a password or a policy that
 * requires TLS does not.
 */
function security(url: URL, host: string, { tls, authorities }: TransportOptions) {
  const required = tls === 'required'
  const strict = required || ((url.username !== '' || url.protocol === 'smtps:') && !loopback.test(host))
  return {
    requireTLS: required,
    opportunisticTLS: !required,
    tls: { rejectUnauthorized: strict, minVersion: 'TLSv1.2' as const, ...(authorities ? { ca: authorities } : {}) },
  }
}

// Without its cause: nodemailer's errors quote addresses and contents.
const uncomposable = () =>
  new Fault(
    'mail_invalid',
    'A composed mail cannot be put on the wire.',
    'Report this with the version of Lethe: acceptance should have refused the mail.',
  )
