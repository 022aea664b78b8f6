import { createPostgresBackend, type PgPool } from 'bullmq'
import pg from 'pg'
import { Fault } from '../base/index.ts'
import { awayFault } from './away.ts'
import type { Database } from './database.ts'
import type { Engine, QueueOptions } from './engine.ts'
import { postgresAddress } from './postgres-address.ts'
import { newPostgresBoard } from './postgres-board.ts'
import { readPostgres } from './postgres-contents.ts'
import { newListen } from './postgres-ear.ts'
import { forgetPostgres, vacuumPostgres } from './postgres-forget.ts'
import { PatientPool } from './postgres-pool.ts'
import { prepareSchema } from './postgres-schema.ts'
import { postgresWarnings } from './postgres-warnings.ts'

// Group commit has four in flight; upkeep, the board and the audit share the rest.
const adders = 6
// Each of three workers keeps one connection that listens; what it takes and finishes is short.
const workers = 8
const beat = 1000

/**
 * A PostgreSQL server from version 14 on, through BullMQ's own backend, in the schemas `bullmq` and `lethe_queue` of one database.
 * Two pools, because they must fail in opposite ways: the adders' one in time, so that a reader is answered; the
 * workers' one never, so that work goes on by itself.
 */
export async function openPostgres(url: string, options: QueueOptions): Promise<Engine> {
  const patience = options.patienceMillis ?? 2000
  const notice = () => options.noticed?.({ code: 'engine_error' })
  const sessionOf = (settings: string, millis: number): pg.ClientConfig => ({
    ...postgresAddress(url),
    connectionTimeoutMillis: patience,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    application_name: 'lethe-queue',
    // Ours gives up first on a mute server, the server's on a lock: neither leaves a statement behind that still runs.
    query_timeout: millis,
    options: `-c search_path=bullmq -c statement_timeout=${millis} ${settings}`,
  })
  // What is answered must be on the disk, whatever the server's default is (law 6).
  const adding = new pg.Pool({ ...sessionOf('-c synchronous_commit=on', patience), max: adders })
  // The log loses its end in order: a crash that forgets that a job was finished forgets what the worker did to the queue
  // after it as well, and the job is worked again. So a worker need not wait for the disk at each of its steps.
  const working = new pg.Pool({ ...sessionOf('-c synchronous_commit=off', 30_000), max: workers })
  for (const pool of [adding, working]) {
    pool.on('error', notice)
    // One that is in use says so as an event as well, and to nobody it would end the process.
    pool.on('connect', (client) => void client.on('error', () => undefined))
  }
  const ending = async () => {
    await Promise.all([adding, working].map((pool) => pool.end().catch(() => undefined)))
  }

  try {
    await prepare(sessionOf('', 60_000))
  } catch (error) {
    await ending()
    throw awayFault(error)
  }

  // A connection may be open and mute (a stopped process, a cut cable): only an answer proves that somebody is there.
  let answering = true
  const pulse = setInterval(async () => {
    answering = await adding.query('SELECT 1').then(
      () => true,
      () => false,
    )
  }, beat)
  pulse.unref()

  const db: Database = {
    query: <R>(text: string, params: readonly unknown[] = []) => adding.query<R & pg.QueryResultRow>(text, [...params]),
    exec: (text) => adding.query(text),
    listen: newListen(sessionOf('', patience), notice),
  }
  const patient = new PatientPool(working)
  const swift = adding as PgPool // the same thing: the two describe `on` in different ways
  return {
    prefix: 'lethe',
    backend: (name, opts, kind) =>
      createPostgresBackend(name, { ...opts, connection: kind?.withBlockingConnection ? patient : swift }, kind),
    board: newPostgresBoard(db),
    contents: () => readPostgres(db),
    warnings: () =>
      postgresWarnings(db.query).catch((error) => {
        throw awayFault(error)
      }),
    tidy: () => vacuumPostgres((text) => working.query(text)),
    forget: () => forgetPostgres(sessionOf('', 0)),
    get healthy() {
      return answering
    },
    async close() {
      clearInterval(pulse)
      await ending()
    },
  }
}

/** Several processes may start at once: one prepares, the others wait for it and find everything done. */
async function prepare(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(config)
  client.on('error', () => undefined) // the statement under way fails with it, and that is told
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version`,
    )
    if ((rows[0]?.version ?? 0) < 14) {
      throw new Fault('queue_old', 'The PostgreSQL of LETHE_QUEUE is older than version 14.', 'Use a newer server.')
    }
    await prepareSchema({ migrating: client, exec: (text) => client.query(text) })
  } finally {
    await client.end().catch(() => undefined)
  }
}
