import { type Clock, dayOf, Fault, type Id, isoDay } from '../base/index.ts'
import { purposeOf } from '../gate/index.ts'
import type { Ledger, MessageView } from '../ledger/index.ts'
import type { Basis, EventKind, Policy, PolicyBook } from '../policy/policy.ts'

export interface WhyNeeds {
  readonly ledger: Pick<Ledger, 'message' | 'events'>
  readonly book: PolicyBook
  readonly clock: Clock
}

/** Why a message was sent, recorded and kept, and until when: sentences that name nobody and show nothing of the mail. */
export interface Why {
  readonly id: Id
  readonly sent: readonly string[]
  readonly tracked: readonly string[]
  readonly kept: readonly string[]
}

const bases: Readonly<Record<Basis, string>> = {
  consent: 'the consent of its reader',
  contract: 'a contract with its reader',
  legal_obligation: 'a legal obligation',
  vital_interests: 'vital interests',
  public_task: 'a public task',
  legitimate_interests: 'legitimate interests',
}

const outcomes: Readonly<Record<MessageView['status'], string>> = {
  queued: 'It waits to be sent.',
  sending: 'It is being sent.',
  sent: 'The mail server took it.',
  bounced: 'The mail server said that the address will not take it.',
  failed: 'It could not be sent.',
  refused: 'It was not sent, since its reader may not be written to for this.',
  cancelled: 'It was cancelled.',
  expired: 'It waited for longer than its content may, and was not sent.',
  uncertain: 'It was handed over, and nobody knows whether it arrived.',
}

const reasons: Readonly<Record<MessageView['tracked']['reason'], string>> = {
  policy_off: 'the policy records none of it',
  consent_given: 'its reader consented to that',
  consent_missing: 'its reader was not asked, or did not say yes',
  consent_withdrawn: 'its reader took the consent back',
  objected: 'its reader may not be recorded',
  policy_grants: 'the policy grants it without a consent',
  tally_needs_campaign: 'the policy only counts, and a count of one message would be a record of one reader',
}

/** Throws `message_unknown`, in the same words for a message that was erased or purged and for one that never was. */
export function newWhy({ ledger, book, clock }: WhyNeeds): (id: string) => Promise<Why> {
  return async (id) => {
    const message = /^[\w-]{22}$/.test(id) ? await ledger.message(id) : null
    if (!message) throw messageUnknown()
    const then = book.all.get(message.policy) ?? null
    const events = await ledger.events(id)
    const today = dayOf(clock.now())
    return {
      id: message.id,
      sent: whySent(message, then, book.inForce),
      tracked: whyTracked(message, then, book.inForce, today),
      kept: [...untilWhen(message), ...eventSentences(events.length, then, book.inForce)],
    }
  }
}

export const messageUnknown = (): Fault =>
  new Fault('message_unknown', 'There is no such message, or no longer.', 'Use the id that POST /v1/messages answered.')

const version = ({ name, number }: Policy): string => `${name} (version ${number.toString(16).padStart(8, '0')})`

function whySent(message: MessageView, then: Policy | null, now: Policy): readonly string[] {
  const purpose = purposeOf(then ?? now, message.purpose)
  const rests = purpose ? `, which rests on ${bases[purpose.basis]}` : ''
  const accepted = `It was accepted on ${isoDay(dayOf(message.acceptedAt))} for the purpose "${message.purpose}"${rests}.`
  const under = then ? `The policy was ${version(then)}.` : 'The policy of that day is not known any more.'
  const since = then?.number === now.number ? [] : [`Now it is ${version(now)}; the narrower of the two holds.`]
  const campaign = message.campaign === null ? [] : [`It belongs to the campaign ${message.campaign}.`]
  const reason = message.reason === null ? '' : ` The reason is ${message.reason}.`
  return [accepted, under, ...since, ...campaign, outcomes[message.status] + reason]
}

function whyTracked({ tracked, acceptedAt }: MessageView, then: Policy | null, now: Policy, today: number) {
  const kinds = [tracked.opens ? 'opens' : '', tracked.clicks ? 'clicks' : ''].filter(Boolean).join(' and ')
  const date = tracked.lastOpen ? ['Of its opens only the date of the last one is kept.'] : []
  if (!kinds) return [`Neither opens nor clicks are recorded: ${reasons[tracked.reason]}.`, ...date]
  const days = (kind: EventKind) => Math.min(...[then, now].map((policy) => policy?.events[kind].recordingDays ?? 0))
  const until = dayOf(acceptedAt) + Math.max(tracked.opens ? days('open') : 0, tracked.clicks ? days('click') : 0)
  const how = [then, now].some(
    (policy) => policy?.events.open.mode === 'tally' || policy?.events.click.mode === 'tally',
  )
  const counted = how ? ' They are only counted, for all recipients together.' : ''
  const over = until < today ? 'were recorded until' : 'are recorded until'
  return [`Its ${kinds} ${over} ${isoDay(until)}: ${reasons[tracked.reason]}.${counted}`, ...date]
}

function untilWhen({ status, until }: MessageView): readonly string[] {
  const words = {
    recipient: 'Its address and name are',
    subject: 'Its subject line is',
    links: 'The addresses of its links are',
  }
  const waits = status === 'queued' || status === 'sending'
  const groups = (['recipient', 'subject', 'links'] as const).flatMap((group) => {
    const day = until[group]
    return day === null ? [] : [`${words[group]} kept until ${isoDay(day)}.`]
  })
  const content = waits
    ? [
        'Its content, address and merge values are sealed until it is sent, and go with the outcome as far as no period holds them.',
      ]
    : ['Its content is gone.']
  return [`That it was sent, and how that went, is kept until ${isoDay(until.delivery)}.`, ...content, ...groups]
}

function eventSentences(count: number, then: Policy | null, now: Policy): readonly string[] {
  if (count === 0) return ['No open or click of it is held.']
  const days = (['open', 'click'] as const).map((kind) =>
    Math.min(...[then, now].map((policy) => policy?.events[kind].retentionDays ?? 0)),
  )
  return [`${count} opens and clicks of it are held, each for at most ${Math.max(...days)} days.`]
}
