import type { Pool } from 'pg'
import { dayOf } from '../../base/index.ts'

/**
 * Rows that end on one day lie in one partition, `events_20789` for the 20,789th day since 1970, so that what has expired is
 * dropped as a file. A partition is made at the first row that needs it, outside of that row's transaction.
 */
export function rooms(pool: Pool) {
  const made = new Set<string>()
  const divided = new Map<string, boolean>()
  const isDivided = async (table: string): Promise<boolean> => {
    const known = divided.get(table)
    if (known !== undefined) return known
    const { rows } = await pool.query<{ kind: string }>(
      'SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass($1)',
      [table],
    )
    divided.set(table, rows[0]?.kind === 'p')
    return rows[0]?.kind === 'p'
  }
  return async (table: string, days: readonly number[]): Promise<void> => {
    // Most tables with a last day are whole.
    if (days.length === 0 || !(await isDivided(table))) return
    for (const day of new Set(days)) {
      const name = `${table}_${day}`
      // Those of days that are over are dropped meanwhile, by this process or another.
      if (!Number.isInteger(day) || (made.has(name) && day > dayOf(Date.now()))) continue
      // The planner's statistics are samples of the values: none of ids, as in the table itself, which LIKE does not copy.
      // Attached rather than created in place: that would lock every reader and writer of the table out.
      await pool.query(
        `DO $$ DECLARE each record; BEGIN
           PERFORM pg_advisory_xact_lock(hashtext('lethe partitions'));
           IF to_regclass('${name}') IS NULL THEN
             CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING STORAGE);
             FOR each IN SELECT attname FROM pg_attribute WHERE attrelid = '${name}'::regclass AND atttypid = 'bytea'::regtype
             LOOP EXECUTE format('ALTER TABLE ${name} ALTER COLUMN %I SET STATISTICS 0', each.attname); END LOOP;
             ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${day}) TO (${day + 1});
           END IF;
         END $$`,
      )
      made.add(name)
    }
  }
}
