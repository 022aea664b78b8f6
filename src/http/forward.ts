import type { Context, Hono } from 'hono'
import { deriveKey, digest, equalBytes, keyedHash, type Log } from '../base/index.ts'
import type { KeyRing } from '../gate/index.ts'
import { later } from './pages/shell.ts'

/** The path on the private side behind which the pages of a tracker without the store are. */
export const insidePath = '/pages'

const longestBody = 16 * 1024
const patienceMillis = 10_000
const passed = ['content-type', 'accept-language'] as const

/** What of a request reaches the pages: what was asked for, and who asks as a word that means nothing. No address, no agent. */
interface Asked {
  readonly method: string
  readonly path: string
  readonly visitor: string
  readonly type: string
  readonly language: string
  readonly body: Uint8Array
}

/** By a sub-key of the keys that tokens are sealed with: who can make this can make the tokens as well. */
function sealOf(key: Uint8Array, { method, path, visitor, type, language, body }: Asked): Buffer {
  return keyedHash(deriveKey(key, 'l.pages_'), JSON.stringify([method, path, visitor, type, language, digest(body)]))
}

export interface ForwardParts {
  readonly ring: KeyRing
  readonly log?: Log
  /** The private side of a process with the store; null where a load balancer takes these paths elsewhere. */
  readonly to: URL | null
  readonly visitor: (c: Context) => string
}

/** Hands a page that asks the store to a process that has it. Whatever goes wrong there is a 503: nothing is vouched for. */
export const newForward = ({ ring, log, to, visitor }: ForwardParts) => {
  const failed = (c: Context, code: string) => {
    log?.warn('page_not_forwarded', { code })
    return later(c)
  }
  return async (c: Context): Promise<Response> => {
    if (to === null) return failed(c, 'pages_elsewhere')
    const { pathname, search } = new URL(c.req.url)
    const asked: Asked = {
      method: c.req.method,
      path: pathname + search,
      visitor: visitor(c),
      type: c.req.header('content-type') ?? '',
      language: c.req.header('accept-language') ?? '',
      body: new Uint8Array(await c.req.arrayBuffer()),
    }
    const headers = {
      'content-type': asked.type,
      'accept-language': asked.language,
      'lethe-visitor': asked.visitor,
      'lethe-seal': sealOf(ring.signing.key, asked).toString('base64url'),
    }
    try {
      const answer = await fetch(new URL(insidePath + asked.path, to), {
        method: asked.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMillis),
        ...(asked.body.length > 0 ? { body: asked.body } : {}),
      })
      // The other side speaks in pages; anything else is not the pages' answer but somebody's before them.
      if (!answer.headers.has('content-security-policy')) return failed(c, 'pages_refused')
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers: kept(answer.headers) })
    } catch {
      return failed(c, 'pages_away')
    }
  }
}

const ofTheHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'date',
])
const kept = (headers: Headers): Headers => new Headers([...headers].filter(([name]) => !ofTheHop.has(name)))

/** Counted as it comes, before it is known who sends it; null for one that no tracker hands on. */
async function bodyOf({ body }: Request): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    length += part.length
    if (length > longestBody) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The other end: serves what a tracker of the same keys handed on, and knows nobody else. `pages` reads `visitor` of its environment. */
export const newInside =
  (ring: KeyRing, pages: Hono) =>
  async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const [type = '', language = ''] = passed.map((name) => request.headers.get(name) ?? '')
    const body = await bodyOf(request)
    const asked = {
      ...{ method: request.method, type, language, body: body ?? new Uint8Array() },
      path: url.pathname.slice(insidePath.length) + url.search,
      visitor: request.headers.get('lethe-visitor') ?? '',
    }
    const seal = Buffer.from(request.headers.get('lethe-seal') ?? '', 'base64url')
    const known = ring.all.some(({ key, revoked }) => !revoked && equalBytes(seal, sealOf(key, asked)))
    if (!known || body === null) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
    const inner = new Request(new URL(asked.path, url.origin), {
      method: asked.method,
      headers: { ...(type ? { 'content-type': type } : {}), 'accept-language': language },
      ...(body.length > 0 ? { body } : {}),
    })
    return pages.fetch(inner, { visitor: asked.visitor })
  }
