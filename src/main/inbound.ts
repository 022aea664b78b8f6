import { SMTPServer } from 'smtp-server'
import { domainOf, type Log } from '../base/index.ts'
import { type FeedbackIntake, newBounded } from '../sending/index.ts'
import type { Listen } from './address.ts'
import { listen } from './listen.ts'

export interface InboundNeeds {
  readonly intake: FeedbackIntake
  readonly domain: string
  readonly log: Log
  readonly at: Listen
}

const largest = 32 * 1024 * 1024
/** Each holds at most a megabyte of what it hears. */
const connections = 50

/**
 * The SMTP server that returned mails and complaints come to. It takes mail for addresses that Lethe made and for the few
 * that a mail domain has to have, keeps none of it, and sends none. It answers once what a report says is durable: a store
 * that is away, or a report that overtook its own mail's outcome, is a 451, and the other side tries again.
 */
export async function openInbound({ intake, domain, log, at }: InboundNeeds): Promise<{ close(): Promise<void> }> {
  const server = new SMTPServer({
    name: domain,
    banner: 'Lethe takes returned mail only',
    // No certificate of its own: a mail server in front speaks TLS with the world.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: largest,
    maxClients: connections,
    socketTimeout: 60_000,
    closeTimeout: 2_000,
    onRcptTo({ address }, session, done) {
      if (session.envelope.rcptTo.length >= 100) return done(answer(452, '4.5.3 too many recipients'))
      const local = address.slice(0, address.lastIndexOf('@'))
      if (domainOf(address) !== domain) return done(answer(550, '5.7.1 no relay'))
      done(intake.admits(local) ? null : answer(550, '5.1.1 no such address'))
    },
    onData(stream, session, done) {
      const report = newBounded()
      // The server that takes a mail for good writes down whom to answer (RFC 5321 section 4.4): nobody, of a report.
      const { mailFrom } = session.envelope
      if (!mailFrom || mailFrom.address === '') report.add(Buffer.from('Return-Path: <>\r\n'))
      stream.on('data', (chunk: Buffer) => report.add(chunk))
      stream.once('error', () => done(answer(451, '4.3.0 try again')))
      stream.once('end', () => {
        if (stream.sizeExceeded) return done(answer(552, '5.3.4 too large'))
        const locals = session.envelope.rcptTo.map(({ address }) => address.slice(0, address.lastIndexOf('@')))
        taken(report.mail(), locals).then(
          (state) => done(state === 'early' ? answer(451, '4.3.0 try again in a minute') : null),
          () => {
            log.error('feedback_failed', { code: 'feedback_failed' })
            done(answer(451, '4.3.0 try again'))
          },
        )
      })
    },
  })

  async function taken(mail: Buffer, locals: readonly string[]): Promise<'done' | 'early'> {
    const states: string[] = []
    for (const local of new Set(locals)) states.push(await intake.takeMail(mail, local))
    return states.includes('early') ? 'early' : 'done'
  }

  // A connection that the other side drops is its own affair; without a listener it would end the process.
  await listen(server.server, at, 'LETHE_INBOUND')
  server.on('error', () => {})
  return { close: () => new Promise((resolve) => server.close(resolve)) }
}

const answer = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })
