import type { Database } from './database.ts'
import { queueNames } from './engine.ts'
import type { QueueName } from './queue.ts'

const page = 500

/**
 * Every row of every table that names a queue, as JSON, page by page in the order of the file. Rows that were removed and
 * not yet overwritten are not rows: `clean` rewrites the tables for them.
 */
export async function* readPostgres(
  db: Pick<Database, 'query'>,
): AsyncGenerator<{ readonly queue: QueueName; readonly text: string }> {
  const tables = await db.query<{ name: string; key: string }>(
    `SELECT c.relname AS name, min(a.attname) AS key
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE n.nspname = 'bullmq' AND c.relkind = 'r' AND a.attname IN ('queue', 'parent_queue')
      GROUP BY c.relname`,
  )
  for (const { name } of tables.rows) {
    let after = '(0,0)'
    for (;;) {
      const { rows } = await db.query<{ place: string; row: Record<string, unknown>; text: string }>(
        `SELECT t.ctid::text AS place, to_jsonb(t) AS row, to_jsonb(t)::text AS text
           FROM bullmq."${name}" t WHERE t.ctid > $1::tid ORDER BY t.ctid LIMIT ${page}`,
        [after],
      )
      for (const { row, text } of rows) {
        const queue = queueNames.find((each) => each === (row.queue ?? row.parent_queue))
        if (queue) yield { queue, text }
      }
      const last = rows.at(-1)
      if (!last || rows.length < page) break
      after = last.place
    }
  }
}
