import { html } from 'hono/html'
import { layout, type Markup } from '../layout.ts'
import { moment, type Reader } from '../reader.ts'
import { fill } from '../words/index.ts'

/** Behind a fresh link, before the press: a scanner that follows it sees this, and nothing of anybody's. */
export function openPage(reader: Reader, controller: string, expiresAt: number): Markup {
  const { title, heading, text, button, note } = reader.words.open
  return layout({
    ...{ title, sender: controller, reader, elsewhere: '' },
    body: html`<h1>${heading}</h1>
<p>${fill(text, { controller, time: moment(reader, expiresAt) })}</p>
<form method="post"><button type="submit" name="action" value="open">${button}</button></form>
<p class="note">${note}</p>`,
  })
}

/** Behind the link that went to a new address. */
export function confirmAddressPage(reader: Reader, controller: string): Markup {
  const { title, heading, text, button, note } = reader.words.confirm
  return layout({
    ...{ title, sender: controller, reader, elsewhere: '' },
    body: html`<h1>${heading}</h1>
<p>${fill(text, { controller })}</p>
<form method="post"><button type="submit" name="action" value="confirm">${button}</button></form>
<p class="note">${note}</p>`,
  })
}

/** Asks again before what cannot be undone. The form goes to the link itself, one step up. */
export function erasePage(reader: Reader, sender: string, token: string): Markup {
  const { title, lead, points, button, back } = reader.words.erase
  const home = `../${token}${reader.query}`
  return layout({
    ...{ title, sender, reader, elsewhere: '' },
    body: html`<h1>${title}</h1>
<p><strong>${lead}</strong></p>
<ul>${Object.values(points).map((point) => html`<li>${point}</li>`)}</ul>
<form method="post" action="${home}"><button class="stop" type="submit" name="action" value="erase">${button}</button></form>
<form method="post" action="${home}"><button class="quiet" type="submit" name="action" value="open">${back}</button></form>`,
  })
}
