import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { randomBytes } from '../base/index.ts'
import type { Trust } from './client-address.ts'
import { readVisitor } from './door.ts'
import { pageHeaders } from './pages/layout.ts'
import { malformedPage } from './pages/plain.ts'
import { reader } from './pages/reader.ts'
import type { Pages } from './tracker.ts'

/** `visitor` says who asks, as a word of this process that means nothing outside of it. */
export type PagesOf = (visitor: (c: Context) => string) => Hono

/** The framework behind `node:http`. */
export function pageListener(trust: Trust, pagesOf: PagesOf): Pages {
  // New at each start: what is counted under it dies with this process.
  const key = randomBytes(32)
  const visitor = ({ env }: Context) => readVisitor((env as HttpBindings).incoming, trust, key) // Node's own request
  const headers = { ...pageHeaders(), 'Content-Type': 'text/html; charset=UTF-8' }
  const malformed = () => new Response(malformedPage(reader('en')).toString(), { status: 400, headers })
  return getRequestListener(pagesOf(visitor).fetch, { errorHandler: malformed })
}
