import { runMigrations } from 'bullmq'
import type { Database } from './database.ts'

/** One session, because BullMQ's migrations hold a lock and a transaction in it. */
interface Session extends Pick<Database, 'exec'> {
  // BullMQ's own type of a session has `any` for its rows.
  readonly migrating: Parameters<typeof runMigrations>[0]
}

/**
 * BullMQ's own tables, and on top of them what the seven laws ask of a store. Each step may be run again, also beside
 * processes that are at work: what is as it should be is not touched, and takes no lock.
 */
export async function prepareSchema({ migrating, exec }: Session): Promise<void> {
  await runMigrations(migrating)
  await exec(`${oneAtATime}; ${plainStorage}; ${noStatistics}; ${noEvents}; ${boardTable}; ${noBoardStatistics}`)
}

// The number is ours and means nothing. The lock ends with the transaction that the whole text is.
const oneAtATime = 'SELECT pg_advisory_xact_lock(1279611973)'

// A compressed value hides from a search of the files, so nothing is compressed; and a row stays in one piece up to the
// size of a page, because a value that is cut into chunks hides at the cuts.
const plainStorage = `
  DO $$
  DECLARE spot record;
  BEGIN
    FOR spot IN
      SELECT c.relname, a.attname FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'bullmq' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attstorage IN ('x', 'm')
    LOOP
      EXECUTE format('ALTER TABLE bullmq.%I ALTER COLUMN %I SET STORAGE EXTERNAL', spot.relname, spot.attname);
    END LOOP;
    FOR spot IN
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'bullmq' AND c.relkind = 'r' AND c.reltoastrelid <> 0 AND c.reloptions IS NULL
    LOOP
      EXECUTE format('ALTER TABLE bullmq.%I SET (toast_tuple_target = 8160)', spot.relname);
    END LOOP;
  END $$`

// The planner's statistics are samples of the values themselves, in a table that outlives the rows.
const withoutStatistics = (columns: string) => `
  DO $$
  DECLARE spot record;
  BEGIN
    FOR spot IN
      SELECT n.nspname, c.relname, a.attname FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${columns} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         AND coalesce(a.attstattarget, -1) <> 0
    LOOP
      EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN %I SET STATISTICS 0', spot.nspname, spot.relname, spot.attname);
    END LOOP;
  END $$`
const noStatistics = withoutStatistics(
  `n.nspname = 'bullmq' AND a.atttypid IN ('jsonb'::regtype, 'text'::regtype) AND a.attname NOT IN ('queue', 'id')`,
)
const noBoardStatistics = withoutStatistics(
  `n.nspname = 'lethe_queue' AND c.relname = 'board' AND a.attname = 'handle'`,
)

// Nobody reads the event stream, it outlives the jobs it tells of, and it costs three inserts a job.
const noEvents = `
  DO $$
  BEGIN
    CREATE SCHEMA IF NOT EXISTS lethe_queue;
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'bullmq.event'::regclass AND tgname = 'nothing') THEN
      CREATE OR REPLACE FUNCTION lethe_queue.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER nothing BEFORE INSERT ON bullmq.event FOR EACH ROW EXECUTE FUNCTION lethe_queue.nothing();
      TRUNCATE bullmq.event;
    END IF;
  END $$`

const boardTable = `
  CREATE TABLE IF NOT EXISTS lethe_queue.board (handle text PRIMARY KEY, until integer NOT NULL);
  CREATE TABLE IF NOT EXISTS lethe_queue.pinned (name text PRIMARY KEY, text text NOT NULL)`
