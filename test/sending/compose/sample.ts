import { newHandle, newId } from '../../../src/base/index.ts'
import {
  type Claims,
  type Content,
  newKeyRing,
  openToken,
  parseOperatorKeys,
  type TokenKind,
} from '../../../src/gate/index.ts'
import { compileTemplate, type RenderedMail, type Rendering, renderMail } from '../../../src/sending/compose/index.ts'

export const ring = newKeyRing(parseOperatorKeys(`one:${Buffer.alloc(32, 7).toString('base64')}`))
export const publicUrl = 'https://track.acme.example'

export const contentOf = (html: string | null, changes: Partial<Content> = {}): Content => ({
  subject: 'Hello',
  html,
  text: html === null ? 'Hello' : null,
  attachments: [],
  ...changes,
})

export const rendering = (changes: Partial<Rendering> = {}): Rendering => ({
  message: newId(),
  campaign: null,
  handle: newHandle(),
  policy: 4_000_000_001,
  issued: 20_000,
  purpose: { name: 'campaign', subscribed: true },
  plan: { opens: true, clicks: true },
  shared: null,
  to: 'reader@mail.example',
  name: 'Reader',
  from: { address: 'news@acme.example', name: 'Acme' },
  replyTo: null,
  merge: {},
  at: Date.parse('2026-11-21T12:00:00Z'),
  publicUrl,
  ring,
  ...changes,
})

export const render = (content: Content | string, changes: Partial<Rendering> = {}): RenderedMail =>
  renderMail(compileTemplate(typeof content === 'string' ? contentOf(content) : content), rendering(changes))

/** The claims of a URL of ours; throws when it is none. */
export function claimsOf(url: string, kind: TokenKind): Claims {
  const verdict = openToken(ring, kind, url.slice(url.lastIndexOf('/') + 1))
  if (verdict.state !== 'genuine') throw new Error(`no genuine ${kind} token`)
  return verdict.claims
}

const clickUrl = /https:\/\/track\.acme\.example\/c\/[\w-]+/g
const pixel = /<img src="https:\/\/track\.acme\.example\/o\/[\w-]+" alt="" width="1" height="1" style="[^"]*">/g

/** What was rewritten, by opening the tokens: destinations in order, and the html with every trace of ours taken out. */
export function taken(html: string): {
  readonly destinations: readonly string[]
  readonly pixels: number
  readonly rest: string
} {
  const destinations = [...html.matchAll(clickUrl)].map(([url]) => claimsOf(url, 'click').target)
  return {
    destinations,
    pixels: [...html.matchAll(pixel)].length,
    rest: html.replace(pixel, '').replace(clickUrl, '\u0000'),
  }
}
