import { dayOf, newHandle, newId } from '../src/base/index.ts'
import { mintToken, newKeyRing } from '../src/gate/index.ts'
import { loadPolicy } from '../src/policy/index.ts'
import { cpuMicros, openRedis, operatorKey, start, startLethe } from './child.ts'

interface Load {
  readonly answers: number
  readonly perSecond: number
  readonly wrong: number
  readonly p50: number
  readonly p99: number
  readonly micros: number
}

interface Server {
  readonly port: number
  readonly pid: number
}

interface Kind {
  readonly what: string
  readonly paths: readonly string[]
  readonly forwarded: boolean
}

const connections = 64
// Each is hit a few times in a run, and never twice within a second: what a tracker meets in the hours after a campaign.
const messages = 40_000
const rounds = 4

/** Readers asking `server` for `seconds`, and the processor time that each hit took it. */
async function load(server: Server, { paths, forwarded }: Kind, seconds: number): Promise<Load> {
  const client = start('load.ts', [
    ...[server.port, connections, seconds].map(String),
    ...(forwarded ? ['forwarded'] : []),
  ])
  const before = cpuMicros(server.pid)
  client.finish(paths.join('\n'))
  const measured = JSON.parse(await client.line()) as Omit<Load, 'micros'> // bench/load.ts prints exactly this
  return { ...measured, micros: (cpuMicros(server.pid) - before) / measured.answers }
}

/** Genuine tokens of as many messages. */
function paths(count: number): { readonly opens: readonly string[]; readonly clicks: readonly string[] } {
  const ring = newKeyRing([{ id: 'bench', key: operatorKey, revoked: false }])
  const { number: policy } = loadPolicy('mailerplex')
  const each = Array.from({ length: count }, () => {
    const claims = { policy, issued: dayOf(Date.now()), message: newId(), handle: newHandle() }
    const target = 'https://target.example/landing?x=1&y=2'
    return {
      open: `/o/${mintToken(ring, 'open', { ...claims, link: 0, target: '' })}`,
      click: `/c/${mintToken(ring, 'click', { ...claims, link: 1, target })}`,
    }
  })
  return { opens: each.map(({ open }) => open), clicks: each.map(({ click }) => click) }
}

export interface HitRow {
  readonly what: string
  readonly ratio: number
  readonly perSecond: number
  readonly limit: number
  readonly p99: number
  /** Processor time a hit, in microseconds: of Lethe (the queue's server apart), and of bare node:http. */
  readonly micros: number
  readonly bareMicros: number
  /** Events lost, by the tracker's own counter. */
  readonly lost: number
}

const queues = {
  'Redis, appendfsync everysec': () => openRedis('everysec'),
  'Redis, appendfsync always': () => openRedis('always'),
  embedded: async () => ({ url: '', close: () => true }),
}

/** Hits with a durable commit against node:http sending the same bytes, alternating so that a noisy minute hits both. */
export async function benchHits(names: readonly (keyof typeof queues)[], seconds: number): Promise<readonly HitRow[]> {
  const { opens, clicks } = paths(messages)
  const child = start('bare-http.ts')
  const bare = { port: Number(await child.line()), pid: child.child.pid ?? 0 }
  const kinds: readonly Kind[] = [
    { what: 'pixel', paths: opens, forwarded: false },
    { what: 'click', paths: clicks, forwarded: false },
    { what: 'pixel behind a proxy', paths: opens, forwarded: true },
  ]
  const rows: HitRow[] = []
  for (const name of names) {
    const queue = await queues[name]()
    const own = { LETHE_ROLES: 'tracker,api' }
    for (const forwarded of [false, true]) {
      const trust = forwarded ? { LETHE_TRUST_PROXY: '127.0.0.0/8' } : {}
      const lethe = await startLethe({ ...(queue.url ? { LETHE_QUEUE: queue.url } : {}), ...own, ...trust })
      const server = { port: lethe.tracker, pid: lethe.pid ?? 0 }
      for (const kind of kinds.filter((each) => each.forwarded === forwarded)) {
        rows.push({
          ...(await measure(bare, server, kind, seconds)),
          what: `${kind.what}, ${name}`,
          lost: await lost(lethe),
        })
      }
      await lethe.stop()
    }
    queue.close()
  }
  await child.stop()
  return rows
}

async function measure(
  bare: Server,
  lethe: Server,
  kind: Kind,
  seconds: number,
): Promise<Omit<HitRow, 'what' | 'lost'>> {
  await load(bare, kind, 1)
  await load(lethe, kind, 2)
  const limits: Load[] = []
  const measured: Load[] = []
  for (let round = 0; round < rounds; round++) {
    limits.push(await load(bare, kind, seconds / rounds))
    measured.push(await load(lethe, kind, seconds / rounds))
  }
  const wrong = measured.reduce((sum, each) => sum + each.wrong, 0)
  if (wrong > 0) throw new Error(`${wrong} hits were not answered as they should`)
  const mean = (loads: readonly Load[], of: 'perSecond' | 'micros') =>
    loads.reduce((sum, each) => sum + each[of], 0) / loads.length
  const [perSecond, limit] = [mean(measured, 'perSecond'), mean(limits, 'perSecond')]
  const p99 = Math.max(...measured.map((each) => each.p99))
  return {
    ...{ ratio: perSecond / limit, perSecond, limit, p99 },
    micros: mean(measured, 'micros'),
    bareMicros: mean(limits, 'micros'),
  }
}

async function lost(lethe: Awaited<ReturnType<typeof startLethe>>): Promise<number> {
  const metrics = await lethe.call<string>('GET', '/metrics')
  return Number(/^lethe_events_lost_total (\d+)/m.exec(metrics)?.[1] ?? Number.NaN)
}
