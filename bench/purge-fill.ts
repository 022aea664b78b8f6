/** Events of many days, written in bulk in the store's own shape. */
import type { Database } from 'better-sqlite3'
import pg from 'pg'

export interface Filling {
  /** Of the days to come, evenly, and of yesterday, which is due. */
  readonly events: number
  readonly due: number
  readonly days: number
  readonly messages: number
  readonly today: number
  readonly policy: number
}

/** Rows for each last day. */
function shares({ events, due, days, today }: Filling): readonly { readonly day: number; readonly count: number }[] {
  const others = Math.max(0, Math.floor((events - due) / (days - 1)))
  const ahead = Array.from({ length: days - 1 }, (_, index) => ({ day: today + 1 + index, count: others }))
  return [{ day: today - 1, count: due }, ...ahead].filter(({ count }) => count > 0)
}

/** Day by day, as events come; in a table that has people, their messages as well when `crowded`. */
export function fillSqlite(db: Database, filling: Filling, crowded = false): void {
  const { messages, today, policy } = filling
  const series = (to: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`
  const id = (number: string) => `CAST(printf('%016d', ${number}) AS BLOB)`
  // Random ids go everywhere in their indexes: with these in memory ten million rows take minutes and not hours.
  db.pragma('cache_size = -4000000')
  db.exec('BEGIN')
  if (crowded) {
    db.exec(`INSERT INTO subjects (handle, address_index, stop) ${series(messages)}
        SELECT CAST(printf('%012d', i) AS BLOB), randomblob(32), randomblob(72) FROM n;
      INSERT INTO messages (id, handle, purpose, policy, status, next_attempt_at, opens, clicks, plan_reason, accepted_on,
        accepted_at, expires_on)
        ${series(messages)} SELECT ${id('i')}, CAST(printf('%012d', i) AS BLOB), 'deliver', ${policy}, 'sent', 0, 1, 1,
        'consent_given', ${today}, 0, ${today + 60} FROM n`)
  }
  for (const { day, count } of shares(filling)) {
    db.exec(`INSERT INTO events (id, message, kind, policy, expires_on, at, country, browser, os, agent) ${series(count)}
      SELECT randomblob(16), ${id(`1 + abs(random()) % ${messages}`)}, 'open', ${policy}, ${day}, 1700000000000, 'SE',
        'Chrome', 'Linux', 'person' FROM n`)
  }
  db.exec('COMMIT')
  db.pragma('wal_checkpoint(TRUNCATE)')
}

/** Into partitions that are attached when they are full, as is faster than row by row. */
export async function fillPostgres(url: string, filling: Filling, crowded = false): Promise<void> {
  const { messages, today, policy } = filling
  const client = new pg.Client(url)
  await client.connect()
  const id = (number: string) => `convert_to(lpad((${number})::text, 16, '0'), 'UTF8')`
  const handle = `convert_to(lpad(i::text, 12, '0'), 'UTF8')`
  await client.query(`SET search_path = lethe; SET maintenance_work_mem = '256MB'`)
  if (crowded) {
    await client.query(
      `INSERT INTO subjects (handle, address_index, stop)
         SELECT ${handle}, sha256(i::text::bytea), sha256(i::text::bytea) || sha256(${handle}) FROM generate_series(1, ${messages}) AS i;
       INSERT INTO messages (id, handle, purpose, policy, status, next_attempt_at, opens, clicks, plan_reason, accepted_on,
         accepted_at, expires_on)
         SELECT ${id('i')}, ${handle}, 'deliver', ${policy}, 'sent', 0, 1, 1, 'consent_given', ${today}, 0, ${today + 60}
         FROM generate_series(1, ${messages}) AS i`,
    )
  }
  for (const { day, count } of shares(filling)) {
    await client.query(
      `CREATE TABLE events_${day} (LIKE events INCLUDING DEFAULTS INCLUDING STORAGE);
       INSERT INTO events_${day} (id, message, kind, policy, expires_on, at, country, browser, os, agent, rowid)
         SELECT uuid_send(gen_random_uuid()), ${id(`1 + (random() * ${messages - 1})::bigint`)}, 'open', ${policy}, ${day},
           1700000000000, 'SE', 'Chrome', 'Linux', 'person', ${day}::bigint * 10000000 + i
         FROM generate_series(1, ${count}) AS i;
       ALTER TABLE events ATTACH PARTITION events_${day} FOR VALUES FROM (${day}) TO (${day + 1})`,
    )
  }
  await client.query('ANALYZE; CHECKPOINT')
  await client.end()
}
