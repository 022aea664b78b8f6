import { html } from 'hono/html'
import type { Policy } from '../../../policy/policy.ts'
import { layout, type Markup } from '../layout.ts'
import type { Reader } from '../reader.ts'
import { fill } from '../words/index.ts'
import { objectable, purposeName } from './purposes.ts'

/** What the link in a mail may do, and nothing more: mail gets forwarded, so whoever holds it may only stop things. */
export type StopAction = 'unsubscribe' | 'withdraw' | 'object'

export interface StopFacts {
  readonly policy: Policy
  /** Whether we know where to send the fresh link; else its reader has to say so. */
  readonly reachable: boolean
  /** Set where they typed what is no address. */
  readonly invalid?: boolean
}

/** Opens and clicks have a button of their own, which also reaches what no purpose in force names any more. */
export const isMeasured = ({ events }: Policy): boolean =>
  Object.values(events).some(({ mode }) => mode === 'individual')

export const stoppable = (policy: Policy) => {
  const measured = new Set(isMeasured(policy) ? [policy.events.open.purpose, policy.events.click.purpose] : [])
  return objectable(policy).filter(({ name }) => !measured.has(name))
}

export function stopPage(reader: Reader, { policy, reachable, invalid = false }: StopFacts): Markup {
  const { stop, ask } = reader.words
  const { controller } = policy
  const purposes = stoppable(policy)
  return layout({
    ...{ title: stop.title, sender: controller.name, reader, elsewhere: '' },
    body: html`<h1>${stop.title}</h1>
<p>${stop.lead}</p>
<section aria-labelledby="mail"><h2 id="mail">${stop.mail}</h2>
<p>${stop.mailText}</p>
${button('unsubscribe', stop.mailButton)}</section>
${
  isMeasured(policy)
    ? html`<section aria-labelledby="measure"><h2 id="measure">${stop.measure}</h2>
<p>${stop.measureText}</p>
${button('withdraw', stop.measureButton)}</section>`
    : ''
}
${
  purposes.length > 0
    ? html`<section aria-labelledby="object"><h2 id="object">${stop.object}</h2>
<p>${stop.objectText}</p>
${purposes.map(
  ({ name }) => html`<form method="post"><input type="hidden" name="purpose" value="${name}">
<button class="quiet" type="submit" name="action" value="object">${fill(stop.objectButton, { purpose: purposeName(reader, name) })}</button></form>`,
)}</section>`
    : ''
}
<section aria-labelledby="rest"><h2 id="rest">${stop.rest}</h2>
<p>${reachable ? stop.restText : stop.restTyped}</p>
<form method="post">${invalid ? html`<p class="fault" role="alert">${ask.invalid}</p>` : ''}
${
  reachable
    ? ''
    : html`<label for="email">${ask.label}</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="320" required>`
}
<button class="quiet" type="submit" name="action" value="rest">${stop.restButton}</button></form></section>
<section aria-labelledby="more"><h2 id="more">${stop.more}</h2>
<p><a href="${reader.up}privacy${reader.query}">${stop.notice}</a></p>
<p>${fill(stop.questions, { contact: controller.contact })}</p></section>`,
  })
}

const button = (action: StopAction, label: string): Markup =>
  html`<form method="post"><button type="submit" name="action" value="${action}">${label}</button></form>`

export function stopped(reader: Reader, sender: string, action: StopAction, purpose = ''): Markup {
  const words = reader.words.stopped
  const texts = { unsubscribe: words.unsubscribeText, withdraw: words.withdrawText, object: words.objectText }
  return layout({
    ...{ title: words.title, sender, reader },
    body: html`<h1>${words[action]}</h1>
<p role="status">${fill(texts[action], { purpose: purposeName(reader, purpose) })}</p>`,
  })
}
