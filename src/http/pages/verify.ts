import type { Context, Hono } from 'hono'
import { html } from 'hono/html'
import { type Clock, type Id, isoDay } from '../../base/index.ts'
import { type CertificateFacts, type KeyRing, openCertificate } from '../../gate/index.ts'
import { newAttempts } from './attempts.ts'
import { layout, type Markup } from './layout.ts'
import { day, moment, type Reader, readerOf } from './reader.ts'
import { fill } from './words/index.ts'
import { type Said, verifyWords } from './words/verify.ts'

export interface VerifyParts {
  readonly ring: KeyRing
  readonly clock: Clock
  /** When a certificate was taken back, or null. A rejection becomes 503: in doubt, nothing is vouched for. */
  readonly revoked: (certificate: Id) => Promise<number | null>
  /** Who asks, as a word of this process that says nothing outside of it. */
  readonly visitor?: (c: Context) => string
}

interface Answers {
  /** What is no link of ours. */
  readonly missing: (c: Context) => Response | Promise<Response>
  readonly malformed: (c: Context) => Response | Promise<Response>
}

const longestName = 500

/**
 * The page behind the code on a certificate. What it shows stands in the link itself; whether a name is the holder's it
 * answers to whoever types it, with yes or no. Nobody's name is here, so an erasure has nothing to take from it.
 */
export function addVerify(app: Hono, parts: VerifyParts, { missing, malformed }: Answers): void {
  const attempts = newAttempts(parts.clock)
  const visitorOf = parts.visitor ?? (() => '')

  /** The page for a link of ours, or the answer to what is none. */
  async function opened(c: Context) {
    // The raw path: a parameter would come percent-decoded, and a token has one spelling.
    const verdict = openCertificate(parts.ring, new URL(c.req.url).pathname.split('/')[2] ?? '')
    if (verdict.state === 'forged') return { answer: missing(c) }
    const reader = readerOf(c)
    if (verdict.state === 'revoked')
      return { answer: c.html(saying(reader, verifyWords[reader.language].unvouched), 410) }
    const at = await parts.revoked(verdict.certificate.id)
    const page = (said: Said | null, ask: boolean) => certificatePage(reader, verdict.certificate, said, ask)
    if (at === null) return { reader, page, verdict }
    const { heading, text } = verifyWords[reader.language].takenBack
    const said = { heading, text: fill(text, { at: moment(reader, at) }), grave: true }
    return { answer: c.html(page(said, false), 410) }
  }

  app.get('/v/:token', async (c) => {
    const found = await opened(c)
    return found.page ? c.html(found.page(null, true)) : found.answer
  })
  app.post('/v/:token', async (c) => {
    const found = await opened(c)
    if (!found.page) return found.answer
    const { reader, page, verdict } = found
    const words = verifyWords[reader.language]
    const form = await c.req.parseBody().catch(() => null)
    const name = typeof form?.name === 'string' ? form.name.trim() : ''
    if (form === null || name.length > longestName) return malformed(c)
    if (name === '') return c.html(page(null, true))
    const visitor = visitorOf(c)
    const { id } = verdict.certificate
    if (!attempts.open(id, visitor))
      return c.html(page({ ...words.wait, grave: true }, false), 429, { 'Retry-After': '3600' })
    if (verdict.heldBy(name)) return c.html(page(words.yes, false))
    attempts.missed(id, visitor)
    return c.html(page({ ...words.no, grave: true }, true))
  })
}

function certificatePage(reader: Reader, certificate: CertificateFacts, said: Said | null, ask: boolean): Markup {
  const words = verifyWords[reader.language]
  const { title, issuer, date, id } = certificate
  return layout({
    ...{ title: words.title, sender: issuer, reader, elsewhere: '' },
    body: html`<h1>${said?.heading ?? words.heading}</h1>
${said ? html`<p role="status"${said.grave ? html` class="fault"` : ''}>${said.text}</p>` : html`<p>${words.text}</p>`}
<dl><dt>${words.what}</dt><dd><strong>${title}</strong></dd>
<dt>${words.issuer}</dt><dd>${issuer}</dd>
<dt>${words.date}</dt><dd>${day(reader, `${isoDay(date)}T00:00:00Z`)}</dd>
<dt>${words.number}</dt><dd>${id}</dd></dl>
${ask ? asking(words) : ''}`,
  })
}

const asking = ({ label, button, note }: { readonly label: string; readonly button: string; readonly note: string }) =>
  html`<form method="post"><label for="name">${label}</label>
<input id="name" name="name" type="text" required maxlength="${longestName}" autocomplete="off" autocapitalize="words" spellcheck="false" dir="auto">
<button type="submit">${button}</button></form>
<p class="note">${note}</p>`

const saying = (reader: Reader, { heading, text }: Said): Markup =>
  layout({
    ...{ title: heading, reader, elsewhere: '' },
    body: html`<h1>${heading}</h1>
<p role="status" class="fault">${text}</p>`,
  })
