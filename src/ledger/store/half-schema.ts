import { blob, integer, sqliteTable, text } from './drizzle.ts'

export const bytes = (name: string) => blob(name, { mode: 'buffer' })

/** What either half of the store has, the data and the keys: its own history, and facts about itself by name. */
export const migrations = sqliteTable('migrations', {
  number: integer('number').primaryKey(),
  digest: text('digest').notNull(),
})

/** What a half of the store knows of itself. */
const settings = ['pair', 'purged_at', 'suppressions_marked', 'erased_through'] as const

export const meta = sqliteTable('meta', {
  name: text('name', { enum: settings }).primaryKey(),
  value: bytes('value').notNull(),
})
