/** What it takes to let one day of events go, by the size of the table; and what commits of hits feel of it meanwhile. */
import { copyFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Driver from 'better-sqlite3'
import { dayOf, type Id, newId } from '../src/base/index.ts'
import { type Ledger, openLedger } from '../src/ledger/index.ts'
import { openDatabase } from '../src/ledger/sqlite/database.ts'
import { havePostgres, openPostgres } from '../test/journeys/postgres.ts'
import { operatorKey, scratch } from './child.ts'
import { book, hitOn, mailTo, policy } from './permitted.ts'
import { type Filling, fillPostgres, fillSqlite } from './purge-fill.ts'

export interface PurgeRow {
  readonly engine: 'PostgreSQL' | 'SQLite'
  readonly events: number
  /** Rows of the one day that ends, milliseconds of the whole purge, and of this process's processor: medians. */
  readonly due: number
  readonly millis: number
  readonly processor: number
  /**
   * SQLite: what a bare DELETE of the same rows in chunks takes, by what the purge takes: processor time, and time on the wall.
   * 1 is as fast, more is faster.
   */
  readonly ratio: number | null
  readonly wall: number | null
  /** Milliseconds of a purge that finds nothing due: what it takes to look through people, keys, mail and all else. */
  readonly idle: number
  /** Milliseconds of a commit of 100 hits that 99 of 100 stay below: without a purge, and while it runs. */
  readonly alone: number
  readonly meanwhile: number
}

const days = 30
const messages = 10_000
const chunk = 2000
// A day of hundreds of thousands takes long enough to be a measure by itself.
const roundsOf = (due: number): number => (due > 100_000 ? 1 : 3)

interface Spent {
  readonly millis: number
  readonly processor: number
}

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

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

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

async function purged(ledger: Ledger, due: number): Promise<Spent> {
  const [began, before] = [performance.now(), processorMillis()]
  const done = await ledger.purge(Date.now(), { chunk, dryRun: false })
  const [millis, processor] = [performance.now() - began, processorMillis() - before]
  const gone = done.find(({ what }) => what === 'events')?.count
  if (gone !== due) throw new Error(`${gone} events were purged instead of ${due}`)
  return { millis, processor }
}

/** As many commits as it takes for a hundredth of them to be a number. */
const commits = 500

/** Hits by themselves and hits beside a purge, in turns, so that what else the machine does meets both alike. */
async function beside(ledger: Ledger, due: number, readers: readonly Id[], refill: () => Promise<void>, most: number) {
  const [alone, meanwhile]: [number[], number[]] = [[], []]
  let count = 0
  await ingest(ledger, readers, () => ++count <= 20)
  for (let tries = 0; tries < most && meanwhile.length < commits; tries++) {
    await refill()
    let done = false
    const purging = purged(ledger, due).finally(() => {
      done = true
    })
    const waits = await ingest(ledger, readers, () => !done)
    await purging
    meanwhile.push(...waits)
    let asked = 0
    alone.push(...(await ingest(ledger, readers, () => ++asked <= Math.min(waits.length, commits))))
  }
  return { alone: p99(alone), meanwhile: p99(meanwhile) }
}

/**
 * The same rows on the same pages with the same indexes under the same settings, as it is a copy of the store's file; and
 * nothing but the DELETE. The store has lost its pages in memory to whoever filled it, and the copy has none yet.
 */
function bare(path: string, today: number, due: number): Spent {
  const copy = join(scratch(), 'bare.db')
  copyFileSync(path, copy)
  const db = openDatabase(copy, 0)
  const remove = db.prepare(
    `DELETE FROM events WHERE rowid IN (SELECT rowid FROM events WHERE expires_on < ? LIMIT ${chunk})`,
  )
  const [began, before] = [performance.now(), processorMillis()]
  let gone = 0
  for (let last = 1; last > 0; gone += last) last = remove.run(today).changes
  const spent = { millis: performance.now() - began, processor: processorMillis() - before }
  db.close()
  rmSync(dirname(copy), { recursive: true })
  if (gone !== due) throw new Error(`${gone} events were deleted instead of ${due}`)
  return spent
}

async function onSqlite(events: number, due: number): Promise<PurgeRow> {
  const folder = scratch()
  const path = join(folder, 'lethe.db')
  const ledger = await openAt(`sqlite:${path}`, folder)
  const readers = await readersOf(ledger)
  const filling = { events, due, days, messages, today: dayOf(Date.now()), policy: policy.number }
  const fill = (some: Filling, crowded = false): void => {
    const db = new Driver(path)
    fillSqlite(db, some, crowded)
    db.close()
  }
  const refill = async () => fill({ ...filling, events: due })
  fill(filling, true)
  const turns: { readonly spent: Spent; readonly limit: Spent }[] = []
  for (let round = 0; round < roundsOf(due); round++) {
    if (round > 0) await refill()
    const limit = bare(path, filling.today, due)
    turns.push({ limit, spent: await purged(ledger, due) })
  }
  const idle = (await purged(ledger, 0)).millis
  const waits = await beside(ledger, due, readers, refill, 9)
  await ledger.close()
  rmSync(folder, { recursive: true })
  const ratioOf = (read: (spent: Spent) => number) => median(turns.map(({ spent, limit }) => read(limit) / read(spent)))
  return {
    ...{ engine: 'SQLite', events, due, idle, ...waits },
    ...{ millis: median(turns.map(({ spent }) => spent.millis)), ratio: ratioOf(({ processor }) => processor) },
    ...{ processor: median(turns.map(({ spent }) => spent.processor)), wall: ratioOf(({ millis }) => millis) },
  }
}

/** One table for every `due`: it is filled once. */
async function onPostgres(url: string, events: number, dues: readonly number[]): Promise<readonly PurgeRow[]> {
  const folder = scratch()
  const ledger = await openAt(`${url}?schema=lethe`, folder)
  const readers = await readersOf(ledger)
  const filling = { events, due: 0, days, messages, today: dayOf(Date.now()), policy: policy.number }
  await fillPostgres(url, filling, true)
  const rows: PurgeRow[] = []
  for (const due of dues) {
    const refill = () => fillPostgres(url, { ...filling, due, events: due })
    const turns: Spent[] = []
    for (let round = 0; round < roundsOf(due); round++) {
      await refill()
      turns.push(await purged(ledger, due))
    }
    const idle = (await purged(ledger, 0)).millis
    // A day goes in the time of a few commits, so that more of them would take minutes to come by.
    const waits = await beside(ledger, due, readers, refill, 3)
    const [millis, processor] = [median(turns.map((each) => each.millis)), median(turns.map((each) => each.processor))]
    rows.push({ engine: 'PostgreSQL', events, due, millis, processor, ratio: null, wall: null, idle, ...waits })
  }
  await ledger.close()
  return rows
}

/**
 * Each size with its own day, a thirtieth of it; on PostgreSQL with the smallest size's day as well, so that there is a line
 * in which nothing but the table's size changes.
 */
export async function benchPurge(sizes: readonly number[]): Promise<readonly PurgeRow[]> {
  const rows: PurgeRow[] = []
  const dayIn = (events: number): number => Math.max(1, Math.round(events / days))
  for (const events of sizes) rows.push(await onSqlite(events, dayIn(events)))
  if (!havePostgres) return rows
  // On the disk, as a table of this size would be; what is being measured comes after a checkpoint.
  const server = await openPostgres(['shared_buffers=256MB', 'max_wal_size=4GB'], tmpdir())
  try {
    for (const events of sizes) {
      const dues = new Set([dayIn(Math.min(...sizes)), dayIn(events)])
      rows.push(...(await onPostgres(await server.database(`bench_${events}`), events, [...dues])))
    }
  } finally {
    await server.close()
  }
  return rows
}
