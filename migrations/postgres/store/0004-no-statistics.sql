-- The planner's statistics are samples of the values themselves, in a catalogue that outlives the rows: none of ciphertexts,
-- hashes, ids of people and ids of messages. Looked up by unique keys and by ids, they are found as well without.
DO $$
DECLARE each record;
BEGIN
  FOR each IN
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'bytea'::regtype AND a.attname <> 'campaign'
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET STATISTICS 0', each.relname, each.attname);
  END LOOP;
END $$;
