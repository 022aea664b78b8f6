import { bytesOf, dayMillis, equalBytes, type Id, idOf, keyedHash } from '../../base/index.ts'
import type { Store } from './store.ts'

interface Row {
  readonly body: Buffer
  readonly message: Buffer
}

/** The answer that a repeated request gets again. Key and body are kept as keyed hashes: a body is guessable, a hash is not. */
export function remember(store: Store) {
  const { db, keys, clock } = store
  const get = db.prepare<[Buffer], Row>('SELECT body, message FROM idempotency WHERE key = ?')
  // Of two that come with the same key at the same time the later one waits here, and then finds the other's answer.
  const put = db.prepare<[Buffer, Buffer, Buffer, number, number]>(
    `INSERT INTO idempotency (key, body, message, expires_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET body = excluded.body, message = excluded.message, expires_at = excluded.expires_at
     WHERE idempotency.expires_at <= ?`,
  )
  return (key: string, bodyDigest: string, id: Id) =>
    db.beside(async () => {
      const now = clock.now()
      const hash = keyedHash(keys.index, `idempotency ${key}`)
      const body = keyedHash(keys.index, `body ${bodyDigest}`)
      const { changes } = await put.run(hash, body, bytesOf(id), now + dayMillis, now)
      const known = changes === 0 ? await get.get(hash) : undefined
      if (!known) return { state: 'new', id } as const
      return { state: equalBytes(known.body, body) ? 'same' : 'conflict', id: idOf(known.message) } as const
    })
}
