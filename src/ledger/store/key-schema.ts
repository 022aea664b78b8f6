export { meta, migrations } from './half-schema.ts'

import { integer, sqliteTable, text } from './drizzle.ts'
import { bytes } from './half-schema.ts'

/** The key store's tables: a file of its own, so that a copy of the data is no copy of its keys. */
export const root_keys = sqliteTable('root_keys', {
  name: text('name', { enum: ['index', 'suppression', 'log'] }).primaryKey(),
  operator: text('operator').notNull(),
  wrapped: bytes('wrapped').notNull(),
})

export const subject_keys = sqliteTable('subject_keys', {
  handle: bytes('handle').primaryKey(),
  epoch: integer('epoch').notNull(),
  wrapped: bytes('wrapped').notNull(),
})

export const content_keys = sqliteTable('content_keys', {
  id: bytes('id').primaryKey(),
  epoch: integer('epoch').notNull(),
  wrapped: bytes('wrapped').notNull(),
})
