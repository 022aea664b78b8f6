/**
 * Speed as ratios against the limit, all from this one run: these numbers move with the machine, their ratios much less.
 *
 *     npm run bench              everything
 *     npm run bench -- hits      hits only (or: sends, stages, erasure); --quick for a short look
 *     npm run bench -- million 10000 1000000      campaigns of these sizes; 10,000 and 100,000 when left out
 *     npm run bench -- purge 100000 1000000      one day of so many events, on SQLite and PostgreSQL
 *     npm run bench -- store      the hot verbs by themselves, on SQLite
 */
import { cpus, loadavg } from 'node:os'
import { haveRedis } from './child.ts'
import { benchErasure, type ErasureRow } from './erasure.ts'
import { benchHits, type HitRow } from './hits.ts'
import { benchSizes, type SizeRow } from './million.ts'
import { benchPurge, type PurgeRow } from './purge.ts'
import { benchSends, type SendRow } from './sends.ts'
import { profileHit, type Stage } from './stages.ts'
import { benchStore, type StoreRow } from './store.ts'

const words = process.argv.slice(2)
const quick = words.includes('--quick')
const parts = words.filter((word) => !word.startsWith('--') && !/^\d+$/.test(word))
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part)

if (!haveRedis) console.log('redis-server is not installed: its rows are left out.\n')

const stages: readonly Stage[] = wanted('stages') ? profileHit() : []
const redisQueues = ['Redis, appendfsync everysec', 'Redis, appendfsync always'] as const
const hits: readonly HitRow[] = wanted('hits')
  ? await benchHits([...(haveRedis ? redisQueues : []), 'embedded'], quick ? 3 : 12)
  : []
const sends: readonly SendRow[] = wanted('sends') ? await benchSends(quick ? 800 : 3000, haveRedis) : []

const sizes = quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]
const erasures: readonly ErasureRow[] = wanted('erasure') ? await benchErasure(sizes) : []

// Takes minutes: only when it is asked for.
const given = words.filter((word) => /^\d+$/.test(word)).map(Number)
const campaigns: readonly SizeRow[] = parts.includes('million')
  ? await benchSizes(given.length > 0 ? given : [10_000, 100_000])
  : []

const purges: readonly PurgeRow[] = parts.includes('purge')
  ? await benchPurge(given.length > 0 ? given : [100_000, 1_000_000])
  : []
const stores: readonly StoreRow[] = parts.includes('store') ? [await benchStore('SQLite', null, 5000, 1)] : []

