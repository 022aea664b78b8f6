import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { languages } from '../../base/index.ts'
import { type Reader, reader as readerIn } from './reader.ts'
import { style } from './style.ts'
import { autonyms } from './words/index.ts'

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Page {
  readonly title: string
  readonly body: Markup
  /** Whose mail it is; left out where nothing may be said about that. */
  readonly sender?: string
  readonly wide?: boolean
  readonly reader?: Reader
  /** Where the same page is found in the other languages; left out for what cannot be asked for again. */
  readonly elsewhere?: string
}

/** The frame of every document: it needs no script, loads nothing, and is told to no search engine. */
export const framed = (language: string, title: string, sheet: string, body: Markup): Markup =>
  html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(sheet)}</style>
</head>
<body>
${body}
</body>
</html>
`

/** A whole page for a reader, with the sender above and the languages below. */
export const layout = ({ title, body, sender, wide = false, reader = readerIn('en'), elsewhere }: Page): Markup =>
  framed(
    reader.language,
    title,
    style,
    html`<main${wide ? raw(' class="wide"') : ''}>
${sender ? html`<p class="sender">${sender}</p>` : ''}
${body}
</main>
<footer>
${elsewhere === undefined ? '' : others(reader, elsewhere)}
<p>${reader.words.frame.footer}</p>
</footer>`,
  )

const others = ({ language, words }: Reader, elsewhere: string): Markup =>
  html`<nav aria-label="${words.frame.languages}"><ul class="languages">${languages.map((each) =>
    each === language
      ? html`<li><span aria-current="true">${autonyms[each]}</span></li>`
      : html`<li><a href="${elsewhere}?lang=${each}" hreflang="${each}" lang="${each}">${autonyms[each]}</a></li>`,
  )}</ul></nav>`

/** A sentence with marked-up values in its places. */
export const woven = (text: string, values: Readonly<Record<string, Markup>>): Markup =>
  html`${text.split(/(\{\w+\})/).map((part) => values[part.slice(1, -1)] ?? part)}`

/** The headers of every page. SHA-256 is what Content Security Policy names styles by; it protects no secret here. */
export function pageHeaders(): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(style).digest('base64')
  return Object.freeze({
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
}
