import { SMTPServer } from 'smtp-server'

export interface Mail {
  readonly to: string
  readonly raw: string
}

export interface Answer {
  readonly code: number
  readonly text: string
}

/** A mail server of the outside world on a free port: keeps what it took, and can refuse or dawdle as a test wants. */
export async function openSink(
  options: {
    readonly delay?: number
    readonly atRecipient?: (to: string) => Answer | null
    readonly atEnd?: (to: string) => Answer | null
  } = {},
) {
  const mails: Mail[] = []
  const refusal = ({ code, text }: Answer) => Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, done) => {
      const answer = options.atRecipient?.(address)
      done(answer ? refusal(answer) : null)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo[0]!.address
        const answer = options.atEnd?.(to)
        if (answer) return done(refusal(answer))
        mails.push({ to, raw: Buffer.concat(chunks).toString('latin1') })
        setTimeout(() => done(null, 'taken'), options.delay ?? 0)
      })
    },
  })
  server.on('error', () => {}) // a client that is killed resets its connections
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `smtp://127.0.0.1:${port}`, mails, close: () => new Promise<void>((resolve) => server.close(resolve)) }
}

/** The decoded HTML of a raw mail: the first text/html part, quoted-printable or not. */
export function htmlOf(raw: string): string {
  const start = raw.search(/content-type: text\/html/i)
  if (start < 0) return ''
  const head = raw.slice(Math.max(0, start - 300), raw.indexOf('\r\n\r\n', start))
  // By the boundary itself: a folded token may well begin a line with two hyphens of its own.
  const boundary = /boundary="?([^";\r\n]+)/i.exec(raw)?.[1] ?? '\0'
  const body = raw.slice(raw.indexOf('\r\n\r\n', start) + 4).split(`\r\n--${boundary}`)[0]!
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8')
  const joined = body.replace(/=\r\n/g, '')
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

export const pixelsIn = (html: string): readonly string[] => html.match(/http:\/\/[^"'\s>]+\/o\/[\w-]+/g) ?? []
export const clicksIn = (html: string): readonly string[] => html.match(/http:\/\/[^"'\s>]+\/c\/[\w-]+/g) ?? []
export const linkIn = (html: string, path: string): string | undefined =>
  html.match(new RegExp(`http://[^"'\\s>]+/${path}/[\\w-]+`))?.[0]
