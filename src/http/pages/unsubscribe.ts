import { html } from 'hono/html'
import { layout, type Markup } from './layout.ts'
import type { Reader } from './reader.ts'

/** Asks for one deliberate press: scanners follow links, and following one must not unsubscribe anybody (RFC 8058 section 5). */
export const askToUnsubscribe = (reader: Reader, sender: string): Markup => {
  const { title, heading, text, button, note } = reader.words.unsubscribe
  return layout({
    ...{ title, sender, reader, elsewhere: '' },
    body: html`<h1>${heading}</h1>
<p>${text}</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">${button}</button></form>
<p class="note">${note}</p>`,
  })
}

export const unsubscribed = (reader: Reader, sender: string): Markup => {
  const { title, heading, text, note } = reader.words.unsubscribed
  return layout({
    ...{ title, sender, reader },
    body: html`<h1>${heading}</h1>
<p role="status">${text}</p>
<p class="note">${note}</p>`,
  })
}
