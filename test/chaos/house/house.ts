import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../journeys/lethe.ts'
import { openSink } from '../../journeys/sink.ts'
import { type Disk, openDisk } from '../engines/disk.ts'
import { openPostgres, type Postgres } from '../engines/postgres.ts'
import { type Fsync, openRedis, type Redis } from '../engines/redis.ts'
import { openWires, type Wires } from '../wires/index.ts'
import { type Life, openRole, type Role, type RoleName } from './role.ts'

export interface House {
  readonly fsync: Fsync
  readonly postgres: Postgres
  readonly redis: Redis
  readonly sink: Awaited<ReturnType<typeof openSink>>
  readonly wires: Wires
  readonly roles: readonly Role[]
  readonly lives: readonly Life[]
  /** The disk that all data folders lie on. */
  readonly disk: Disk
  role(name: string): Role
  all(role: RoleName): readonly Role[]
  close(): Promise<void>
}

const processes: readonly RoleName[] = [
  ...(['api', 'tracker', 'tracker', 'record', 'record', 'send', 'send', 'upkeep', 'upkeep'] as const),
]

/** Everything that a deployment has, each role in a process of its own and a wire between it and each server that it speaks to. */
export async function openHouse(fsync: Fsync, delivered: (to: string) => void): Promise<House> {
  const disks = [openDisk('postgres', 768), openDisk('redis', 512), openDisk('data', 64)] as const
  const [postgres, redis] = await Promise.all([openPostgres(disks[0]), openRedis(disks[1], fsync)])
  const sink = await openSink({
    delay: 2,
    atEnd: (to) => {
      delivered(to)
      return null
    },
  })
  const wires = openWires()
  const lives: Life[] = []
  const shared = {
    LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    LETHE_EPOCHS: join(disks[2].dir, 'epochs'),
    LETHE_POLICY: 'mailerplex',
    LETHE_FROM: 'Chaos <sender@example.com>',
    LETHE_PUBLIC_URL: 'http://127.0.0.1:9',
  }
  const roles: Role[] = []
  for (const [index, role] of processes.entries()) {
    const place = processes.slice(0, index + 1).filter((each) => each === role).length
    const name = processes.filter((each) => each === role).length > 1 ? `${role}-${place}` : role
    const port = (server: string, target: number) => wires.lay(`${name}>${server}`, target)
    const data = join(disks[2].dir, name)
    mkdirSync(data, { mode: 0o700 })
    const settings: Record<string, string> = {
      ...shared,
      LETHE_QUEUE: `redis://127.0.0.1:${await port('redis', redis.port)}`,
      LETHE_LOG: join(data, 'log'),
    }
    if (role === 'tracker') settings.LETHE_PAGES = `http://${roles[0]?.api}`
    else {
      settings.LETHE_STORE = `postgres://lethe@127.0.0.1:${await port('postgres', postgres.port)}/postgres`
      settings.LETHE_SMTP = `smtp://127.0.0.1:${await port('sink', Number(new URL(sink.url).port))}`
    }
    roles.push(await openRole(name, role, data, settings, lives))
  }
  const house: House = {
    ...{ fsync, postgres, redis, sink, wires, roles, lives, disk: disks[2] },
    role(name) {
      const found = roles.find((each) => each.name === name)
      if (!found) throw new Error(`there is no process ${name}`)
      return found
    },
    all: (role) => roles.filter((each) => each.role === role),
    async close() {
      for (const server of [postgres, redis]) server.signal('SIGCONT')
      await Promise.all(roles.map((each) => each.stop('SIGKILL')))
      redis.close()
      for (const server of [postgres, redis]) server.signal('SIGKILL')
      await Promise.all([postgres, redis].map((server) => (server.alive ? server.ended() : null)))
      wires.close()
      await sink.close()
      for (const disk of disks) disk.close()
    },
  }
  // The first makes the tables; the others find them.
  roles[0]?.start()
  await served(house, roles.slice(0, 1))
  for (const role of roles.slice(1)) role.start()
  await served(house, roles)
  return house
}

/** Waits until each of them serves. */
async function served(house: House, roles: readonly Role[]): Promise<void> {
  const ready = await until(async () => (await Promise.all(roles.map((each) => each.ready()))).every(Boolean), 240)
  if (ready) return
  const dead = roles.filter((each) => !each.alive).map(({ name, said }) => `${name}: ${said.slice(-300)}`)
  await house.close()
  throw new Error(`the processes do not serve ${dead.join('; ')}`)
}
