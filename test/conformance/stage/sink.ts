import { SMTPServer } from 'smtp-server'
import type { Mail } from '../../journeys/sink.ts'
import { must } from '../row.ts'
import type { Certificate } from './certificate.ts'
import { until } from './patience.ts'

export interface Sink {
  readonly port: number
  readonly mails: readonly Mail[]
  /** Every recipient that a server was asked about, refused ones included. */
  readonly asked: readonly string[]
  /** Connections that were opened to it. */
  readonly connections: number
  /** Waits for a mail to `to`; Unproved when none comes. */
  mailTo(to: string, seconds?: number): Promise<string>
  /** Empties the mailboxes. */
  forget(): void
  close(): Promise<void>
}

const refusal = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code })

/**
 * A mail server of the outside world. Recipients say what becomes of them: `later.` is refused once with a text that
 * quotes the address, `never.` for good, `slow.` has to wait for its answer. With a certificate it offers STARTTLS, without one it is plain.
 */
export async function openSink(certificate: Certificate | null, host = '127.0.0.1'): Promise<Sink> {
  const mails: Mail[] = []
  const asked: string[] = []
  const refused = new Set<string>()
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    ...(certificate ? { key: certificate.key, cert: certificate.cert } : { disabledCommands: ['STARTTLS'] }),
    onRcptTo: ({ address }, _session, done) => {
      asked.push(address)
      const answer = address.startsWith('never.') ? refusal(550, `5.1.1 <${address}> unknown`) : null
      setTimeout(() => done(answer), address.startsWith('slow.') ? 1500 : 0)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo[0]!.address
        if (to.startsWith('later.') && !refused.has(to)) {
          refused.add(to)
          return done(refusal(451, `4.3.0 try ${to} later`))
        }
        mails.push({ to, raw: Buffer.concat(chunks).toString('latin1') })
        done(null, 'taken')
      })
    },
  })
  let connections = 0
  server.server.on('connection', () => connections++)
  server.on('error', () => {}) // a client that is killed resets its connections
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    asked,
    get connections() {
      return connections
    },
    mailTo: async (to, seconds = 90) => {
      const mail = await until(() => mails.find((each) => each.to === to), seconds)
      must(mail, `no mail came to ${to.split('@')[0]}`)
      return mail.raw
    },
    forget: () => void mails.splice(0),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}
