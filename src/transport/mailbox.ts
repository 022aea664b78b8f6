import PostalMime from 'postal-mime'
import type { Clock } from '../base/index.ts'
import type { Mailbox, Received } from './transport.ts'

interface Letter {
  readonly from: string
  readonly to: string
  readonly raw: Buffer
}

interface Kept extends Letter {
  readonly at: number
  /** Parsed when somebody reads it, since most mail of a trial run is only counted. */
  parsed?: Promise<Received>
}

/** Mail in memory, oldest first. Past `room` bytes the oldest goes: a forgotten trial run must not eat the machine. */
export function newMailbox(clock: Clock, room = 256 * 1024 * 1024) {
  const letters: Kept[] = []
  let bytes = 0

  function keep(letter: Letter): void {
    letters.push({ ...letter, at: clock.now() })
    bytes += letter.raw.length
    while (bytes > room && letters.length > 1) bytes -= letters.shift()!.raw.length
  }

  const mailbox: Mailbox = {
    list: ({ to } = {}) => {
      const wanted = to?.toLowerCase()
      const found = letters.filter((letter) => wanted === undefined || letter.to.toLowerCase() === wanted)
      return Promise.all(
        found.map((letter) => {
          letter.parsed ??= parse(letter)
          return letter.parsed
        }),
      )
    },
    get count() {
      return letters.length
    },
    clear: () => {
      letters.length = 0
      bytes = 0
    },
  }
  return { mailbox, keep }
}

async function parse({ at, from, to, raw }: Kept): Promise<Received> {
  const mail = await PostalMime.parse(raw)
  return {
    at: new Date(at).toISOString(),
    from,
    to,
    subject: mail.subject ?? '',
    html: mail.html ?? null,
    text: mail.text ?? null,
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    raw: raw.toString('utf8'),
  }
}
