import { html } from 'hono/html'
import type { Held } from '../../../ledger/index.ts'
import type { Policy } from '../../../policy/policy.ts'
import type { Receipt } from '../../../upkeep/index.ts'
import { layout, type Markup } from '../layout.ts'
import { moment, type Reader } from '../reader.ts'
import { fill } from '../words/index.ts'
import { heldView } from './held-view.ts'
import type { Session } from './parts.ts'
import { type Choice, purposeName } from './purposes.ts'
import { receiptView } from './receipt-view.ts'

export interface Overview {
  readonly policy: Policy
  readonly held: Held
  readonly receipt: Receipt
  readonly choices: readonly Choice[]
  readonly restricted: boolean
  /** Where the export and its receipt lie as files. */
  readonly files: { readonly data: string; readonly receipt: string }
}

/** Everything held, and everything that its person may do about it. Each form spends the same link: one press a page. */
export function overviewPage(reader: Reader, overview: Overview, session: Session): Markup {
  const { overview: words, purposes, correct, aside, concern, erase, answer } = reader.words
  const { policy, held, receipt, files } = overview
  const contents = [
    ['held', words.held] as const,
    ...(overview.choices.length > 0 ? [['purposes', purposes.heading] as const] : []),
    ['correct', correct.heading] as const,
    ...[['aside', aside.heading] as const, ['concern', concern.heading] as const, ['erase', erase.heading] as const],
    ['receipt', answer.receipt] as const,
  ]
  return layout({
    ...{ title: words.title, sender: policy.controller.name, reader, wide: true, elsewhere: session.token },
    body: html`<h1>${words.title}</h1>
<p>${fill(words.lead, { time: moment(reader, receipt.at), until: moment(reader, session.expiresAt) })}</p>
<p><a class="button" href="${files.data}" download="my-data.json">${words.file}</a></p>
<nav aria-label="${words.contents}"><ul class="plain contents">${contents.map(
      ([id, label]) => html`<li><a href="#${id}">${label}</a></li>`,
    )}</ul></nav>
<section aria-labelledby="held"><h2 id="held">${words.held}</h2>${heldView(reader, held)}</section>
${choicesView(reader, overview, session)}
${correctView(reader, session)}
${asideView(reader, overview, session)}
<section aria-labelledby="concern"><h2 id="concern">${concern.heading}</h2>
${form(
  reader,
  session,
  html`<label for="about">${concern.label}</label><textarea id="about" name="about" maxlength="4000" required aria-describedby="about-note"></textarea>
<p class="note" id="about-note">${fill(concern.note, { days: policy.rightsAnswerDays })}</p>${button('concern', concern.button)}`,
)}</section>
<section aria-labelledby="erase"><h2 id="erase">${erase.heading}</h2><p>${erase.text}</p>
<p><a class="button stop" href="${session.token}/erase${reader.query}">${erase.link}</a></p></section>
${receiptView(reader, receipt, files.receipt)}`,
  })
}

function choicesView(reader: Reader, { choices }: Overview, session: Session): Markup {
  const { purposes } = reader.words
  if (choices.length === 0) return html``
  return html`<section aria-labelledby="purposes"><h2 id="purposes">${purposes.heading}</h2>
${choices.map(({ purpose, said, mayObject, mayGrant, mayWithdraw }) => {
  const press = (action: string, label: string) =>
    form(
      reader,
      session,
      html`<input type="hidden" name="purpose" value="${purpose.name}"><button class="quiet" type="submit" name="action" value="${action}" aria-describedby="p-${purpose.name}">${label}</button>`,
    )
  return html`<div class="purpose"><p id="p-${purpose.name}"><strong>${purposeName(reader, purpose.name)}</strong></p>
<p>${purposes.states[said]} ${said === 'objected' ? purposes.objected : ''}</p>
<div class="acts">${mayObject ? press('object', purposes.object) : ''}${mayWithdraw ? press('withdraw', purposes.withdraw) : ''}${mayGrant ? press('grant', purposes.grant) : ''}</div></div>`
})}</section>`
}

function correctView(reader: Reader, session: Session): Markup {
  const { correct } = reader.words
  return html`<section aria-labelledby="correct"><h2 id="correct">${correct.heading}</h2>
${form(
  reader,
  session,
  html`<label for="name">${correct.name}</label><input id="name" name="name" autocomplete="name" maxlength="500" required aria-describedby="name-note">
<p class="note" id="name-note">${correct.nameNote}</p>${button('name', correct.nameButton)}`,
)}
${form(
  reader,
  session,
  html`<label for="email">${correct.address}</label><input id="email" name="email" type="email" autocomplete="email" maxlength="320" required aria-describedby="email-note">
<p class="note" id="email-note">${correct.addressNote}</p>${button('address', correct.addressButton)}`,
)}</section>`
}

function asideView(reader: Reader, { restricted }: Overview, session: Session): Markup {
  const { aside } = reader.words
  return html`<section aria-labelledby="aside"><h2 id="aside">${aside.heading}</h2><p>${restricted ? aside.unrestrict : aside.restrict}</p>
${form(reader, session, restricted ? button('unrestrict', aside.unrestrictButton) : button('restrict', aside.restrictButton))}</section>`
}

const form = ({ query }: Reader, { token }: Session, inner: Markup): Markup =>
  html`<form method="post" action="${token}${query}">${inner}</form>`

const button = (action: string, label: string): Markup =>
  html`<button class="quiet" type="submit" name="action" value="${action}">${label}</button>`
