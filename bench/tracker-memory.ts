/**
 * Resident memory of a tracker of its own under an hour's worth of hits, as fast as it answers them. Prints a line a slice,
 * and the slope over the last two thirds: what grows without end shows there.
 *
 *     npm run build && node bench/tracker-memory.ts [hits, 1500000 when left out]
 *
 * The tracker is the built one, with the image's setting for the memory of its threads: from its sources, Node's own
 * stripping of the types holds 25 MB more.
 *
 * Each hit is another reader: its address, its user agent and its message vary, so that every cache in the tracker is filled
 * beyond its bound. Needs a redis-server.
 */
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { dayOf, newHandle, newId } from '../src/base/index.ts'
import { mintToken, newKeyRing } from '../src/gate/index.ts'
import { loadPolicy } from '../src/policy/index.ts'
import { apiKey, freePort, openRedis, operatorKey, scratch, start, startLethe } from './child.ts'

const connections = 64
const limitMegabytes = 150

if (process.argv[2] === 'load') load(Number(process.argv[3]), Number(process.argv[4]))
else await measure(Number(process.argv[2] ?? 1_500_000))

/** Asks `count` times and exits. Paths come from nowhere else but the keys of the bench. */
function load(port: number, count: number): void {
  const ring = newKeyRing([{ id: 'bench', key: operatorKey, revoked: false }])
  const { number: policy } = loadPolicy('mailerplex')
  const issued = dayOf(Date.now())
  const paths = Array.from({ length: 30_000 }, (_, index) => {
    const claims = { policy, issued, message: newId(), handle: newHandle() }
    return index % 3 === 0
      ? `/c/${mintToken(ring, 'click', { ...claims, link: 1, target: 'https://target.example/landing?x=1&y=2' })}`
      : `/o/${mintToken(ring, 'open', { ...claims, link: 0, target: '' })}`
  })
  let [asked, answered] = [0, 0]
  const byte = () => 1 + Math.floor(Math.random() * 250)
  const request = (): string => {
    const path = paths[asked % paths.length]
    const agent = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/${100 + (asked % 50)}.0.${asked % 9973}.0 Safari/537.36`
    const address = `${byte()}.${byte()}.${byte()}.${byte()}`
    return `GET ${path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: ${agent}\r\nX-Forwarded-For: ${address}\r\nAccept-Language: en-GB\r\n\r\n`
  }
  for (let index = 0; index < connections; index++) {
    const socket = net.connect(port, '127.0.0.1')
    const ask = (): void => {
      if (asked >= count) return void socket.destroy()
      socket.write(request())
      asked++
    }
    let pending = 0
    socket.setNoDelay(true)
    socket.on('connect', ask)
    socket.on('data', (data) => {
      const text = data.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      pending =
        pending === 0
          ? Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (data.length - head - 4)
          : pending - data.length
      if (pending > 0) return
      pending = 0
      answered++
      if (answered === count) {
        console.log(answered)
        process.exit(0)
      }
      ask()
    })
    socket.on('error', () => process.exit(1))
  }
}

async function measure(total: number): Promise<void> {
  const redis = await openRedis('everysec')
  const shared = { LETHE_QUEUE: redis.url, LETHE_BACKLOG: '100000000' }
  const house = await startLethe({ ...shared, LETHE_ROLES: 'api,upkeep' })
  const tracker = await startBuilt(shared)
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${tracker.child.pid}/status`, 'utf8'))?.[1]) / 1024
  const slices = 15
  const each = Math.ceil(total / slices)
  const points: { readonly hits: number; readonly megabytes: number }[] = []
  console.log(`  ${'hits'.padStart(10)} ${'resident MB'.padStart(12)} ${'hits/s'.padStart(8)}`)
  console.log(`  ${'0'.padStart(10)} ${resident().toFixed(1).padStart(12)}`)
  for (let slice = 1; slice <= slices; slice++) {
    const began = process.hrtime.bigint()
    const client = start('tracker-memory.ts', ['load', String(tracker.port), String(each)])
    await client.line()
    const seconds = Number(process.hrtime.bigint() - began) / 1e9
    const megabytes = resident()
    points.push({ hits: slice * each, megabytes })
    const row = [
      String(slice * each).padStart(10),
      megabytes.toFixed(1).padStart(12),
      (each / seconds).toFixed(0).padStart(8),
    ]
    console.log(`  ${row.join(' ')}`)
  }
  const late = points.slice(Math.floor(slices / 3))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(late.map(({ hits }) => hits)), mean(late.map(({ megabytes }) => megabytes))]
  const slope =
    late.reduce((sum, point) => sum + (point.hits - x) * (point.megabytes - y), 0) /
    late.reduce((sum, { hits }) => sum + (hits - x) ** 2, 0)
  const most = Math.max(...points.map(({ megabytes }) => megabytes))
  const headers = { authorization: `Bearer ${apiKey}` }
  const metrics = await (await fetch(`${tracker.api}/metrics`, { headers })).text()
  const lost = Number(/^lethe_events_lost_total (\d+)/m.exec(metrics)?.[1] ?? Number.NaN)
  console.log(
    `\n  at most ${most.toFixed(1)} MB (limit ${limitMegabytes}); slope of the last two thirds ${(slope * 1e5).toFixed(2)} MB a hundred thousand hits; lost ${lost}`,
  )
  console.log(JSON.stringify({ points, most, slopeMegabytesAMillion: slope * 1e6, lost }))
  await tracker.stop()
  await house.stop()
  redis.close()
  process.exit(most < limitMegabytes && lost === 0 ? 0 : 1)
}

/** The tracker of `npm run build`, once it is ready. */
async function startBuilt(shared: Readonly<Record<string, string>>) {
  const [port, side] = [await freePort(), await freePort()]
  const api = `http://127.0.0.1:${side}`
  const tracker = start('../dist/src/cli/lethe.js', ['up', '--roles', 'tracker'], {
    ...{ ...shared, LETHE_DATA: scratch(), LETHE_API_KEY: apiKey, LETHE_POLICY: 'mailerplex' },
    ...{ LETHE_TRACKER: `127.0.0.1:${port}`, LETHE_API: `127.0.0.1:${side}`, LETHE_TRUST_PROXY: '127.0.0.1/32' },
    LETHE_KEYS: `bench:${operatorKey.toString('base64')}`,
    MALLOC_ARENA_MAX: '2',
  })
  const ready = () =>
    fetch(`${api}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  for (let tries = 0; tries < 600 && !(await ready()); tries++) {
    if (tracker.child.exitCode !== null) throw new Error('the tracker ended before it was ready: npm run build first')
    await sleep(100)
  }
  return { ...tracker, port, api }
}
