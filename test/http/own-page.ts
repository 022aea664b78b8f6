import { Fault } from '../../src/base/index.ts'
import { newPages } from '../../src/http/pages/app.ts'
import { openScene } from '../sending/scene.ts'

/** The public pages over a real store and real mail, asked without a socket. */
export async function openPages(policy = 'mailerplex') {
  const scene = await openScene({ policy })
  const { ring, book, clock, ledger, consents, rights, rightsMail, confirmations } = scene
  const asked: string[] = []
  const away = new Set<string>()
  const pages = newPages({
    ...{ ring, book, clock },
    notice: () => ({ html: '<h1>Notice</h1>', digest: 'ab', effective: '2026-01-01' }),
    unsubscribe: consents.unsubscribe,
    withdraw: consents.withdraw,
    confirm: confirmations.confirm,
    revoked: ledger.certificateRevoked,
    visitor: (c) => c.req.header('x-visitor') ?? '',
    own: {
      rights,
      record: consents.record,
      mail: rightsMail,
      // Every question that a page asks the store goes through here.
      ledger: new Proxy(ledger, {
        get: (target, verb) => {
          asked.push(String(verb))
          if (away.has(String(verb))) return () => Promise.reject(new Fault('store_locked', 'Held.', 'Wait.'))
          return Reflect.get(target, verb)
        },
      }),
    },
  })

  async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
    const response = await pages.request(path, { method, headers })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  async function post(path: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
    const response = await pages.request(path, {
      ...{ method: 'POST', body: new URLSearchParams(fields).toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count me' }
  /** A mail to `email`, and the path of its link. */
  async function mailTo(email: string, more: object = {}): Promise<string> {
    const { json } = await scene.call('POST', '/v1/messages', {
      ...{ to: { email, name: 'Ada' }, subject: 'Hello', purpose: 'deliver', consent },
      ...{ html: '<p>Hi</p><a href="{{rights_url}}">rights</a>', ...more },
    })
    if (json.status !== 'queued') throw new Error(JSON.stringify(json))
    await scene.work()
    return pathIn((await letters(email)).at(-1)!.html!)
  }

  const letters = async (email: string) => [...(await scene.transport.mailbox!.list({ to: email }))]
  const pathIn = (html: string): string => /\/me\/[\w-]+(?:\?lang=\w\w)?/.exec(html)![0]

  /** Has a fresh link mailed, and answers its path. */
  async function freshLink(email: string): Promise<string> {
    // More than the pause between two links to the same address.
    clock.time += 6 * 60_000
    await post('/me', { email })
    await scene.rightsMail.drain()
    await scene.work()
    return pathIn((await letters(email)).at(-1)!.html!)
  }

  /** The next link, out of the form that carries it. */
  const next = (text: string): string => `/me/${/action="([\w-]+)/.exec(text)![1]}`

  /** What is held, asked of the API. */
  const held = async (email: string) => (await scene.call('POST', '/v1/subjects/export', { email })).json.data.held

  return { ...scene, pages, get, post, mailTo, letters, pathIn, freshLink, next, held, asked, away }
}

export type Pages = Awaited<ReturnType<typeof openPages>>
