import { html } from 'hono/html'
import { layout, type Markup } from './layout.ts'
import type { Reader } from './reader.ts'
import { fill } from './words/index.ts'

const codeLine = (code: string): Markup => html`<p class="code">${code}</p>`

interface Told {
  readonly title: string
  readonly heading: string
  readonly text: string
}

const plain = (reader: Reader, { title, heading, text }: Told, code: string, elsewhere?: string): Markup =>
  layout({
    title,
    reader,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    body: html`<h1>${heading}</h1>
<p>${text}</p>
${codeLine(code)}`,
  })

export const missingPage = (reader: Reader): Markup => plain(reader, reader.words.missing, 'not_found', '')

export const methodPage = (reader: Reader): Markup => plain(reader, reader.words.method, 'method_not_allowed')

export const malformedPage = (reader: Reader): Markup => plain(reader, reader.words.malformed, 'request_malformed')

/** A click whose key was stolen: whoever reads this decides with open eyes; there is deliberately no link to follow. */
export const revokedPage = (reader: Reader, host: string): Markup => {
  const { title, heading, text, hidden, next } = reader.words.revoked
  return layout({
    title,
    reader,
    body: html`<h1>${heading}</h1>
<p>${text}</p>
<p><strong class="host">${host || hidden}</strong></p>
<p>${next}</p>
${codeLine('link_revoked')}`,
  })
}

export const expiredPage = (reader: Reader, contact: string): Markup => {
  const { expired } = reader.words
  return plain(reader, { ...expired, text: fill(expired.text, { contact }) }, 'link_expired', '')
}

export const laterPage = (reader: Reader): Markup => plain(reader, reader.words.later, 'not_durable')
