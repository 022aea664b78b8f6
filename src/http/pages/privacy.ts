import { html, raw } from 'hono/html'
import { layout, type Markup, woven } from './layout.ts'
import { day, type Reader } from './reader.ts'
import { fill } from './words/index.ts'

/** The published notice. `html` is the body of it, from its `<h1>` on, made by Lethe from the policy in force. */
export interface Notice {
  readonly html: string
  /** Hex; names the exact policy, and is the page's ETag. */
  readonly digest: string
  /** ISO 8601 date. */
  readonly effective: string
  /** A wider policy that is not in force yet. */
  readonly pending?: PendingNotice | null
}

export interface PendingNotice {
  readonly digest: string
  /** ISO 8601 date; null until everybody was told. */
  readonly from: string | null
  readonly noticeDays: number
  readonly changes: readonly string[]
}

/** The notice itself is the policy's own text, in the language that it is written in; the frame is the reader's. */
export const privacyPage = (reader: Reader, notice: Notice): Markup => {
  const { title, since } = reader.words.privacy
  return layout({
    ...{ title, reader, elsewhere: '', wide: true },
    body: html`<div lang="en">${raw(notice.html)}</div>
<p class="note">${woven(since, { date: dated(reader, notice.effective) })}</p>
<p class="code">${notice.digest}</p>
${notice.pending ? announcement(reader, notice.pending) : ''}`,
  })
}

/** What is to come stands apart from what counts, with its day. */
const announcement = (reader: Reader, { digest, from, noticeDays, changes }: PendingNotice): Markup => {
  const { pending, from: since, after } = reader.words.privacy
  return html`<section aria-labelledby="pending"><h2 id="pending">${pending}</h2>
<p><strong>${from ? woven(since, { date: dated(reader, from) }) : fill(after, { days: noticeDays })}</strong></p>
<ul lang="en">${changes.map((change) => html`<li>${change}</li>`)}</ul>
<p class="code">${digest}</p></section>`
}

/** A slot that nobody filled holds words in the place of a date. */
const dated = (reader: Reader, date: string): Markup =>
  /^\d{4}-\d\d-\d\d$/.test(date) ? html`<time datetime="${date}">${day(reader, date)}</time>` : html`${date}`
