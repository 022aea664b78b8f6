import { identity } from '../book.ts'
import type { Postgres } from '../engines/postgres.ts'
import type { Stored } from './verdict.ts'

interface EventRow {
  readonly message: Buffer
  readonly kind: 'open' | 'click'
  readonly link: string
  readonly count: string
}

interface MessageRow {
  readonly id: Buffer
  readonly status: string
  readonly uncertain: string
}

/** The tables themselves, past all that Lethe says of them. */
export async function readStored({ ask }: Postgres): Promise<Stored> {
  const events = await ask<EventRow>(
    'SELECT message, kind, coalesce(link, 0) AS link, count(*) AS count FROM lethe.events GROUP BY 1, 2, 3',
  )
  const messages = await ask<MessageRow>('SELECT id, status, uncertain FROM lethe.messages')
  const name = (bytes: Buffer): string => bytes.toString('base64url')
  return {
    rows: new Map(
      events.map(({ message, kind, link, count }) => [
        identity({ message: name(message), kind, link: Number(link) }),
        Number(count),
      ]),
    ),
    messages: new Map(
      messages.map(({ id, status, uncertain }) => [name(id), { status, uncertain: Number(uncertain) === 1 }]),
    ),
  }
}
