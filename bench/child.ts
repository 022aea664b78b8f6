import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'lethe-bench-'))

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** A script of this folder in a process of its own; `line` waits for the next line that it prints. */
export function start(script: string, words: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const path = script.startsWith('src/') ? join(dirname(here), script) : join(here, script)
  const child = spawn(process.execPath, [path, ...words], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  running.add(child)
  child.on('exit', () => running.delete(child))
  let text = ''
  const waiting: ((line: string) => void)[] = []
  child.stdout.on('data', (data) => {
    text += data
    for (let end = text.indexOf('\n'); end >= 0 && waiting.length > 0; end = text.indexOf('\n')) {
      waiting.shift()!(text.slice(0, end))
      text = text.slice(end + 1)
    }
    if (waiting.length === 0 && text.length > 1e6) text = ''
  })
  const line = (): Promise<string> =>
    new Promise((resolve) => {
      const end = text.indexOf('\n')
      if (end < 0) return void waiting.push(resolve)
      resolve(text.slice(0, end))
      text = text.slice(end + 1)
    })
  return {
    child,
    line,
    tell: (words: string) => void child.stdin.write(words),
    finish: (words: string) => void child.stdin.end(words),
    stop: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
        setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
      }),
  }
}

/**
 * Processor time that a process has taken so far, in microseconds, its threads included: what stays the same when others
 * keep the machine busy. NaN where there is no /proc.
 */
export function cpuMicros(pid: number): number {
  try {
    // proc_pid_stat(5): user and system time are fields 14 and 15, in ticks of a hundredth of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return Number.NaN
  }
}

export const haveRedis = spawnSync('redis-server', ['--version']).status === 0

/** A Redis of the bench's own with an append-only file: `always` syncs each commit, `everysec` once a second. */
export async function openRedis(fsync: 'always' | 'everysec') {
  const port = await freePort()
  const at = ['--port', String(port), '--bind', '127.0.0.1', '--dir', scratch(), '--save', '']
  const child = spawn('redis-server', [...at, '--appendonly', 'yes', '--appendfsync', fsync], { stdio: 'ignore' })
  running.add(child)
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(Boolean(socket.destroy())))
      socket.on('error', () => resolve(false))
    })
    if (open) break
    await sleep(50)
  }
  return { url: `redis://127.0.0.1:${port}`, close: () => child.kill('SIGKILL') }
}

export const apiKey = 'bench-key-0123456789abcdef0123456789'
export const operatorKey = Buffer.alloc(32, 3)

/** A Lethe of the bench's own, ready to serve. */
export async function startLethe(env: Readonly<Record<string, string>>) {
  const [tracker, api] = [await freePort(), await freePort()]
  const own = {
    LETHE_DATA: scratch(),
    LETHE_TRACKER: `127.0.0.1:${tracker}`,
    LETHE_API: `127.0.0.1:${api}`,
    LETHE_PUBLIC_URL: `http://127.0.0.1:${tracker}`,
    LETHE_API_KEY: apiKey,
    LETHE_KEYS: `bench:${operatorKey.toString('base64')}`,
    LETHE_FROM: 'Bench <sender@example.com>',
    LETHE_POLICY: 'mailerplex',
    ...env,
  }
  const lethe = start('src/cli/lethe.ts', ['up'], own)
  for (let tries = 0; tries < 600; tries++) {
    if (lethe.child.exitCode !== null) throw new Error('lethe up ended before it was ready')
    if (
      await fetch(`http://127.0.0.1:${api}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break
    await sleep(100)
  }
  const call = async <T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${api}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': type },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`)
    return (text.startsWith('{') ? JSON.parse(text) : text) as T // the bench knows what it asks for
  }
  return { tracker, api, call, stop: lethe.stop, pid: lethe.child.pid }
}
