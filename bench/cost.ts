/**
 * What a mail and a hit cost: bytes that stay, bytes that are written, processor time by role. docs/scale.md counts with it.
 *
 *     node bench/cost.ts                                    SQLite, and a Redis of its own (appendfsync everysec)
 *     node bench/cost.ts --store postgres --mails 5000 --seconds 20       a PostgreSQL of its own, on this disk
 *     node bench/cost.ts --store postgres://…
 *
 * With SQLite the roles with the store share one process, and its time is told by what it does at the moment; with PostgreSQL
 * each is a process of its own.
 */
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { dayOf, newHandle, newId } from '../src/base/index.ts'
import { newRawHit, type PermittedEvent, permitHit } from '../src/gate/index.ts'
import { loadPolicy } from '../src/policy/index.ts'
import { openQueue } from '../src/queue/index.ts'
import { openPostgres } from '../test/journeys/postgres.ts'
import { htmlOf, openSink, pixelsIn } from '../test/journeys/sink.ts'
import { openRedis, scratch, start, startLethe } from './child.ts'
import { type Held, heldIn, loggedBy, redisFigures, usedBy, usedByAll } from './cost-engines.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    mails: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '15' },
  },
})
const mails = Number(values.mails)
const seconds = Number(values.seconds)
const data = scratch()
// Its pages in memory stay as small as Debian sets them; its files are on the disk, and each commit waits for it.
const server = values.store === 'postgres' ? await openPostgres([], tmpdir()) : null
const store = (await server?.database('cost')) ?? values.store ?? `sqlite:${join(data, 'lethe.db')}`
const apart = store.startsWith('postgres')
const stored = ['api', 'send', 'record', 'upkeep'] as const

/** Bytes of waiting jobs in Redis, by how many events a commit gathered: this is what an hour without a store costs. */
async function jobCost(url: string, batch: number): Promise<{ readonly memory: number; readonly log: number }> {
  const policy = loadPolicy('mailerplex')
  const ready = {
    place: () => ({ country: 'SE', region: null }),
    client: () => ({ browser: 'Chrome', os: 'Linux', device: null }),
    agent: () => 'person',
  }
  const event = (): PermittedEvent => {
    const at = Date.now()
    const hit = newRawHit({
      method: 'GET',
      address: '203.0.113.9',
      userAgent: '',
      acceptLanguage: 'sv',
      gpc: false,
      dnt: false,
      at,
    })
    const claims = {
      policy: policy.number,
      issued: dayOf(at),
      message: newId(),
      handle: newHandle(),
      link: 0,
      target: '',
    }
    return permitHit(hit, 'open', claims, policy, new Map([[policy.number, policy]]), ready).permitted!
  }
  const queue = await openQueue(url, { name: `cost-${batch}` })
  const before = await redisFigures(url)
  const jobs = Math.ceil(20_000 / batch)
  for (let job = 0; job < jobs; job++) await queue.commitEvents(Array.from({ length: batch }, event))
  await sleep(1500)
  const after = await redisFigures(url)
  await queue.close()
  const events = jobs * batch
  return { memory: (after.memory - before.memory) / events, log: (after.log - before.log) / events }
}

const redis = await openRedis('everysec')
const spare = await openRedis('everysec')
const jobs = []
for (const batch of [1, 10, 100, 500]) jobs.push({ batch, ...(await jobCost(spare.url, batch)) })
spare.close()

const pixels: string[] = []
const sink = await openSink()
const common = { LETHE_STORE: store, LETHE_QUEUE: redis.url, LETHE_SMTP: sink.url, LETHE_EPOCHS: join(data, 'epochs') }
const groups: readonly (readonly string[])[] = apart ? stored.map((role) => [role]) : [stored]
const processes: { readonly group: readonly string[]; readonly lethe: Awaited<ReturnType<typeof startLethe>> }[] = []
for (const group of groups) {
  const own = apart ? {} : { LETHE_DATA: data }
  processes.push({ group, lethe: await startLethe({ ...common, ...own, LETHE_ROLES: group.join(',') }) })
}
const tracker = await startLethe({ LETHE_QUEUE: redis.url, LETHE_ROLES: 'tracker' })
const pidOf = (role: string): number => processes.find(({ group }) => group.includes(role))!.lethe.pid!
const api = processes.find(({ group }) => group.includes('api'))!.lethe

interface Spent {
  readonly micros: Readonly<Record<string, number>>
  readonly written: Readonly<Record<string, number>>
  readonly commands: number
  readonly log: number
  /** Of PostgreSQL: transactions, and bytes of its log. */
  readonly transactions: number | null
  readonly storeLog: number | null
}

