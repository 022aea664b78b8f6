import type { Pool } from 'pg'
import { type Table, unlike } from '../catalogue/index.ts'

/**
 * Live tables and columns of the schema against the catalogue, both ways. Partitions have the columns and indexes of their
 * table. An index holds values a second time: there are those of the migrations, and those of keys.
 */
export async function drift(
  pool: Pool,
  described: Readonly<Record<string, Table>>,
  indexes: readonly string[],
): Promise<readonly string[]> {
  const live = await pool.query<{ place: string }>(
    `SELECT c.relname || '.' || a.attname AS place FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'rowid'`,
  )
  const strange = await pool.query<{ place: string }>(
    `SELECT 'view ' || relname AS place FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('v', 'm', 'f')
     UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
     UNION ALL SELECT 'rule ' || rulename FROM pg_rules WHERE schemaname = current_schema()
     UNION ALL SELECT 'publication ' || pubname FROM pg_publication_tables WHERE schemaname = current_schema()
     UNION ALL SELECT 'index ' || i.relname FROM pg_class i
     WHERE i.relnamespace = current_schema()::regnamespace AND i.relkind IN ('i', 'I') AND NOT i.relispartition
       AND i.relname <> ALL ($1::text[]) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)`,
    [indexes],
  )
  const places = (rows: readonly { place: string }[]) => rows.map(({ place }) => place)
  return unlike(described, places(live.rows), places(strange.rows))
}

// What is answered must be on a disk. What is deleted Lethe clears away itself, whatever autovacuum does.
const wanted: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply'],
}

/**
 * Settings of the server that are not as they must be: those that would lose what was answered, and those under which its
 * own log shows the values of our statements, ciphertexts and keyed hashes among them, which no erasure reaches there.
 */
export async function settings(pools: readonly Pool[]): Promise<readonly string[]> {
  const faults: string[] = []
  for (const pool of pools) {
    const { rows } = await pool.query<{ name: string; setting: string }>('SELECT name, setting FROM pg_settings')
    for (const { name, setting } of rows) {
      if (wanted[name]?.includes(setting) === false) faults.push(`${name} is not as it must be`)
    }
    const values = new Map(rows.map(({ name, setting }) => [name, setting]))
    faults.push(...showing(values).map((name) => `${name} shows values in the server's log`))
  }
  return [...new Set(faults)]
}

/**
 * Settings by which statements, or those that fail, are logged with their values (runtime-config-logging, auto-explain).
 * Sessions of ours are what counts: this one has what the server, the database and the user give it.
 */
function showing(values: ReadonlyMap<string, string>): readonly string[] {
  const logged: readonly (readonly [name: string, off: readonly string[]])[] = [
    ['log_statement', ['none', 'ddl']],
    ['log_min_duration_statement', ['-1']],
    ['log_min_duration_sample', ['-1']],
    ['log_transaction_sample_rate', ['0']],
  ]
  const on = logged.filter(([name, off]) => !off.includes(values.get(name) ?? off[0]!)).map(([name]) => name)
  const failing = values.get('log_parameter_max_length_on_error') ?? '0'
  const explained = values.get('auto_explain.log_min_duration') ?? '-1'
  return [
    ...(values.get('log_parameter_max_length') === '0' ? [] : on),
    ...(failing === '0' ? [] : ['log_parameter_max_length_on_error']),
    ...(explained === '-1' || values.get('auto_explain.log_parameter_max_length') === '0' ? [] : ['auto_explain']),
  ]
}
