import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type Clock, type Language, languageOf, languages, preferredLanguage } from '../base/index.ts'
import type { Collector } from '../tracking/index.ts'
import type { Trust } from './client-address.ts'
import { createServer } from './create-server.ts'
import { readHit } from './door.ts'
import { pageHeaders } from './pages/layout.ts'
import { methodPage, missingPage, revokedPage } from './pages/plain.ts'
import { type Reader, reader } from './pages/reader.ts'
import { pixel } from './pixel.ts'

export interface HitParts {
  readonly collector: Collector
  readonly trust: Trust
  readonly clock: Clock
}

/** Answers what is no hit. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => unknown

// As text, because Node puts a text body and its header into one write, and a Buffer into a second one: measured, a tenth of a hit.
const pixelText = pixel.toString('latin1')

// Anybody may come here, also those who send a byte a minute: a request that is not there by then is dropped.
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5_000 }

// Flat lists of names and values: Node writes them as they are. Each hit is answered with one of these and no more.
const bare = ['Cache-Control', 'no-store', 'Referrer-Policy', 'no-referrer']
const pixelHeaders = ['Content-Type', 'image/gif', 'Content-Length', String(pixel.length), ...bare]
const redirectHeaders = [...bare, 'Content-Length', '0', 'Location']

/**
 * The public side. Hits (`/o/`, `/c/`) are answered on node:http itself, because a framework costs a third of their speed;
 * everything else is the pages' business. A hit is answered once its event is durable, or counted (law 6).
 */
export function newHitServer({ collector, trust, clock }: HitParts, pages: Pages): Server {
  const flat = Object.entries(pageHeaders()).flat()
  const missing = inEach(missingPage)
  const method = inEach(methodPage)

  function show(response: ServerResponse, status: number, page: Buffer, more: readonly string[] = []): void {
    const length = ['Content-Type', 'text/html; charset=UTF-8', 'Content-Length', String(page.length)]
    response.writeHead(status, [...flat, ...length, ...more])
    response.end(page)
  }

  function open(token: string, request: IncomingMessage, response: ServerResponse): void {
    void collector.open(token, readHit(request, trust, clock)).then(() => {
      response.writeHead(200, pixelHeaders)
      response.end(pixelText, 'latin1')
    })
  }

  function click(token: string, request: IncomingMessage, response: ServerResponse): void {
    void collector.click(token, readHit(request, trust, clock)).then((answer) => {
      if (answer.state === 'revoked')
        return show(response, 404, Buffer.from(revokedPage(reader(languageIn(request)), answer.host).toString()))
      const location = answer.state === 'redirect' ? wireForm(answer.to) : null
      if (location === null) return show(response, 404, missing[languageIn(request)])
      response.writeHead(302, [...redirectHeaders, location])
      response.end()
    })
  }

  return createServer(patience, (request, response) => {
    const path = pathOf(request.url ?? '/')
    const kind = path.startsWith('/o/') ? open : path.startsWith('/c/') ? click : null
    if (kind === null) return void pages(request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return show(response, 405, method[languageIn(request)], ['Allow', 'GET, HEAD', 'Connection', 'close'])
    }
    kind(path.slice(3), request, response)
  })
}

/** A page that is always the same, once in each language. */
const inEach = (page: (reader: Reader) => { toString(): string }): Readonly<Record<Language, Buffer>> =>
  Object.fromEntries(languages.map((each) => [each, Buffer.from(page(reader(each)).toString())])) as Record<
    Language,
    Buffer
  > // one key a language

const languageIn = ({ url = '', headers }: IncomingMessage): Language =>
  languageOf(/[?&]lang=(\w{2})(?:&|$)/.exec(url)?.[1] ?? '') ?? preferredLanguage(headers['accept-language'] ?? '')

/** The raw path in front of the query: never decoded, so that a token has one spelling. */
function pathOf(url: string): string {
  // RFC 9112 section 3.2.2: a server takes the absolute form as well.
  const local = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/]*/i, '')
  const query = local.indexOf('?')
  return query < 0 ? local : local.slice(0, query)
}

/** The destination's UTF-8 bytes as Node writes headers; null for one that would break out of its line. */
function wireForm(target: string): string | null {
  const bytes = /^[\x21-\x7e]*$/.test(target) ? target : Buffer.from(target).toString('latin1')
  return target !== '' && /^[\x20-\x7e\x80-\xff]+$/.test(bytes) ? bytes : null
}

/** Stops taking hits, answers those in hand, and then waits until they are committed or counted. */
export async function closeTracker(server: Server, collector: Collector, graceMillis = 5000): Promise<void> {
  const closed = new Promise<void>((done) => void server.close(() => done()))
  server.closeIdleConnections()
  const grace = setTimeout(() => server.closeAllConnections(), graceMillis)
  await closed
  clearTimeout(grace)
  await collector.drain()
}
