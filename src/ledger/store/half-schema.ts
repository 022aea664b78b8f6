import { blob, integer, sqliteTable, text } from './drizzle.ts'

export const bytes = (name: string) => blob(name, { mode: 'buffer' })

/** What either half of the store has, the data and the keys: its own history, and facts about itself by name. */
export const migrations = sqliteTable('migrations', {
  number: integer('number').primaryKey(),
  digest: text('digest').notNull(),
})

export const meta = sqliteTable('meta', {
  name: text('name').primaryKey(),
  value: bytes('value').notNull(),
})
