/** What it takes to let one day of events go, by the size of the table; and what commits of hits feel of it meanwhile. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { dayOf, type Id, newId } from '../src/base/index.ts'
import { type Ledger, openLedger } from '../src/ledger/index.ts'
import { havePostgres, openPostgres } from '../test/journeys/postgres.ts'
import { operatorKey, scratch } from './child.ts'
import { book, hitOn, mailTo, policy } from './permitted.ts'
import { type Filling, fillPostgres, fillSqlite } from './purge-fill.ts'

export interface PurgeRow {
  readonly engine: 'PostgreSQL' | 'SQLite'
  readonly events: number
  /** Rows of the one day that ends, milliseconds of the purge, and of this process's processor. */
  readonly due: number
  readonly millis: number
  readonly processor: number
  /** SQLite: processor time of a bare DELETE in chunks of the same rows, by the purge's. 1 is as fast, more is faster. */
  readonly ratio: number | null
  /** Milliseconds of a commit of 100 hits that 99 of 100 stay below: without a purge, and while it runs. */
  readonly alone: number
  readonly meanwhile: number
}

const days = 30
const messages = 10_000
const chunk = 2000

const openAt = (url: string, folder: string): Promise<Ledger> =>
  openLedger(url, {
    ...{ keysPath: join(folder, 'keys.db'), epochsPath: join(folder, 'epochs'), policies: book },
    operatorKeys: [{ id: 'bench', key: operatorKey, revoked: false }],
  })

/** What this process has taken so far. */
const processorMillis = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const p99 = (waits: readonly number[]): number =>
  [...waits].sort((a, b) => a - b)[Math.min(waits.length - 1, Math.floor(waits.length * 0.99))] ?? 0

/** Commits of 100 hits, one after the other; how long each took, waiting for its turn included. */
async function ingest(ledger: Ledger, readers: readonly Id[], going: () => boolean): Promise<readonly number[]> {
  const waits: number[] = []
  for (let next = 0; going(); ) {
    const batch = Array.from({ length: 100 }, () => hitOn(readers[next++ % readers.length]!))
    const began = performance.now()
    await new Promise((resolve) => setImmediate(resolve))
    await ledger.record(batch)
    waits.push(performance.now() - began)
  }
  return waits
}

/** Messages that were sent and may be counted, whose readers come while the purge is under way. */
async function readersOf(ledger: Ledger): Promise<readonly Id[]> {
  await ledger.enforce(policy)
  const campaign = newId()
  const facts = { id: campaign, name: 'Bench', purpose: 'deliver', from: null, replyTo: null, links: 1 }
  const content = { subject: 'Hello', html: '<p>Hello</p>', text: null, attachments: [] }
  await ledger.createCampaign({ ...facts, content, policy: policy.number, createdAt: Date.now() })
  const mails = Array.from({ length: 1000 }, (_, index) => mailTo(`r${index}@bench.example`, campaign))
  return (await ledger.accept(mails)).map(({ id }) => id)
}

async function purged(ledger: Ledger, due: number) {
  const [began, before] = [performance.now(), processorMillis()]
  const done = await ledger.purge(Date.now(), { chunk, dryRun: false })
  const [millis, processor] = [performance.now() - began, processorMillis() - before]
  const gone = done.find(({ what }) => what === 'events')?.count
  if (gone !== due) throw new Error(`${gone} events were purged instead of ${due}`)
  return { millis, processor }
}

/** A purge by itself, a while of hits by themselves, and both together. `refill` makes the same day due again. */
async function measured(ledger: Ledger, { due }: Filling, readers: readonly Id[], refill: () => Promise<void>) {
  const taken = await purged(ledger, due)
  let count = 0
  await ingest(ledger, readers, () => ++count <= 20)
  const alone = [...(await ingest(ledger, readers, () => ++count <= 220))]
  const meanwhile: number[] = []
  // Until there are enough for a hundredth of them to be a number.
  for (let tries = 0; tries < 8 && meanwhile.length < 200; tries++) {
    await refill()
    let done = false
    const purging = purged(ledger, due).finally(() => {
      done = true
    })
    meanwhile.push(...(await ingest(ledger, readers, () => !done)))
    await purging
  }
  return { ...taken, alone: p99(alone), meanwhile: p99(meanwhile) }
}

