import { spawnSync } from 'node:child_process'
import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { Redis as Client } from 'ioredis'
import { freePort, until } from '../../journeys/lethe.ts'
import { startChild } from './child.ts'
import type { Disk } from './disk.ts'
import type { Server } from './server.ts'

export const haveRedis = spawnSync('redis-server', ['--version']).status === 0

export type Fsync = 'always' | 'everysec'

export interface Redis extends Server {
  /** Once it has ended: takes what it wrote in its last `millis` from its file, as if the disk had never seen it. */
  forget(millis: number): number
  close(): void
}

interface Size {
  readonly at: number
  readonly file: string
  readonly bytes: number
}

export async function openRedis(disk: Disk, fsync: Fsync): Promise<Redis> {
  const port = await freePort()
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', disk.dir, '--save', '']
  const spawnIt = () => startChild('redis-server', [...words, '--appendonly', 'yes', '--appendfsync', fsync])
  let child = spawnIt()
  const sizes: Size[] = []
  const watching = setInterval(() => {
    if (!child.alive) return
    sizes.push(...lookAt(join(disk.dir, 'appendonlydir')))
    while (sizes.length > 0 && sizes[0]!.at < Date.now() - 10_000) sizes.shift()
  }, 50)

  const answers = async (): Promise<boolean> => {
    const client = new Client({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.ping()) === 'PONG'
    } catch {
      return false
    } finally {
      client.disconnect()
    }
  }
  async function start(): Promise<void> {
    const up = await until(async () => {
      if (!child.alive) child = spawnIt()
      return answers()
    }, 60)
    if (!up) throw new Error(`Redis does not start: ${child.said.slice(-300)}`)
  }
  await start()
  return {
    port,
    disk,
    start,
    get alive() {
      return child.alive
    },
    signal: (name) => child.signal(name),
    ended: () => child.ended,
    forget(millis) {
      const [now] = lookAt(join(disk.dir, 'appendonlydir')).slice(-1)
      const last = sizes.at(-1)?.at ?? 0
      const then = sizes.findLast(({ at, file }) => file === now?.file && at <= last - millis)
      if (!now || !then) return 0
      truncateSync(now.file, then.bytes)
      return now.bytes - then.bytes
    },
    close: () => clearInterval(watching),
  }
}

/** The newest part of the append-only file. */
function lookAt(folder: string): readonly Size[] {
  try {
    const parts = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'))
    const file = join(folder, parts.sort((a, b) => placeOf(a) - placeOf(b)).at(-1) ?? '')
    return [{ at: Date.now(), file, bytes: statSync(file).size }]
  } catch {
    return []
  }
}

const placeOf = (name: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1])
