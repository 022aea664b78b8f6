import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type Clock, dayOf, type Log } from '../../base/index.ts'
import { type KeyRing, openToken } from '../../gate/index.ts'
import type { PolicyBook } from '../../policy/policy.ts'
import { pixel } from '../pixel.ts'
import { pageHeaders } from './layout.ts'
import { expiredPage, laterPage, malformedPage, methodPage, missingPage } from './plain.ts'
import { type Notice, privacyPage } from './privacy.ts'
import { readerOf } from './reader.ts'
import { askToUnsubscribe } from './unsubscribe.ts'

/** What pages need that ask no store. */
export interface ShellParts {
  readonly ring: KeyRing
  readonly book: PolicyBook
  readonly clock: Clock
  readonly log?: Log
  readonly notice: () => Notice
}

const longestForm = 16 * 1024

/**
 * The frame of all pages (their headers, their language, what is no page at all) and those that keys and policy are enough
 * for: the notice, and the question behind an unsubscribe link.
 */
export function newShell(parts: ShellParts): Hono {
  const { book } = parts
  const headers = Object.entries(pageHeaders())
  const app = new Hono()

  app.use(async (c, next) => {
    await next()
    for (const [name, value] of headers) if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    if (c.res.headers.get('content-type')?.startsWith('text/html')) {
      c.res.headers.set('Content-Language', readerOf(c).language)
    }
  })
  app.use(bodyLimit({ maxSize: longestForm, onError: (c) => c.html(malformedPage(readerOf(c)), 413) }))

  app.get('/u/:token', (c) => {
    const link = linkOf(c, 'unsubscribe', parts)
    return link.claims ? c.html(askToUnsubscribe(readerOf(c), book.inForce.controller.name)) : link.answer
  })

  app.get('/privacy', (c) => {
    const notice = parts.notice()
    const tag = `"${notice.digest}"`
    c.header('ETag', tag)
    // The tag names the policy in force: a page that also announces the next one is never answered from a cache.
    c.header('Cache-Control', notice.pending ? 'no-store' : 'no-cache')
    // The frame around it comes in the reader's language.
    c.header('Vary', 'Accept-Language')
    if (notice.pending) return c.html(privacyPage(readerOf(c), notice))
    return c.req.header('if-none-match')?.includes(tag) ? c.body(null, 304) : c.html(privacyPage(readerOf(c), notice))
  })
  app.all('/privacy', (c) => notAllowed(c, 'GET, HEAD'))

  app.notFound((c) => (wantsPicture(c) ? picture(c) : missing(c)))
  app.onError((_error, c) => {
    parts.log?.error('page_failed', { code: 'page_failed' })
    return later(c)
  })
  return app
}

/**
 * A picture's address that a proxy or a mail program mangled (`/o/../x` becomes `/x`) still gets the picture: a broken image
 * in somebody's mail helps nobody. Browsers say that they want HTML, and are told that there is no such page.
 */
function wantsPicture(c: Context): boolean {
  const accept = c.req.header('accept')
  const readsPictures = accept === undefined || (accept.includes('image/') && !accept.includes('text/html'))
  return readsPictures && (c.req.method === 'GET' || c.req.method === 'HEAD')
}

const picture = (c: Context) => c.body(new Uint8Array(pixel), 200, { 'Content-Type': 'image/gif' })

export const missing = (c: Context) => c.html(missingPage(readerOf(c)), 404)
export const notAllowed = (c: Context, allow: string) => c.html(methodPage(readerOf(c)), 405, { Allow: allow })
export const later = (c: Context) => c.html(laterPage(readerOf(c)), 503, { 'Retry-After': '30' })

/** The claims of the link that was followed, or the answer to what is none. */
export function linkOf(c: Context, kind: 'unsubscribe' | 'me', { ring, book, clock }: ShellParts) {
  // The raw path: a parameter would come percent-decoded, and a token has one spelling.
  const token = new URL(c.req.url).pathname.split('/')[2] ?? ''
  const verdict = openToken(ring, kind, token)
  // A stolen key could stop anybody's mail: what it sealed is worth no more than a guess.
  if (verdict.state !== 'genuine') return { answer: missing(c) }
  const { claims } = verdict
  const then = book.all.get(claims.policy)?.rightsDays ?? 0
  // In favour of the person: the longer of what was promised then and now.
  const days = Math.max(then, book.inForce.rightsDays)
  if (dayOf(clock.now()) > claims.issued + days) {
    return { answer: c.html(expiredPage(readerOf(c), book.inForce.controller.contact), 410) }
  }
  return { claims }
}
