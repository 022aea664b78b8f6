import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { answers, freePort } from './redis.ts'
import { until } from './until.ts'

/** One server of a fleet, with files of its own. */
export interface Server {
  readonly port: number
  readonly dir: string
  ask(...words: readonly string[]): Promise<unknown>
  kill(): Promise<void>
}

export interface Fleet {
  /** As `LETHE_QUEUE` names it. */
  readonly url: string
  /** The server that holds what is kept under `{lethe}` now. */
  holder(): Promise<Server>
  close(): Promise<void>
}

export async function startServer(words: readonly string[], config = '', port?: number): Promise<Server> {
  const place = port ?? (await freePort())
  const dir = mkdtempSync(join(tmpdir(), 'lethe-fleet-'))
  const file = join(dir, 'server.conf')
  writeFileSync(file, config)
  const own = ['--port', String(place), '--bind', '127.0.0.1', '--dir', dir, '--save', '']
  const child = spawn('redis-server', [file, ...own, ...words], { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await until(() => answers(place), 30_000)
  return {
    port: place,
    dir,
    async ask(...words) {
      const [command = '', ...rest] = words
      const client = new Redis(place, '127.0.0.1', { lazyConnect: true, maxRetriesPerRequest: 0 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        return await client.call(command, ...rest)
      } finally {
        client.disconnect()
      }
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--repl-diskless-sync-delay', '0']
const place = ({ port }: Server): string => `127.0.0.1:${port}`

/** A replica that has not copied everything yet has nothing to go on with. */
const inStep = (replica: Server): Promise<void> =>
  until(async () => String(await replica.ask('info', 'replication')).includes('master_link_status:up'), 30_000)

/** A master, a replica of it, and three Sentinels of which two have to agree. */
export async function startSentinels(): Promise<Fleet> {
  const first = await startServer(durable)
  const second = await startServer([...durable, '--replicaof', '127.0.0.1', String(first.port)])
  const watch = `sentinel monitor mail 127.0.0.1 ${first.port} 2
sentinel down-after-milliseconds mail 1000
sentinel failover-timeout mail 5000
`
  const sentinels = await Promise.all([1, 2, 3].map(() => startServer(['--sentinel'], watch)))
  const servers = [first, second]
  const told = async (): Promise<string> => String(await sentinels[0]!.ask('sentinel', 'replicas', 'mail'))
  await until(async () => (await told()).includes(String(second.port)), 30_000)
  const others = async () => String(await sentinels[0]!.ask('sentinel', 'sentinels', 'mail'))
  await until(async () => {
    const seen = await others()
    return sentinels.slice(1).every(({ port }) => seen.includes(String(port)))
  }, 30_000)
  await inStep(second)
  return {
    url: `redis+sentinel://${sentinels.map(place).join(',')}/mail/0`,
    async holder() {
      const found = await sentinels[0]!.ask('sentinel', 'get-master-addr-by-name', 'mail')
      const port = Array.isArray(found) ? Number(found[1]) : 0
      return servers.find((each) => each.port === port)!
    },
    close: async () => void (await Promise.all([...sentinels, ...servers].map((each) => each.kill()))),
  }
}

/** Three masters, and a replica of each. */
export async function startCluster(): Promise<Fleet> {
  const servers = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const bus = String(await freePort())
      const words = ['--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-node-timeout', '2000']
      return startServer([...durable, ...words])
    }),
  )
  const create = ['--cluster', 'create', ...servers.map(place), '--cluster-replicas', '1', '--cluster-yes']
  execFileSync('redis-cli', create, { stdio: 'ignore' })
  const slot = Number(await servers[0]!.ask('cluster', 'keyslot', '{lethe}'))
  const alive = async (): Promise<Server> => {
    for (const server of servers) if (await answers(server.port)) return server
    throw new Error('the whole cluster is gone')
  }
  const ranges = async (): Promise<readonly (readonly [number, number, ...(readonly [string, number])[]])[]> => {
    const found = await (await alive()).ask('cluster', 'slots')
    return found as never // the reply of CLUSTER SLOTS: first slot, last slot, then each node with host and port
  }
  const ours = async () => (await ranges()).find(([from, to]) => from <= slot && slot <= to)
  await until(async () => ((await ours())?.length ?? 0) >= 4, 30_000)
  const roles = await Promise.all(servers.map(async (each) => String(await each.ask('info', 'replication'))))
  await Promise.all(servers.filter((_each, at) => roles[at]!.includes('role:slave')).map(inStep))
  return {
    url: `redis+cluster://${servers.map(place).join(',')}`,
    async holder() {
      const [, , [, port = 0] = []] = (await ours()) ?? []
      return servers.find((each) => each.port === port)!
    },
    close: async () => void (await Promise.all(servers.map((each) => each.kill()))),
  }
}
