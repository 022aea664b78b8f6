import type { Context, Hono } from 'hono'
import { parseAddress } from '../../../base/index.ts'
import { type Claims, openToken } from '../../../gate/index.ts'
import { readerOf } from '../reader.ts'
import { askedPage, askPage } from './ask-page.ts'
import { pressFresh, showErase, showFresh } from './fresh-link.ts'
import { pressStop, showStops } from './mail-link.ts'
import type { MeParts } from './parts.ts'

type Answer = Response | Promise<Response>

export interface MeAnswers {
  readonly missing: (c: Context) => Answer
  readonly malformed: (c: Context) => Answer
  /** The claims of a mail's link, or the answer to what is none (any more). */
  readonly mailLink: (c: Context) => { readonly claims?: Claims; readonly answer?: Answer }
  readonly saved: (c: Context, work: Promise<void>, page: () => Answer) => Promise<Response>
}

/**
 * The recipient's own page. `/me` asks for an address; `/me/<token>` is the link of a mail, which stops things and no more,
 * or a fresh link, which opens everything to one press. A GET changes nothing, whoever makes it.
 */
export function addMe(app: Hono, parts: MeParts, { missing, malformed, mailLink, saved }: MeAnswers): void {
  const sender = () => parts.book.inForce.controller.name

  /** The raw path: a parameter would come percent-decoded, and a token has one spelling. */
  const tokenOf = (c: Context): string => new URL(c.req.url).pathname.split('/')[2] ?? ''
  const freshLink = (c: Context): Claims | null => {
    const verdict = openToken(parts.ring, 'access', tokenOf(c))
    return verdict.state === 'genuine' ? verdict.claims : null
  }

  app.get('/me', (c) => c.html(askPage(readerOf(c), sender())))
  app.post('/me', async (c) => {
    const form = await c.req.parseBody().catch(() => null)
    if (typeof form?.email !== 'string') return malformed(c)
    const reader = readerOf(c)
    const typed = parseAddress(form.email.trim())
    if (!typed) return c.html(askPage(reader, sender(), true), 422)
    parts.own.mail.ask({ handle: null, typed, language: reader.language, visitor: parts.visitor?.(c) ?? '' })
    return c.html(askedPage(reader, sender()))
  })

  app.get('/me/:token', (c) => {
    const fresh = freshLink(c)
    if (fresh) return showFresh(c, parts, fresh)
    const link = mailLink(c)
    return link.claims ? showStops(c, parts, link.claims) : (link.answer ?? missing(c))
  })
  app.post('/me/:token', (c) => {
    const fresh = freshLink(c)
    if (fresh) return pressFresh(c, parts, fresh, () => malformed(c))
    const link = mailLink(c)
    if (!link.claims) return link.answer ?? missing(c)
    const answers = {
      malformed: () => malformed(c),
      saved: (work: Promise<void>, page: () => Answer) => saved(c, work, page),
    }
    return pressStop(c, parts, link.claims, answers)
  })
  app.get('/me/:token/erase', (c) => {
    const fresh = freshLink(c)
    return fresh ? showErase(c, parts, fresh, tokenOf(c)) : missing(c)
  })
}
