import { html } from 'hono/html'
import type { Receipt } from '../../../upkeep/index.ts'
import { layout, type Markup } from '../layout.ts'
import { day, moment, type Reader } from '../reader.ts'
import { fill, type Words } from '../words/index.ts'
import type { Session } from './parts.ts'
import { receiptView } from './receipt-view.ts'

/** What came of a press. Each says it in one sentence, and shows the record that its person keeps. */
export type Done =
  | { readonly kind: 'receipt'; readonly outcome: string; readonly receipt: Receipt; readonly file: string }
  | { readonly kind: 'record'; readonly outcome: 'grant' | 'withdraw'; readonly id: string; readonly at: number }
  | { readonly kind: 'case'; readonly id: string; readonly dueAt: string }
  | { readonly kind: 'mailed'; readonly recent: boolean }
  | { readonly kind: 'fault'; readonly code: string }

export function answerPage(reader: Reader, sender: string, done: Done, session: Session | null): Markup {
  const { answer, faults } = reader.words
  return layout({
    ...{ title: done.kind === 'fault' ? faults.title : answer.title, sender, reader },
    body: html`<h1>${headingOf(reader.words, done)}</h1>
${bodyOf(reader, done)}
${session ? backTo(reader, session) : ''}`,
  })
}

/** Each press spends its link: the way back carries the next one. */
const backTo = ({ words, query }: Reader, { token }: Session): Markup =>
  html`<form method="post" action="${token}${query}"><button class="quiet" type="submit" name="action" value="open">${words.answer.back}</button></form>`

const named = (names: Readonly<Record<string, unknown>>, key: string): string | null => {
  const found = Object.hasOwn(names, key) ? names[key] : null
  return typeof found === 'string' ? found : null
}

function headingOf({ answer, faults }: Words, done: Done): string {
  switch (done.kind) {
    case 'receipt':
      return named(answer, done.outcome) ?? answer.title
    case 'record':
      return answer[done.outcome]
    case 'case':
      return answer.concern
    case 'mailed':
      return answer.confirmSent
    case 'fault':
      return faults.title
  }
}

function bodyOf(reader: Reader, done: Done): Markup {
  const { answer, faults } = reader.words
  switch (done.kind) {
    case 'receipt':
      return receiptView(reader, done.receipt, done.file)
    case 'record':
      return html`<p role="status">${fill(answer.record, { id: done.id, time: moment(reader, done.at) })}</p>`
    case 'case':
      return html`<p role="status"><strong>${fill(answer.case, { id: done.id })}</strong><br>${fill(answer.due, { date: day(reader, done.dueAt) })}</p>`
    case 'mailed':
      return html`<p role="status">${done.recent ? answer.confirmRecent : answer.confirmText}</p>`
    case 'fault':
      return html`<p class="fault" role="alert">${named(faults, done.code) ?? faults.other}</p><p class="code">${done.code}</p>`
  }
}
