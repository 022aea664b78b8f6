import { spawn, spawnSync } from 'node:child_process'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { folder, freePort } from './lethe.ts'

/** True where a redis-server can be started. LETHE_REQUIRE_REDIS=1 makes its absence a failure instead of a skipped suite. */
export const haveRedis = spawnSync('redis-server', ['--version']).status === 0
if (!haveRedis && process.env.LETHE_REQUIRE_REDIS === '1') throw new Error('redis-server is required and not installed')
if (!haveRedis) console.log('redis-server: not installed; the Redis journeys are not run')

/** A Redis of a test's own: append-only file, nothing compressed, so that a byte search can see. */
export async function openRedis(
  fsync: 'always' | 'everysec' = 'always',
  /** One that ended, to be started again on its files. */
  before?: { readonly port: number; readonly dir: string },
) {
  const { port, dir } = before ?? { port: await freePort(), dir: folder() }
  const plain = ['--save', '', '--aof-use-rdb-preamble', 'no', '--rdbcompression', 'no']
  const aof = ['--appendonly', 'yes', '--appendfsync', fsync]
  const at = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir]
  const child = spawn('redis-server', [...at, ...aof, ...plain], { stdio: 'ignore' })
  for (let tries = 0; tries < 100 && !(await listening(port)); tries++) await sleep(50)
  return { url: `redis://127.0.0.1:${port}`, port, dir, close: () => child.kill('SIGKILL') }
}

const listening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(Boolean(socket.destroy())))
    socket.once('error', () => resolve(false))
  })
