import { bytesOf, dayOf, type Id } from '../../base/index.ts'
import type { TemplateBundle } from '../certificates.ts'
import { type Store, writing } from './store.ts'

interface Row {
  readonly name: string
  readonly digest: string
  readonly bundle: Buffer
}

/** Templates by digest, one of each name in use; and the numbers of certificates that are no longer vouched for. */
export function certificates(store: Store) {
  const { db } = store
  const retire = db.prepare<[number, string, string]>(
    'UPDATE certificate_templates SET expires_on = ? WHERE name = ? AND digest <> ? AND expires_on IS NULL',
  )
  const keep = db.prepare<[string, string, Buffer, number]>(
    `INSERT INTO certificate_templates (digest, name, bundle, stored_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (digest, name) DO UPDATE SET stored_at = excluded.stored_at, expires_on = NULL`,
  )
  const named = db.prepare<[string], Row>(
    'SELECT name, digest, bundle FROM certificate_templates WHERE name = ? AND expires_on IS NULL',
  )
  const exact = db.prepare<[string], Row>(
    'SELECT name, digest, bundle FROM certificate_templates WHERE digest = ? LIMIT 1',
  )
  const revoke = db.prepare<[Buffer, number]>(
    'INSERT INTO certificate_revocations (id, revoked_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const revoked = db.prepare<[Buffer], number>('SELECT revoked_at FROM certificate_revocations WHERE id = ?').pluck()

  const certificateRevoked = async (id: Id): Promise<number | null> => (await revoked.get(bytesOf(id))) ?? null

  return {
    keepTemplate: ({ name, digest, bundle }: TemplateBundle, now: number, until: number): Promise<void> =>
      writing(store, async () => {
        await retire.run(dayOf(until), name, digest)
        await keep.run(digest, name, Buffer.from(bundle), now)
      }),
    templateNamed: async (name: string): Promise<TemplateBundle | null> => (await named.get(name)) ?? null,
    templateOf: async (digest: string): Promise<TemplateBundle | null> => (await exact.get(digest)) ?? null,
    revokeCertificate: (id: Id, now: number): Promise<number> =>
      writing(store, async () => {
        await revoke.run(bytesOf(id), now)
        return (await certificateRevoked(id)) ?? now
      }),
    certificateRevoked,
  }
}
