import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { newKeyRing } from '../../src/gate/index.ts'
import { insidePath, newForward, newInside } from '../../src/http/forward.ts'
import { operatorKey } from '../ledger/folder.ts'

const ring = newKeyRing([operatorKey()])
const close: (() => void)[] = []
afterEach(() => {
  for (const each of close.splice(0)) each()
})

async function served(fetch: (request: Request) => Response | Promise<Response>): Promise<URL> {
  const server = createServer(getRequestListener(fetch)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  close.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // listens on a port
}

/** A tracker in front of pages, what reached the pages, and what went over the line between the two. */
async function line() {
  const reached: Record<string, string>[] = []
  const pages = new Hono()
  pages.all('*', async (c) => {
    reached.push({
      ...c.req.header(),
      path: c.req.path,
      body: await c.req.text(),
      seen: String(Reflect.get(c.env ?? {}, 'visitor')),
    })
    return c.text('a page', 200, { 'content-security-policy': "default-src 'none'" })
  })
  const inside = newInside(ring, pages)
  const sent: { readonly url: string; readonly headers: Headers; readonly method: string; readonly body: string }[] = []
  const api = await served(async (request) => {
    sent.push({
      ...{ url: request.url, headers: request.headers, method: request.method },
      body: await request.clone().text(),
    })
    return inside(request)
  })
  const forward = newForward({ ring, to: api, visitor: () => 'who' })
  const front = new Hono().all('*', (c: Context) => forward(c))
  return { inside, reached, sent, tracker: await served(front.fetch) }
}

describe('the way from a tracker to the pages', () => {
  it('carries what was asked and nothing that tells who asked, whatever a client writes', async () => {
    const { reached, tracker } = await line()
    const headers = {
      ...{ 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'user-agent': 'curl/8', cookie: 'a=b' },
      ...{ 'lethe-visitor': 'another', 'lethe-seal': 'AAAA', authorization: 'Bearer x', 'content-type': 'text/plain' },
    }
    const answer = await fetch(new URL('/me/x?lang=de', tracker), { method: 'POST', headers, body: 'action=object' })
    expect(await answer.text()).toBe('a page')
    expect(reached).toEqual([
      { 'content-type': 'text/plain', 'accept-language': '*', path: '/me/x', body: 'action=object', seen: 'who' },
    ])
  })

  it('opens to nobody else, and for nothing but what was asked', async () => {
    const { inside, reached, sent, tracker } = await line()
    await fetch(new URL('/me/x', tracker), { method: 'POST', body: 'action=object' })
    const [{ url, headers, method, body }] = sent as [(typeof sent)[number]]
    const again = (changed: { url?: string; method?: string; body?: string; headers?: Record<string, string> }) => {
      const all = new Headers(headers)
      for (const [name, value] of Object.entries(changed.headers ?? {})) all.set(name, value)
      return inside(
        new Request(changed.url ?? url, { method: changed.method ?? method, headers: all, body: changed.body ?? body }),
      )
    }
    expect((await again({})).status).toBe(200)
    const before = reached.length
    const attempts = [
      again({ url: url.replace('/me/x', '/me/y') }),
      again({ url: `${url}?lang=de` }),
      again({ method: 'PUT' }),
      again({ body: 'action=withdraw' }),
      again({ headers: { 'lethe-visitor': 'another' } }),
      again({ headers: { 'lethe-seal': '' } }),
      inside(new Request(new URL(`${insidePath}/me/x`, url))),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 404))
    expect(reached).toHaveLength(before)
  })

  it('reads no more of a stranger than a form may be long', async () => {
    const { inside } = await line()
    let given = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += 1024
        controller.enqueue(new Uint8Array(1024))
        if (given > 64 * 1024 * 1024) controller.close()
      },
    })
    const asked = { method: 'POST', body: endless, duplex: 'half' as const }
    expect((await inside(new Request(`http://api.example${insidePath}/me`, asked))).status).toBe(404)
    expect(given).toBeLessThan(64 * 1024)
  })
})
