import type { Database } from './database.ts'

type Setting = readonly [setting: string, bad: (value: string) => boolean, code: string, next: string]

// What a server's settings are worth to a queue: https://www.postgresql.org/docs/current/runtime-config-wal.html and
// runtime-config-logging.html. Our own sessions ask for synchronous_commit themselves.
const settings: readonly Setting[] = [
  [
    'fsync',
    (value) => value === 'off',
    'queue_no_fsync',
    'Set fsync on in PostgreSQL: without it a crash of the machine may lose or break the whole database.',
  ],
  [
    'full_page_writes',
    (value) => value === 'off',
    'queue_torn_pages',
    'Set full_page_writes on in PostgreSQL, unless its file system writes pages whole.',
  ],
  [
    'wal_recycle',
    (value) => value !== 'off',
    'queue_keeps_wal',
    'Removed jobs lie in the write-ahead log of PostgreSQL until its segments are overwritten: set wal_recycle off, and grant pg_checkpoint and pg_monitor to the user, to have them gone with an erasure.',
  ],
]

/** A statement in the server's log is logged with its parameters, and those are the jobs. */
const logged: readonly Setting[] = [
  ['log_statement', (value) => value === 'all', 'queue_logs_jobs', ''],
  ['log_min_duration_statement', (value) => value !== '-1', 'queue_logs_jobs', ''],
  ['log_min_duration_sample', (value) => value !== '-1', 'queue_logs_jobs', ''],
]

const unlogged = 'Set log_parameter_max_length 0 in PostgreSQL: its log of statements would show what is in the jobs.'

/** What PostgreSQL may do to a queue, or with it, behind our back. Anybody may read these settings. */
export async function postgresWarnings(
  query: Database['query'],
): Promise<readonly { readonly code: string; readonly next: string }[]> {
  const { rows } = await query<{ name: string; setting: string }>('SELECT name, setting FROM pg_settings')
  const found = new Map(rows.map(({ name, setting }) => [name, setting]))
  const applies = ([name, bad]: Setting): boolean => found.has(name) && bad(found.get(name)!)
  const warnings = settings.filter(applies).map(([, , code, next]) => ({ code, next }))
  const shown = found.get('log_parameter_max_length') !== '0' && logged.some(applies)
  return shown ? [...warnings, { code: 'queue_logs_jobs', next: unlogged }] : warnings
}
