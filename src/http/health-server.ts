import type { Server, ServerResponse } from 'node:http'
import { Fault } from '../base/index.ts'
import { type Authorize, requireScope } from './api/bearer.ts'
import type { Readiness } from './api/parts.ts'
import { type Answer, plainProblem } from './api/problem.ts'
import { createServer } from './create-server.ts'

export interface HealthParts {
  readonly ready: () => Promise<Readiness>
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  readonly authorize: Authorize
}

// No Response of fetch here: with it Node loads all of its client, megabytes that a tracker has no use for.
type Handle = (authorization: string | null) => Promise<Answer>

/** What a process without the API shows on its private side: that it lives, whether it serves, and its measures. */
export function newHealthServer({ ready, metrics, authorize }: HealthParts): Server {
  const routes: Readonly<Record<string, Handle>> = {
    '/healthz': async () => json(200, { status: 'ok' }),
    '/readyz': async () => {
      const readiness = await ready()
      return json(readiness.ready ? 200 : 503, readiness)
    },
    '/metrics': async (authorization) => {
      await requireScope(authorize, authorization, ['report'])
      return { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4' }, body: await metrics() }
    },
  }
  return createServer({ headersTimeout: 15_000, requestTimeout: 15_000 }, (request, response) => {
    const handle = request.method === 'GET' ? routes[(request.url ?? '').split('?')[0] ?? ''] : undefined
    const answer = handle ? handle(request.headers.authorization ?? null) : Promise.reject(elsewhere())
    void answer.catch(plainProblem).then((found) => write(response, found))
  })
}

const elsewhere = () =>
  new Fault(
    'route_unknown',
    'This process has no such route: it is not the API.',
    'Ask a process whose LETHE_ROLES name api; here are GET /healthz, /readyz and /metrics.',
  )

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers })
  response.end(body)
}
