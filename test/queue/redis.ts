import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** True where a redis-server can be started; LETHE_REQUIRE_REDIS=1 makes its absence a failure. */
export const haveRedis = spawnSync('redis-server', ['--version']).status === 0

export function sayWithoutRedis(suite: string): void {
  if (process.env.LETHE_REQUIRE_REDIS === '1') throw new Error(`${suite}: Redis is required and not there`)
  process.stdout.write(`${suite}: no Redis here, this suite did not run\n`)
}

export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** One that nobody listens on in this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** A Redis of this test's own that can be stopped, killed and started again on the same port and files. */
export async function ownRedis(more: readonly string[] = []) {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'lethe-redis-'))
  let child: ChildProcess
  const start = async (): Promise<void> => {
    const files = ['--dir', dir, '--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...files, ...more], {
      stdio: 'ignore',
    })
    for (let tries = 0; tries < 200 && !(await answers(port)); tries++) await sleep(25)
  }
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    dir,
    start,
    kill,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  }
}
