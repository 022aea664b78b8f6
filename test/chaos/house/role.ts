import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { packageRoot } from '../../../src/base/index.ts'
import { freePort, until } from '../../journeys/lethe.ts'
import { type Child, startChild } from '../engines/child.ts'

export const roles = ['tracker', 'api', 'send', 'record', 'upkeep'] as const
export type RoleName = (typeof roles)[number]

export interface Counters {
  readonly answered: number
  readonly recorded: number
  readonly late: number
  readonly lost: number
  readonly pending: number
  readonly refused: number
}

/** One life of a process: from its start to whatever ends it. */
export interface Life {
  readonly number: number
  readonly role: string
  /** What its own metrics said when they were last asked. */
  counters: Counters | null
  /** How the suite ended it; null while it should be there. */
  over: 'SIGTERM' | 'SIGKILL' | null
  /** Was frozen once: a thawed server first closes the connections that were idle for too long by its clock. */
  frozen: boolean
}

export interface Role {
  readonly name: string
  readonly role: RoleName
  readonly tracker: string
  readonly api: string
  readonly data: string
  readonly life: Life
  readonly alive: boolean
  readonly said: string
  /** Begins a new life, and does not wait until it serves. */
  start(more?: Readonly<Record<string, string>>): void
  signal(name: NodeJS.Signals): void
  /** Ends this life; the exit code, or the signal. */
  stop(name: 'SIGTERM' | 'SIGKILL'): Promise<number | string | null>
  /** True once it answers, whether or not it can do its work. */
  serving(): Promise<boolean>
  /** True once it says that it can do its work. */
  ready(): Promise<boolean>
  metrics(): Promise<string | null>
  /** What all its lives wrote into their log. */
  log(): readonly LogLine[]
}

export interface LogLine {
  readonly event: string
  readonly level?: string
  readonly code?: string
  readonly count?: number
}

export const apiKey = 'chaos-key-0123456789abcdef0123456789'
/** How long something may take that answers at all. */
const patience = 3000

/** A process with one role, with addresses and a data folder that stay the same over its lives. */
export async function openRole(
  name: string,
  role: RoleName,
  data: string,
  settings: Readonly<Record<string, string>>,
  lives: Life[],
): Promise<Role> {
  const [tracker, api] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const env = { ...settings, LETHE_ROLES: role, LETHE_DATA: data, LETHE_TRACKER: tracker, LETHE_API: api }
  let child: Child | null = null
  let life: Life | null = null

  return {
    ...{ name, role, tracker, api, data },
    get life() {
      if (!life) throw new Error(`${name} was never started`)
      return life
    },
    get alive() {
      return child?.alive ?? false
    },
    get said() {
      return child?.said ?? ''
    },
    start(more = {}) {
      if (child?.alive) throw new Error(`${name} runs already`)
      const both = { ...process.env, LETHE_API_KEY: apiKey, ...env, ...more }
      child = startChild(process.execPath, ['src/cli/lethe.ts', 'up'], { cwd: packageRoot(), env: both })
      life = { number: lives.length, role: name, counters: null, over: null, frozen: false }
      lives.push(life)
    },
    signal(signal) {
      if (life && signal === 'SIGSTOP') life.frozen = true
      child?.signal(signal)
    },
    async stop(signal) {
      if (life) life.over = signal
      child?.signal(signal)
      // A drain that never ends is a defect, and is told as the signal that ended it.
      const ended = await until(() => child?.alive !== true, 45)
      if (!ended) child?.signal('SIGKILL')
      await child?.ended
      return child?.end ?? null
    },
    async serving() {
      const answer = await ask(api, '/healthz').catch(() => null)
      return answer?.status === 200
    },
    async ready() {
      const answer = await ask(api, '/readyz').catch(() => null)
      return answer?.status === 200
    },
    async metrics() {
      const answer = await ask(api, '/metrics').catch(() => null)
      return answer?.status === 200 ? answer.text : null
    },
    log: () => linesOf(settings.LETHE_LOG ?? ''),
  }
}

/** One that a full disk cut short is left out. */
function linesOf(file: string): readonly LogLine[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const read: LogLine = JSON.parse(line) // as docs/logs.md has them
        return [read]
      } catch {
        return []
      }
    })
}

/** One request on a connection of its own, with the bootstrap key. */
export function ask(
  at: string,
  path: string,
  {
    method = 'GET',
    body = '',
    headers = {},
  }: { method?: string; body?: string; headers?: Record<string, string> } = {},
  millis = patience,
): Promise<{ readonly status: number; readonly text: string }> {
  const [host, port] = at.split(':')
  const all = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers }
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, path, method, headers: all, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece) => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    request.setTimeout(millis, () => void request.destroy(new Error('no answer in time')))
    request.on('error', reject)
    request.end(body)
  })
}
