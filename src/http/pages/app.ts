import type { Context, Hono } from 'hono'
import type { Claims } from '../../gate/index.ts'
import { addConfirm } from './confirm.ts'
import type { OwnParts } from './me/parts.ts'
import { addMe } from './me/routes.ts'
import { malformedPage } from './plain.ts'
import { readerOf } from './reader.ts'
import { later, linkOf, missing, newShell, notAllowed, type ShellParts } from './shell.ts'
import { unsubscribed } from './unsubscribe.ts'
import { addVerify, type VerifyParts } from './verify.ts'

export interface PageParts extends ShellParts, Pick<VerifyParts, 'revoked' | 'visitor'> {
  /** Resolves once it is durable, also when the person is gone; a rejection becomes 503. */
  readonly unsubscribe: (claims: Claims) => Promise<void>
  readonly withdraw: (claims: Claims) => Promise<void>
  /** False when there is nothing to confirm any more. */
  readonly confirm: (claims: Claims) => Promise<boolean>
  /** What the recipient's own page does. */
  readonly own: OwnParts
}

/** Everything public that is not a hit: what a person reads in a browser, and the one-click POST of a mailbox provider. */
export function newPages(parts: PageParts): Hono {
  const { book } = parts
  const app = newShell(parts)

  // Any body will do, an empty one too: the token is sealed, a POST is deliberate, and in doubt the mail stops.
  app.post('/u/:token', async (c) => {
    const link = linkOf(c, 'unsubscribe', parts)
    if (!link.claims) return link.answer
    return (await durable(parts, parts.unsubscribe(link.claims)))
      ? c.html(unsubscribed(readerOf(c), book.inForce.controller.name))
      : later(c)
  })

  const malformed = (c: Context) => c.html(malformedPage(readerOf(c)), 400)
  addMe(app, parts, {
    missing,
    malformed,
    mailLink: (c) => linkOf(c, 'me', parts),
    saved: async (c, work, page) => ((await durable(parts, work)) ? page() : later(c)),
  })
  addConfirm(app, parts, { missing, later })
  addVerify(app, parts, { missing, malformed })

  for (const path of ['/u/:token', '/me', '/me/:token', '/confirm/:token', '/v/:token'])
    app.all(path, (c) => notAllowed(c, 'GET, HEAD, POST'))
  app.all('/me/:token/erase', (c) => notAllowed(c, 'GET, HEAD'))
  return app
}

async function durable({ log }: PageParts, work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch {
    log?.error('stop_not_saved', { code: 'not_durable' })
    return false
  }
}
