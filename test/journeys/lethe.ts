import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../src/base/index.ts'
import { layEmbeddedQueue } from '../ground/embedded-queue.ts'

export const folder = (): string => mkdtempSync(join(tmpdir(), 'lethe-'))

/** Below the ports that the system gives to outgoing connections: one of those may be taken again before it is listened on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const port = 10_000 + Math.floor(Math.random() * 22_000)
    const server = net.createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })

/** Asks until the answer is truthy; the last answer when the time is over, so that the expectation shows it. */
export async function until<T>(ask: () => Promise<T> | T, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer || Date.now() > end) return answer
    await sleep(100)
  }
}

export interface Answer<T = Record<string, unknown>> {
  readonly status: number
  readonly json: T
  readonly text: string
}

const key = 'journey-key-0123456789abcdef0123456789'

/** The environment of one Lethe with folders and ports of its own. */
export async function environment(settings: Readonly<Record<string, string>> = {}) {
  const engines = await askedEngines(settings)
  const tracker = `127.0.0.1:${await freePort()}`
  const api = `127.0.0.1:${await freePort()}`
  const own = { LETHE_DATA: folder(), LETHE_TRACKER: tracker, LETHE_API: api, LETHE_PUBLIC_URL: `http://${tracker}` }
  return { ...own, LETHE_API_KEY: key, LETHE_FROM: 'Journey <sender@example.com>', ...engines, ...settings }
}

/** What the run asked for with LETHE_TEST_SHAPE (`postgres+redis`), for each Lethe whose test does not choose engines itself. */
async function askedEngines(chosen: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const asked = process.env.LETHE_TEST_SHAPE
  if (!asked || chosen.LETHE_QUEUE || chosen.LETHE_STORE) return {}
  const { shapes } = await import('./shapes.ts')
  const shape = shapes.find(({ name }) => name.replaceAll(' ', '') === asked)
  if (!shape) throw new Error(`LETHE_TEST_SHAPE: ${asked} is no shape, or what it needs is not installed`)
  return (await shape.open()).settings
}

export type Environment = Awaited<ReturnType<typeof environment>>

/** Which Lethe is started, and behind which words (`ip netns exec …`). */
export interface Launch {
  readonly root?: string
  readonly prefix?: readonly string[]
}

function launch(words: readonly string[], env: Readonly<Record<string, string>>, { root, prefix = [] }: Launch) {
  const [command = '', ...args] = [...prefix, process.execPath, 'src/cli/lethe.ts', ...words]
  return spawn(command, args, { cwd: root ?? packageRoot(), env: { ...process.env, ...env } })
}

/** One command line of Lethe, run to its end. */
export function run(words: readonly string[], env: Readonly<Record<string, string>>, input = '', how: Launch = {}) {
  const child = launch(words, env, how)
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => (out += data))
    child.stderr.on('data', (data) => (err += data))
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.end(input)
  })
}

/** A running `lethe up`, driven only by what CONTRACT.md-style users have: HTTP and signals. */
export async function startLethe(env: Environment, how: Launch = {}, waitFor = '/readyz') {
  if (!('LETHE_QUEUE' in env)) await layEmbeddedQueue(env.LETHE_DATA)
  const child: ChildProcess = launch(['up'], env, how)
  let log = ''
  let exit: number | string | null = null
  child.stdout?.on('data', (data) => (log += data))
  child.stderr?.on('data', (data) => (log += data))
  const ended = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      exit = code ?? signal
      resolve()
    })
  })

  const call = async <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json'
    const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const all = { authorization: `Bearer ${env.LETHE_API_KEY}`, 'content-type': type, ...headers }
    const answer = await ask(env.LETHE_API, path, all, method, sent)
    const text = answer.body.toString()
    return { status: answer.status, text, json: (text.startsWith('{') ? JSON.parse(text) : {}) as T }
  }

  const ready = await until(async () => {
    if (exit !== null) return true
    return fetch(`http://${env.LETHE_API}${waitFor}`).then(
      (response) => response.ok,
      () => false,
    )
  }, 240)
  if (!ready || exit !== null) throw new Error(`lethe up did not become ready (${exit}): ${log.slice(-600)}`)

  return {
    env,
    call,
    pid: child.pid ?? 0,
    log: () => log,
    /** Waits for the drain; the exit code. */
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      await ended
      return exit
    },
    hit: (path: string, headers: Record<string, string> = {}, method = 'GET', body = '') =>
      hit(env, path, headers, method, body),
  }
}

export type Lethe = Awaited<ReturnType<typeof startLethe>>

/** A request of the outside world, with exactly these headers and no redirect followed. `path` may be a whole URL. */
export function hit(env: Environment, path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  const url = path.startsWith('http') ? path.replace(/^http:\/\/[^/]+/, '') : path
  return ask(env.LETHE_TRACKER, url, headers, method, body)
}

/** One request on a connection of its own: one that was kept could be closed by the other end meanwhile. */
function ask(at: string, path: string, headers: Record<string, string>, method: string, body: string) {
  const [host, port] = at.split(':')
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const request = http.request({ host, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}