const column = (value: string, width: number) => value.padStart(width)
if (stages.length > 0) {
  console.log('Where a hit goes, microseconds of one core')
  for (const { what, micros } of stages) console.log(`  ${what.padEnd(54)} ${column(micros.toFixed(2), 9)}`)
}
if (hits.length > 0) {
  console.log('\nHits with a durable commit, against bare node:http answering the same bytes')
  console.log(
    `  ${''.padEnd(48)} ${column('ratio', 6)} ${column('hits/s', 9)} ${column('bare/s', 9)} ${column('p99 ms', 8)} ${column('us/hit', 7)} ${column('bare us', 7)} ${column('lost', 5)}`,
  )
  for (const { what, ratio, perSecond, limit, p99, micros, bareMicros, lost } of hits) {
    const figures = [
      column(perSecond.toFixed(0), 9),
      column(limit.toFixed(0), 9),
      column(p99.toFixed(1), 8),
      column(micros.toFixed(1), 7),
      column(bareMicros.toFixed(1), 7),
      column(String(lost), 5),
    ]
    console.log(`  ${what.padEnd(48)} ${column(ratio.toFixed(2), 6)} ${figures.join(' ')}`)
  }
}
if (sends.length > 0) {
  console.log('\nMails, against a bare nodemailer pool to the same sink')
  console.log(
    `  ${''.padEnd(48)} ${column('ratio', 6)} ${column('mails/s', 9)} ${column('bare/s', 9)} ${column('us/mail', 8)} ${column('bare us', 8)}`,
  )
  for (const { what, ratio, perSecond, limit, micros, bareMicros } of sends) {
    console.log(
      `  ${what.padEnd(48)} ${column(ratio.toFixed(2), 6)} ${column(perSecond.toFixed(0), 9)} ${column(limit.toFixed(0), 9)} ${column(micros.toFixed(0), 8)} ${column(bareMicros.toFixed(0), 8)}`,
    )
  }
}
if (erasures.length > 0) {
  console.log('\nErasing one person, by the size of the store; and commits of 100 hits meanwhile')
  console.log(
    `  ${'events in the store'.padEnd(22)} ${column('ratio', 6)} ${column('ms', 8)} ${column('residue s', 10)} ${column('p99 ms', 8)} ${column('p99 meanwhile', 14)}`,
  )
  for (const { events, ratio, millis, residueSeconds, alone, meanwhile } of erasures) {
    const figures = [column(millis.toFixed(1), 8), column(residueSeconds.toFixed(2), 10), column(alone.toFixed(1), 8)]
    console.log(
      `  ${String(events).padEnd(22)} ${column(ratio.toFixed(2), 6)} ${figures.join(' ')} ${column(meanwhile.toFixed(1), 14)}`,
    )
  }
}
if (campaigns.length > 0) {
  console.log('\nCampaigns by size: processor time a recipient from CSV to outbox; megabytes resident; Redis')
  console.log(
    `  ${'recipients'.padEnd(12)} ${['ratio', 'us', 'a second', 'idle', 'accepting', 'sending', 'Redis', 'stop ms', 'late'].map((each) => column(each, 9)).join(' ')}`,
  )
  for (const {
    recipients,
    ratio,
    micros,
    perSecond,
    idle,
    tenths,
    accepting,
    sending,
    redis,
    cancelled,
    late,
  } of campaigns) {
    const megabytes = [idle, accepting, sending, redis].map((each) => each.toFixed(0))
    const figures = [
      ratio.toFixed(2),
      micros.toFixed(0),
      perSecond.toFixed(0),
      ...megabytes,
      String(cancelled),
      String(late),
    ]
    console.log(`  ${String(recipients).padEnd(12)} ${figures.map((each) => column(each, 9)).join(' ')}`)
    console.log(`    resident at each tenth of the file: ${tenths.map((each) => each.toFixed(0)).join(', ')}`)
  }
}
if (purges.length > 0) {
  console.log('\nOne day of events purged; SQLite against a bare DELETE in chunks; and commits of 100 hits meanwhile')
  const heads = ['events', 'of the day', 'ms', 'nothing due', 'ratio', 'on the wall', 'p99 ms', 'meanwhile']
  console.log(`  ${''.padEnd(12)} ${heads.map((each) => column(each, 11)).join(' ')}`)
  for (const { engine, events, due, millis, idle, ratio, wall, alone, meanwhile } of purges) {
    const figures = [
      millis.toFixed(0),
      idle.toFixed(0),
      ratio?.toFixed(2) ?? '',
      wall?.toFixed(2) ?? '',
      alone.toFixed(1),
      meanwhile.toFixed(1),
    ]
    console.log(`  ${engine.padEnd(12)} ${[events, due, ...figures].map((each) => column(String(each), 11)).join(' ')}`)
  }
}
for (const { what, verbs } of stores) {
  console.log(`\nThe store's verbs on ${what}: microseconds of the processor each, and how many a second`)
  for (const [verb, { micros, perSecond }] of Object.entries(verbs)) {
    console.log(`  ${verb.padEnd(12)} ${column(micros.toFixed(0), 9)} ${column(perSecond.toFixed(0), 9)}`)
  }
}
console.log(
  `\n${JSON.stringify({ cores: cpus().length, load: loadavg(), node: process.version, stages, hits, sends, erasures, campaigns, purges, stores })}`,
)
process.exit(0)
