import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Fault } from '../base/index.ts'
import { type ApiParts, newApi, problemOf } from './api/index.ts'
import { insidePath } from './forward.ts'

const malformed = () =>
  new Fault('body_malformed', 'The request is not one that HTTP allows.', 'Check its first line and its Host header.')

/** Answers trackers that have no store, for their readers. */
export type Inside = (request: Request) => Promise<Response>

/** The private side on a socket of its own. */
export function newApiServer(parts: ApiParts, inside: Inside | null = null): Server {
  const api = newApi(parts)
  const fetch = (request: Request) =>
    inside && new URL(request.url).pathname.startsWith(`${insidePath}/`) ? inside(request) : api.fetch(request)
  const listener = getRequestListener(fetch, {
    // HTTP/1.0, which some health checks still speak, names no host.
    hostname: 'localhost',
    errorHandler: () => problemOf(malformed()),
  })
  // A million recipients may take longer than Node's five minutes for a request; its head may not.
  return createServer({ headersTimeout: 15_000, requestTimeout: 0 }, listener)
}
