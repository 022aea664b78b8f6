import type { Context, Hono } from 'hono'
import { html } from 'hono/html'
import { type Clock, dayOf, type Log } from '../../base/index.ts'
import { type Claims, type KeyRing, openToken } from '../../gate/index.ts'
import type { PolicyBook } from '../../policy/policy.ts'
import { layout, type Markup } from './layout.ts'
import { type Reader, readerOf } from './reader.ts'
import { type ConfirmPageWords, confirmPageWords } from './words/confirm.ts'
import { fill } from './words/index.ts'

export interface ConfirmParts {
  readonly ring: KeyRing
  readonly book: PolicyBook
  readonly clock: Clock
  readonly log?: Log
  /** Resolves once it is durable; false when there is nothing to confirm any more. A rejection becomes 503. */
  readonly confirm: (claims: Claims) => Promise<boolean>
}

interface Answers {
  /** What is no link of ours. */
  readonly missing: (c: Context) => Response | Promise<Response>
  readonly later: (c: Context) => Response | Promise<Response>
}

/**
 * The page behind the link of a confirmation mail. Following it changes nothing, because scanners follow every link; one
 * press of the button confirms, and pressing it again says the same.
 */
export function addConfirm(
  app: Hono,
  { ring, book, clock, log, confirm }: ConfirmParts,
  { missing, later }: Answers,
): void {
  const claimsOf = (c: Context): Claims | null => {
    // The raw path: a parameter would come percent-decoded, and a token has one spelling.
    const verdict = openToken(ring, 'confirm', new URL(c.req.url).pathname.split('/')[2] ?? '')
    return verdict.state === 'genuine' ? verdict.claims : null
  }
  const answer = (c: Context, which: 'done' | 'gone') => {
    const reader = readerOf(c)
    const page = plain(reader, confirmPageWords[reader.language][which], book.inForce.controller)
    return c.html(page, which === 'done' ? 200 : 410)
  }

  app.get('/confirm/:token', (c) => {
    const claims = claimsOf(c)
    if (!claims) return missing(c)
    const days = Math.max(book.inForce.unconfirmedDays, book.all.get(claims.policy)?.unconfirmedDays ?? 0)
    if (dayOf(clock.now()) > claims.issued + days) return answer(c, 'gone')
    return c.html(asking(readerOf(c), book.inForce.controller.name))
  })
  app.post('/confirm/:token', async (c) => {
    const claims = claimsOf(c)
    if (!claims) return missing(c)
    const done = await confirm(claims).catch(() => {
      log?.error('confirm_not_saved', { code: 'not_durable' })
      return null
    })
    if (done === null) return later(c)
    return answer(c, done ? 'done' : 'gone')
  })
}

function asking(reader: Reader, sender: string): Markup {
  const { title, heading, text, button, note } = confirmPageWords[reader.language]
  return layout({
    ...{ title, sender, reader, elsewhere: '' },
    body: html`<h1>${heading}</h1>
<p>${text}</p>
<form method="post"><button type="submit">${button}</button></form>
<p class="note">${note}</p>`,
  })
}

const plain = (
  reader: Reader,
  { title, heading, text }: ConfirmPageWords['done'],
  { name, contact }: { readonly name: string; readonly contact: string },
): Markup =>
  layout({
    ...{ title, sender: name, reader },
    body: html`<h1>${heading}</h1>
<p role="status">${fill(text, { contact })}</p>`,
  })
