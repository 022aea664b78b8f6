import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { Fault } from '../base/index.ts'
import { newMailbox } from './mailbox.ts'
import type { OpenedTransport, TransportOptions } from './open.ts'
import { openSmtp } from './smtp.ts'

const largestMail = 32 * 1024 * 1024

/** `capture:`: a real SMTP server on a loopback port of its own, and the ordinary SMTP transport to it. */
export async function openCapture(options: TransportOptions): Promise<OpenedTransport> {
  const { mailbox, keep } = newMailbox(options.clock)
  const server = new SMTPServer({
    name: 'lethe-mailbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: largestMail,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        if (stream.sizeExceeded) return done(Object.assign(new Error('5.3.4 too large'), { responseCode: 552 }))
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom ? mailFrom.address : ''
        for (const { address } of rcptTo) keep({ from, to: address, raw: Buffer.concat(chunks) })
        done()
      })
    },
  })
  // A connection that its client drops is the client's affair; without a listener it would end the process.
  server.on('error', () => {})
  const port = await listen(server)
  const transport = await openSmtp(new URL(`smtp://127.0.0.1:${port}`), options)
  const close = async (): Promise<void> => {
    await transport.close()
    await new Promise<void>((resolve) => server.close(resolve))
  }
  return { ...transport, mailbox, close }
}

const listen = (server: SMTPServer): Promise<number> =>
  new Promise((resolve, reject) => {
    const refused = (cause: unknown) =>
      reject(
        new Fault(
          'capture_unavailable',
          'The built-in mailbox cannot listen on 127.0.0.1.',
          'Allow loopback sockets.',
          {
            cause,
          },
        ),
      )
    server.server.once('error', refused)
    server.listen(0, '127.0.0.1', () => {
      server.server.off('error', refused)
      const { port } = server.server.address() as AddressInfo // a TCP server's address is never a string
      resolve(port)
    })
  })