/** What everybody spent on `work`, for each of `count`. A quiet second is taken off: timers and upkeep run anyway. */
async function spent(roles: readonly string[], count: () => number, work: () => Promise<void>): Promise<Spent> {
  const pids = { ...Object.fromEntries(roles.map((role) => [role, role === 'tracker' ? tracker.pid! : pidOf(role)])) }
  const look = async () => ({
    used: Object.fromEntries(Object.entries(pids).map(([role, pid]) => [role, usedBy(pid)])),
    redis: await redisFigures(redis.url),
    engine: usedBy((await redisFigures(redis.url)).pid),
    database: server ? usedByAll(server.pid) : null,
    logged: await loggedBy(store),
    at: Date.now(),
  })
  const idleFrom = await look()
  await sleep(5000)
  const from = await look()
  await work()
  const to = await look()
  const share = (to.at - from.at) / (from.at - idleFrom.at)
  const each = (read: (seen: typeof from) => number): number =>
    Math.max(0, read(to) - read(from) - (read(from) - read(idleFrom)) * share) / count()
  return {
    micros: {
      ...Object.fromEntries(Object.keys(pids).map((role) => [role, each(({ used }) => used[role]!.micros)])),
      redis: each((seen) => seen.redis.micros),
      ...(server ? { postgres: each((seen) => seen.database?.micros ?? 0) } : {}),
    },
    written: {
      ...Object.fromEntries(Object.keys(pids).map((role) => [role, each(({ used }) => used[role]!.written)])),
      redis: each((seen) => seen.engine.written),
      ...(server ? { postgres: each((seen) => seen.database?.written ?? 0) } : {}),
    },
    commands: each((seen) => seen.redis.commands),
    log: each((seen) => seen.redis.log),
    transactions: to.logged === null ? null : each((seen) => seen.logged?.transactions ?? 0),
    storeLog: to.logged === null ? null : each((seen) => seen.logged?.log ?? 0),
  }
}

const links = Array.from({ length: 5 }, (_, n) => `<p><a href="https://target.example/page/${n}?a=1">Page ${n}</a></p>`)
const paragraph = '<p>The boatyard has finished its winter roof, and the tide tables for the new year are ready.</p>'
const html = `<html><body><h1>Hi {{name}}</h1>${paragraph.repeat(20)}${links.join('')}</body></html>`

async function campaign(count: number, mark: string) {
  const facts = { name: 'cost', subject: 'Letter {{name}}', html, purpose: 'deliver' }
  const { id } = await api.call<{ id: string }>('POST', '/v1/campaigns', facts)
  const consent = '2026-01-01T00:00:00Z,form,yes'
  const lines = Array.from({ length: count }, (_, index) => `r${mark}.${index}@bench.example,R${index},${consent}`)
  const csv = ['email,name,consent_at,consent_source,consent_wording', ...lines].join('\n')
  return {
    accept: async () => void (await api.call('POST', `/v1/campaigns/${id}/recipients`, csv, 'text/csv')),
    send: async () => {
      await api.call('POST', `/v1/campaigns/${id}/start`)
      for (;;) {
        const { counts } = await api.call<{ counts: { sent: number } }>('GET', `/v1/campaigns/${id}`)
        if (counts.sent === count) break
        await sleep(250)
      }
    },
  }
}

const metric = async (lethe: typeof tracker, name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await lethe.call<string>('GET', '/metrics'))?.[1])

const warm = await campaign(300, 'w')
await warm.accept()
await warm.send()
const measured = await campaign(mails, 'm')
const accepting = await spent(['api'], () => mails, measured.accept)
const sending = await spent(['send'], () => mails, measured.send)
for (const { raw } of sink.mails) pixels.push(pixelsIn(htmlOf(raw))[0]!.replace(/^http:\/\/[^/]+/, ''))

const recordedBefore = await metric(tracker, 'lethe_events_recorded_total')
let recorded = 0
const hitting = await spent(
  ['tracker', 'record'],
  () => recorded,
  async () => {
    const client = start('load.ts', [tracker.tracker, 64, seconds].map(String))
    client.finish(pixels.join('\n'))
    await client.line()
    recorded = (await metric(tracker, 'lethe_events_recorded_total')) - recordedBefore
    for (;;) {
      const page = await api.call<string>('GET', '/metrics')
      const left = [...page.matchAll(/^lethe_queue_jobs\{queue="record",state="\w+"\} (\d+)/gm)]
      if (left.every(([, count]) => count === '0')) break
      await sleep(250)
    }
  },
)
const lost = await metric(tracker, 'lethe_events_lost_total')
for (const { lethe } of processes) await lethe.stop()
await tracker.stop()
await sink.close()
const held: readonly Held[] = await heldIn(store)
redis.close()
await server?.close()

const round = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0))
const columns = (record: Readonly<Record<string, number>>): string =>
  Object.entries(record)
    .map(([role, value]) => `${role} ${round(value)}`)
    .join(', ')
console.log(
  `\nOn ${store.split(':')[0]} and Redis, ${cpus().length} cores, Node ${process.version}; ${mails} mails, ${recorded} events, ${lost} lost; load average ${loadavg()[0]?.toFixed(1)}`,
)
for (const [what, { micros, written, commands, log, transactions, storeLog }] of [
  ['a mail accepted', accepting],
  ['a mail sent', sending],
  ['a hit recorded', hitting],
] as const) {
  console.log(`  ${what}`)
  console.log(`    microseconds of processor: ${columns(micros)}`)
  console.log(
    `    bytes written to disk: ${columns(written)}; Redis log ${round(log)}${storeLog === null ? '' : `; PostgreSQL log ${round(storeLog)}`}`,
  )
  console.log(
    `    commands of Redis ${commands.toFixed(2)}${transactions === null ? '' : `, transactions ${transactions.toFixed(3)}`}`,
  )
}
console.log('  bytes a row, indexes in brackets')
for (const { table, rows, bytes, indexes } of held) {
  if (rows > 0) console.log(`    ${table.padEnd(12)} ${round(bytes / rows)} (${round(indexes / rows)}), ${rows} rows`)
}
console.log('  bytes of an event that waits in Redis: memory, log')
for (const { batch, memory, log } of jobs) {
  console.log(`    in commits of ${String(batch).padEnd(4)} ${round(memory)}, ${round(log)}`)
}
console.log(
  `\n${JSON.stringify({ store: store.split(':')[0], mails, recorded, lost, accepting, sending, hitting, held, jobs })}`,
)
process.exit(0)
