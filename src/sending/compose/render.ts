import { type Day, digest, domainOf, type Handle, type Id } from '../../base/index.ts'
import type { KeyRing, TrackingPlan } from '../../gate/index.ts'
import type { Purpose } from '../../policy/policy.ts'
import type { Mail } from '../../transport/index.ts'
import { fieldMissing, fill, type ValueFor, valueIn } from './field.ts'
import { refuseInjection } from './header.ts'
import { printHtml } from './print.ts'
import { type Template, templateFor } from './template.ts'
import { type Addressing, addressing, type SharedIssue, tracksOf } from './track.ts'

/** Everything about one message that its mail is made of. */
export interface Rendering {
  readonly message: Id
  /** Null for a mail of its own. */
  readonly campaign: Id | null
  readonly handle: Handle
  /** Number of the policy under which it was accepted, and the day of that: what its tokens carry. */
  readonly policy: number
  readonly issued: Day
  readonly purpose: Pick<Purpose, 'name' | 'subscribed'>
  readonly plan: Omit<TrackingPlan, 'reason'>
  /** Null for a mail of its own, and where no kind is only counted. */
  readonly shared: SharedIssue | null
  readonly to: string
  readonly name: string | null
  readonly from: Mail['from']
  /** Bare. */
  readonly replyTo: string | null
  readonly merge: Readonly<Record<string, string>>
  /** Milliseconds since 1970: the Date header. */
  readonly at: number
  /** Base of every link, without a slash at its end. */
  readonly publicUrl: string
  readonly ring: KeyRing
}

export interface RenderedMail extends Mail {
  /** Destinations of the tracked links by ordinal: the first is link 1; empty where this recipient's link was left alone. */
  readonly links: readonly string[]
}

/** Throws `header_injection` or `merge_field_missing`; acceptance has refused both before. */
export function renderMail(given: Template, rendering: Rendering): RenderedMail {
  const { message, from, to, name, replyTo, purpose, plan, shared } = rendering
  const template = templateFor(given, rendering.merge, name)
  refuseInjection(from.address, from.name, to, name, replyTo)
  const tracks = tracksOf(plan, shared)
  const address = addressing(rendering, tracks, shared)
  const valueFor = valuesOf(rendering, address)
  const subject = fill(template.subject, valueFor)
  refuseInjection(subject)
  const printed = template.html && printHtml(template.html, tracks, valueFor, address)
  return {
    envelope: { from: from.address, to },
    from,
    to: { address: to, name },
    replyTo,
    subject,
    messageId: messageId(message, domainOf(from.address)),
    date: new Date(rendering.at),
    html: printed ? printed.html : null,
    text: template.text && fill(template.text, valueFor),
    headers: [
      ...(purpose.subscribed ? listHeaders(purpose.name, from, address.unsubscribe()) : serviceHeaders),
      feedbackId(rendering),
    ],
    attachments: template.attachments,
    links: printed ? printed.links : [],
  }
}

/** The merged subject, for acceptance to refuse what could end its header line; throws as renderMail does. */
export function subjectOf(template: Template, merge: Rendering['merge'], name: string | null): string {
  // An address was parsed before, and holds nothing that a header could not.
  const valueFor = (field: string): string => valueIn(merge, name, field) ?? (field === 'email' ? '' : missing())
  const subject = fill(templateFor(template, merge, name).subject, valueFor)
  refuseInjection(subject)
  return subject
}

const missing = (): never => {
  throw fieldMissing()
}

const valuesOf =
  ({ merge, name, to }: Rendering, address: Addressing): ValueFor =>
  (field) => {
    if (field === 'unsubscribe_url') return address.unsubscribe()
    if (field === 'rights_url') return address.rights()
    return valueIn(merge, name, field) ?? (field === 'email' ? to : missing())
  }

/** The same at every attempt, so that a receiver can tell a repetition; derived apart from the tokens, it opens nothing. */
const messageId = (message: Id, domain: string): string => `<${digest(`message-id:${message}`).slice(0, 32)}@${domain}>`

/** RFC 8058 section 3.1, RFC 2369, RFC 2919: each purpose that people subscribe to is a list. */
const listHeaders = (purpose: string, from: Mail['from'], unsubscribe: string): Mail['headers'] => [
  { name: 'List-Id', value: `<${purpose}.${domainOf(from.address)}>` },
  { name: 'List-Unsubscribe', value: `<${unsubscribe}>` },
  { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
]

/** By which providers count complaints together: campaign, purpose, sender; nothing in it differs between two recipients. */
const feedbackId = ({ campaign, purpose, from }: Rendering): Mail['headers'][number] => {
  const sender = digest(`feedback-id:${domainOf(from.address)}`).slice(0, 12)
  return { name: 'Feedback-ID', value: `${campaign ?? 'single'}:${purpose.name}:${sender}` }
}

/** RFC 3834 section 5: nobody's holiday notice should answer a machine. */
const serviceHeaders: Mail['headers'] = Object.freeze([{ name: 'Auto-Submitted', value: 'auto-generated' }])