function openBare(path: string) {
  const db = new Driver(path)
  const settings = ['auto_vacuum = INCREMENTAL', 'journal_mode = WAL', 'secure_delete = ON', 'synchronous = NORMAL']
  for (const each of [...settings, 'cache_size = -24000']) db.pragma(each)
  return db
}

/** Processor milliseconds of the same rows in a table of the same columns and indexes in a file of the same settings, and nothing else. */
function bareMillis(filling: Filling): number {
  const path = join(scratch(), 'bare.db')
  let db = openBare(path)
  db.exec(
    `CREATE TABLE events (id BLOB NOT NULL UNIQUE, message BLOB NOT NULL, kind TEXT NOT NULL, policy INTEGER NOT NULL,
       expires_on INTEGER NOT NULL, at INTEGER, link INTEGER, country TEXT, region TEXT, browser TEXT, os TEXT, device TEXT,
       language TEXT, agent TEXT, rules INTEGER);
     CREATE INDEX events_of ON events (message);
     CREATE INDEX events_expired ON events (expires_on)`,
  )
  fillSqlite(db, filling)
  db.close()
  // Opened anew, as the store is: with no page of it in memory.
  db = openBare(path)
  const remove = db.prepare(
    `DELETE FROM events WHERE rowid IN (SELECT rowid FROM events WHERE expires_on < ? LIMIT ${chunk})`,
  )
  const before = processorMillis()
  while (remove.run(filling.today).changes > 0);
  const spent = processorMillis() - before
  db.close()
  return spent
}

async function onSqlite(events: number, due: number): Promise<PurgeRow> {
  const folder = scratch()
  const path = join(folder, 'lethe.db')
  const ledger = await openAt(`sqlite:${path}`, folder)
  const readers = await readersOf(ledger)
  const filling = { events, due, days, messages, today: dayOf(Date.now()), policy: policy.number }
  const other = new Driver(path)
  fillSqlite(other, filling, true)
  other.close()
  const refill = async () => {
    const db = new Driver(path)
    fillSqlite(db, { ...filling, events: due })
    db.close()
  }
  const figures = await measured(ledger, filling, readers, refill)
  await ledger.close()
  return { engine: 'SQLite', events, due, ratio: bareMillis(filling) / figures.processor, ...figures }
}

async function onPostgres(url: string, events: number, due: number): Promise<PurgeRow> {
  const folder = scratch()
  const ledger = await openAt(`${url}?schema=lethe`, folder)
  const readers = await readersOf(ledger)
  const filling = { events, due, days, messages, today: dayOf(Date.now()), policy: policy.number }
  await fillPostgres(url, filling, true)
  const figures = await measured(ledger, filling, readers, () => fillPostgres(url, { ...filling, events: due }))
  await ledger.close()
  return { engine: 'PostgreSQL', events, due, ratio: null, ...figures }
}

/** Each size twice: with as many rows on the day that ends as the smallest has, and with ten times as many. */
export async function benchPurge(sizes: readonly number[]): Promise<readonly PurgeRow[]> {
  const rows: PurgeRow[] = []
  const least = Math.max(1, Math.round(Math.min(...sizes) / days))
  const cases = sizes.flatMap((events) => [least, least * 10].map((due) => ({ events, due })))
  for (const { events, due } of cases) rows.push(await onSqlite(events, due))
  if (!havePostgres) return rows
  // On the disk, as a table of this size would be; what is being measured comes after a checkpoint.
  const server = await openPostgres(['shared_buffers=256MB', 'max_wal_size=4GB'], tmpdir())
  try {
    for (const [index, { events, due }] of cases.entries()) {
      rows.push(await onPostgres(await server.database(`bench_${index}`), events, due))
    }
  } finally {
    await server.close()
  }
  return rows
}
