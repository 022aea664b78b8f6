import { integer, primaryKey, sqliteTable, text } from './drizzle.ts'

/** The table of mails' templates as Drizzle sees it. */
export const mail_templates = sqliteTable(
  'mail_templates',
  {
    name: text('name').notNull(),
    digest: text('digest').notNull(),
    source: text('source').notNull(),
    stored_at: integer('stored_at').notNull(),
    expires_on: integer('expires_on'),
  },
  (table) => [primaryKey({ columns: [table.name, table.digest] })],
)
