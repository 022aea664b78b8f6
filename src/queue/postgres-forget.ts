import pg from 'pg'

const tables = [
  ...['job', 'job_log', 'scheduler', 'dedup', 'dedup_next'].map((name) => `bullmq.${name}`),
  'lethe_queue.board',
]

/** Gives the room of removed rows back without stopping anybody; their bytes stay in it until they are overwritten. */
export async function vacuumPostgres(query: (text: string) => Promise<unknown>): Promise<void> {
  for (const table of tables) await query(`VACUUM ${table}`)
}

/**
 * Writes the queue's tables anew, and empties the write-ahead log as far as the server lets us. Each table is taken for
 * the time of its own rewriting, and given up after five seconds of waiting for it: then the next run of upkeep tries.
 *
 * `done` is said only where it was seen: no segment of the log is older than the rewriting, none was kept for reuse with
 * its bytes in it, and no archive and no standby has a copy. `refused` else: then removed jobs lie in the log until
 * PostgreSQL has overwritten its segments, which checkpoints begin (`checkpoint_timeout`, five minutes by default) and the
 * traffic of the whole server completes; in an archive or on a standby, for as long as these keep them.
 */
export async function forgetPostgres(config: pg.ClientConfig): Promise<'done' | 'refused'> {
  const client = new pg.Client({ ...config, query_timeout: 0, statement_timeout: 0, lock_timeout: 5000 })
  client.on('error', () => undefined) // the statement under way fails with it, and that is told
  try {
    await client.connect()
    for (const table of tables) await client.query(`VACUUM FULL ${table}`)
    return (await emptyLog(client)) ? 'done' : 'refused'
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function emptyLog(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ alone: boolean }>(
    `SELECT current_setting('wal_recycle') = 'off' AND current_setting('archive_mode') = 'off'
        AND NOT EXISTS (SELECT FROM pg_stat_replication) AND NOT EXISTS (SELECT FROM pg_replication_slots) AS alone`,
  )
  if (!rows[0]?.alone) return false
  try {
    await client.query('SELECT pg_switch_wal()')
    const first = await client.query<{ name: string }>('SELECT pg_walfile_name(pg_current_wal_lsn()) AS name')
    await client.query('CHECKPOINT')
    const left = await client.query<{ old: boolean }>(
      `SELECT EXISTS (
         SELECT FROM pg_ls_waldir()
          WHERE name ~ '^[0-9A-F]{24}$' AND (name < $1 OR name > pg_walfile_name(pg_current_wal_lsn()))) AS old`,
      [first.rows[0]?.name],
    )
    return left.rows[0]?.old === false
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === denied) return false
    throw error
  }
}

/** SQLSTATE insufficient_privilege: CHECKPOINT is for pg_checkpoint, pg_ls_waldir for pg_monitor. */
const denied = '42501'
