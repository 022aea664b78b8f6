import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../base/index.ts'
import type { Config } from '../main/index.ts'

/** The API of a running Lethe, as the commands use it. */
export interface Client {
  /** Where it listens: `http://127.0.0.1:8081`. */
  readonly base: string
  /** Parsed JSON of a 2xx answer. Throws the answer's own fault, or `up_unreachable`. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  /** The same with a body that is streamed. */
  stream(
    method: string,
    path: string,
    type: string,
    body: ReadableStream<Uint8Array>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<unknown>
  /** True if a Lethe answers there. */
  reachable(): Promise<boolean>
}

export function newClient(config: Config): Client {
  const host = config.api.host.includes(':') ? `[${config.api.host}]` : config.api.host
  const base = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${config.api.port}`
  const path = join(config.data, 'api-key')
  const found = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  const key = config.apiKey ?? found

  const send = async (method: string, route: string, init: RequestInit): Promise<unknown> => {
    let response: Response
    try {
      response = await fetch(base + route, {
        ...init,
        method,
        headers: { ...init.headers, authorization: `Bearer ${key}` },
      })
    } catch (cause) {
      const next = 'Start it with lethe up, or set LETHE_API to where it listens.'
      throw new Fault('up_unreachable', `No running Lethe answers at ${base}.`, next, { cause })
    }
    const text = await response.text()
    const answer = text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : {}
    if (response.ok) return answer
    throw faultOf(answer, response.status, base, keyShown(config, path, found !== ''))
  }

  return {
    base,
    call: (method, route, body) => {
      const init =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      return send(method, route, init)
    },
    // Node's fetch wants `duplex` for a streamed request body; the DOM's types do not know it.
    stream: (method, route, type, body, headers = {}) =>
      send(method, route, { body, headers: { 'content-type': type, ...headers }, duplex: 'half' } as RequestInit),
    reachable: async () => {
      try {
        return (await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(2000) })).ok
      } catch {
        return false
      }
    },
  }
}

function faultOf(answer: unknown, status: number, base: string, whichKey: string): Fault {
  const problem = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {}
  const text = (key: string, otherwise: string) => (typeof problem[key] === 'string' ? problem[key] : otherwise)
  const code = text('code', `http_${status}`)
  // The API says of every fault which it is: what does not is the public side, a proxy, or another server altogether.
  if (problem.code === undefined && status < 500) {
    const sentence = `What answers ${status} at ${base} is not the API: it is the public side, or another server.`
    return new Fault(code, sentence, 'Set LETHE_API to where the API of the running Lethe listens.')
  }
  const next = status === 401 ? whichKey : text('next', 'See the running Lethe’s log.')
  return new Fault(code, text('title', `The API answered ${status}.`), next)
}

/** Which key was shown, and where the right one is found. */
function keyShown({ apiKey }: Config, path: string, found: boolean): string {
  if (apiKey !== null)
    return 'LETHE_API_KEY is not the key of this Lethe: correct it, or leave it out to read LETHE_DATA.'
  const what = found ? `The key in ${path} is not that of this Lethe` : `There is no key in ${path}`
  return `${what}: set LETHE_DATA to the folder of the running Lethe, or LETHE_API_KEY to its key.`
}
