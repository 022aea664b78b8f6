import { dayOf } from '../../base/index.ts'
import type { MailTemplate } from '../templates.ts'
import { type Store, writing } from './store.ts'

interface Row {
  readonly name: string
  readonly digest: string
  readonly source: string
  readonly stored_at: number
  readonly expires_on: number | null
}

/** Templates of mails by name and digest, one of each name in use. */
export function templates(store: Store) {
  const { db } = store
  const retire = db.prepare<[number, string, string]>(
    'UPDATE mail_templates SET expires_on = ? WHERE name = ? AND digest <> ? AND expires_on IS NULL',
  )
  const keep = db.prepare<[string, string, string, number]>(
    `INSERT INTO mail_templates (name, digest, source, stored_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name, digest) DO UPDATE SET stored_at = excluded.stored_at, expires_on = NULL`,
  )
  const whole = 'SELECT name, digest, source, stored_at, expires_on FROM mail_templates'
  const inUse = db.prepare<[string], Row>(`${whole} WHERE name = ? AND expires_on IS NULL`)
  const exact = db.prepare<[string, string], Row>(`${whole} WHERE name = ? AND digest = ?`)
  const all = db.prepare<[], Row>(
    `SELECT name, digest, '' AS source, stored_at, expires_on FROM mail_templates
     ORDER BY name, expires_on IS NULL DESC, stored_at DESC, digest`,
  )
  const drop = db.prepare<[string]>('DELETE FROM mail_templates WHERE name = ?')

  const viewOf = ({ name, digest, source, stored_at, expires_on }: Row): MailTemplate => ({
    ...{ name, digest, source, storedAt: stored_at, inUse: expires_on === null },
  })

  return {
    keepMailTemplate: (
      { name, digest, source }: Pick<MailTemplate, 'name' | 'digest' | 'source'>,
      now: number,
      until: number,
    ): Promise<void> =>
      writing(store, async () => {
        await retire.run(dayOf(until), name, digest)
        await keep.run(name, digest, source, now)
      }),
    mailTemplate: async (name: string, digest?: string): Promise<MailTemplate | null> => {
      const row = await (digest === undefined ? inUse.get(name) : exact.get(name, digest))
      return row ? viewOf(row) : null
    },
    mailTemplates: async () =>
      (await all.all()).map((row) => {
        const { source: _source, ...shown } = viewOf(row)
        return shown
      }),
    dropMailTemplate: (name: string): Promise<boolean> =>
      writing(store, async () => (await drop.run(name)).changes > 0),
  }
}
