import { chmod, mkdir } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { createPostgresBackend } from 'bullmq'
import { Fault } from '../base/index.ts'
import type { Engine, QueueOptions } from './engine.ts'
import { Pool } from './pglite-pool.ts'
import { newPostgresBoard } from './postgres-board.ts'
import { readPostgres } from './postgres-contents.ts'
import { prepareSchema } from './postgres-schema.ts'

// Old write-ahead log is removed and not kept for reuse with its bytes in it; the rest keeps a small process small.
const settings = ['wal_recycle = off', 'min_wal_size = 32MB', 'max_wal_size = 128MB', 'wal_compression = off']

/**
 * PostgreSQL in this process, in one folder, through BullMQ's own PostgreSQL backend. Whoever opens it holds the folder's
 * lock (main/lock.ts): two processes on one folder lose rows without an error.
 */
export async function openPglite(url: string, _options: QueueOptions): Promise<Engine> {
  const folder = url.slice('pglite:'.length)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700) // PGlite's own files are open to all; their folder is not
  const db = await start(folder)
  const pool = new Pool(db)

  return {
    prefix: 'lethe',
    backend: (name, opts, kind) => createPostgresBackend(name, { ...opts, connection: pool }, kind),
    board: newPostgresBoard({
      query: (text, params = []) => db.query(text, [...params]),
      exec: (text) => db.exec(text),
      // One process, one database: nothing can be missed.
      listen: async (channel, heard) => {
        const stop = await db.listen(channel, heard)
        return () => (db.closed ? Promise.resolve() : stop())
      },
    }),
    contents: () => readPostgres({ query: (text, params = []) => db.query(text, [...params]) }),
    warnings: async () => [
      {
        code: 'queue_no_fsync',
        next: 'The embedded queue survives a crash of the process, not a power cut: use redis:// where that matters.',
      },
    ],
    // Removed rows stay in their pages and in the log until these are written anew. Jobs live for seconds, so that the
    // tables are small and this takes milliseconds; it runs when upkeep asks, since it takes the whole table.
    tidy,
    // Tables and log are ours alone: what tidies them is all there is to rewrite.
    forget: async () => {
      await tidy()
      return 'done'
    },
    get healthy() {
      return !db.closed && !pool.ailing
    },
    async close() {
      if (!db.closed) await db.close()
    },
  }

  async function tidy(): Promise<void> {
    for (const table of ['job', 'job_log', 'scheduler', 'dedup', 'dedup_next']) {
      await db.exec(`VACUUM FULL bullmq.${table}`)
    }
    await db.exec('VACUUM FULL lethe_queue.board')
    await db.exec('SELECT pg_switch_wal()')
    await db.exec('CHECKPOINT')
  }
}

// Whoever held these jobs is gone: the data folder's lock says that we are alone. No need to wait for their locks.
const putBack = `
  UPDATE bullmq.job
     SET state = 'waiting', lock_token = NULL, locked_until_ms = NULL, stalled_marked = false
   WHERE state = 'active'`

async function start(folder: string): Promise<PGlite> {
  try {
    const db = await PGlite.create({ dataDir: folder, postgresqlconf: settings })
    await prepareSchema({ migrating: await new Pool(db).connect(), exec: (text) => db.exec(text) })
    await db.exec('SET search_path TO bullmq')
    await db.exec(putBack)
    return db
  } catch (error) {
    // The error of PGlite carries the whole statement along.
    const cause = new Error(error instanceof Error ? error.message : 'unknown')
    throw new Fault(
      'queue_broken',
      'The folder of the embedded queue cannot be opened: it is no queue, or its files are damaged.',
      'Restore it from a backup, or move it away: Lethe makes a new one, and what waited in the old one is lost.',
      { cause },
    )
  }
}
