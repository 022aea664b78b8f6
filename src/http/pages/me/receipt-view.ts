import { html } from 'hono/html'
import type { Receipt } from '../../../upkeep/index.ts'
import type { Markup } from '../layout.ts'
import { day, moment, type Reader } from '../reader.ts'
import { fill } from '../words/index.ts'

/** What was done and what stays, with their dates. A sentence that has no translation stays in the words that were signed. */
export function receiptView(reader: Reader, { case: id, at, lines, remains }: Receipt, file: string): Markup {
  const { answer } = reader.words
  const { lines: done, remains: stays } = reader.held
  return html`<section aria-labelledby="receipt"><h2 id="receipt">${answer.receipt}</h2>
<p><strong>${fill(answer.case, { id })}</strong><br><time datetime="${at}">${moment(reader, at)}</time></p>
<h3>${answer.done}</h3>
<ul>${lines.map(
    ({ at: then, code, says, count }) =>
      html`<li>${said(done, code, says)}${count ? ` (${count})` : ''}<br><small><time datetime="${then}">${moment(reader, then)}</time></small></li>`,
  )}</ul>
${
  remains.length === 0
    ? ''
    : html`<h3>${answer.remains}</h3>
<ul>${remains.map(
        ({ code, says, until }) =>
          html`<li>${said(stays, code, says)}${until ? html` <small>(${fill(answer.until, { date: day(reader, until) })})</small>` : ''}</li>`,
      )}</ul>`
}
<p class="note">${answer.receiptNote}</p>
<p><a class="button quiet" href="${file}" download="receipt-${id}.json">${answer.receiptFile}</a></p></section>`
}

function said(words: Readonly<Record<string, string>>, code: string, says: string): Markup | string {
  return words[code] ?? html`<span lang="en">${says}</span>`
}
