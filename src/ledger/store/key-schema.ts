import { blob, integer, sqliteTable, text } from './drizzle.ts'

/** The key store's tables: a file of its own, so that a copy of the data is no copy of its keys. */
const bytes = (name: string) => blob(name, { mode: 'buffer' })

export const migrations = sqliteTable('migrations', {
  number: integer('number').primaryKey(),
  digest: text('digest').notNull(),
})

export const meta = sqliteTable('meta', {
  name: text('name').primaryKey(),
  value: bytes('value').notNull(),
})

export const root_keys = sqliteTable('root_keys', {
  name: text('name').primaryKey(),
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
