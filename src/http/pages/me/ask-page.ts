import { html } from 'hono/html'
import { layout, type Markup } from '../layout.ts'
import type { Reader } from '../reader.ts'
import { fill } from '../words/index.ts'

/** Where anybody may ask for the link to their own data. */
export function askPage(reader: Reader, controller: string, invalid = false): Markup {
  const { title, heading, text, label, button, invalid: told } = reader.words.ask
  return layout({
    ...{ title, sender: controller, reader, elsewhere: '' },
    body: html`<h1>${heading}</h1>
<p>${fill(text, { controller })}</p>
<form method="post">${invalid ? html`<p class="fault" role="alert" id="wrong">${told}</p>` : ''}
<label for="email">${label}</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="320" required${invalid ? html` aria-invalid="true" aria-describedby="wrong"` : ''}>
<button type="submit">${button}</button></form>`,
  })
}

/** The same for everybody, whoever it was that asked. */
export function askedPage(reader: Reader, sender: string): Markup {
  const { title, heading, text, note } = reader.words.asked
  return layout({
    ...{ title, sender, reader },
    body: html`<h1>${heading}</h1>
<p role="status">${text}</p>
<p class="note">${note}</p>`,
  })
}

/** A link that was used, or whose hour is over: the way to a fresh one. */
export function usedPage(reader: Reader, sender: string): Markup {
  const { title, heading, text, button } = reader.words.used
  return layout({
    ...{ title, sender, reader },
    body: html`<h1>${heading}</h1>
<p>${text}</p>
<p><a class="button" href="${reader.up}me${reader.query}">${button}</a></p>
<p class="code">link_used</p>`,
  })
}
