import { integer, primaryKey, sqliteTable, text } from './drizzle.ts'
import { bytes } from './half-schema.ts'

/** The tables of certificates as Drizzle sees them. */
export const certificate_templates = sqliteTable(
  'certificate_templates',
  {
    digest: text('digest').notNull(),
    name: text('name').notNull(),
    bundle: bytes('bundle').notNull(),
    stored_at: integer('stored_at').notNull(),
    expires_on: integer('expires_on'),
  },
  (table) => [primaryKey({ columns: [table.digest, table.name] })],
)

export const certificate_revocations = sqliteTable('certificate_revocations', {
  id: bytes('id').primaryKey(),
  revoked_at: integer('revoked_at').notNull(),
})
