import { Fault, type Id, keyedHash, newId } from '../base/index.ts'
import { type Attachment, type Content, readConsent, type SendRequest, type TrackingPlan } from '../gate/index.ts'
import type { Ledger, MessageStatus } from '../ledger/index.ts'
import type { Policy } from '../policy/policy.ts'
import { campaignOver, openCampaign } from './campaign.ts'
import { checkSenders, readContent } from './content.ts'
import type { Feed } from './feed.ts'
import { type PermitNeeds, permitAll, sendingPurpose } from './permit.ts'
import { readRecipient, trackingPurpose } from './recipient.ts'
import type { TemplateShelf } from './shelf.ts'
import type { Data, MailTemplates } from './template/index.ts'

/** One message as an application asks for it; the API's schema has the same shape. */
export interface MessageInput {
  readonly to: { readonly email: string; readonly name?: string | undefined }
  readonly from?: string | undefined
  readonly replyTo?: string | undefined
  readonly subject?: string | undefined
  readonly html?: string | undefined
  readonly text?: string | undefined
  /** A stored template's name, or `name@digest`, in the place of subject, html and text. */
  readonly template?: string | undefined
  /** Text and numbers; with a template also true, false, lists and objects. */
  readonly data?: Data | undefined
  readonly purpose: string
  readonly campaign?: string | undefined
  readonly consent?:
    | {
        readonly tracking: boolean
        readonly at: string
        readonly source: string
        readonly wording: string
      }
    | undefined
  readonly attachments?: readonly Attachment[] | undefined
}

export interface AcceptNeeds extends PermitNeeds {
  readonly ledger: Pick<Ledger, 'standings' | 'accept' | 'recordConsent' | 'campaign' | 'remember' | 'message'>
  readonly shelf: TemplateShelf
  readonly templates: Pick<MailTemplates, 'fill'>
  readonly feed: Pick<Feed, 'nudge'>
  /** Keys the digests of bodies, which hold addresses and could be guessed if they were plain. */
  readonly digestKey: Uint8Array
}

export interface Acceptance {
  readonly id: Id
  readonly status: MessageStatus
  readonly reason?: string
  readonly tracked: TrackingPlan
}

/** The Idempotency-Key header and the body it came with. */
export interface Once {
  readonly key: string
  readonly body: Uint8Array
}

export type Accept = (input: MessageInput, once?: Once) => Promise<Acceptance>

/**
 * Accepts one message: checked, permitted, durable, and on its way. A recipient who may not be written to is an outcome
 * (`refused`); whatever is wrong with the request is a fault. With `once`, the same key gives the same answer for 24 h.
 */
export function newAccept(needs: AcceptNeeds): Accept {
  return async (input, once) => {
    const request = await readMessage(needs, input)
    const id = once ? await claimKey(needs, once, request.id) : request.id
    const known = once ? await needs.ledger.message(id) : null
    if (known) return answerOf(known.id, known.status, known.reason, known.tracked)
    const [answer] = await permitAll(needs, [{ ...request, id }])
    const { facts, accepted, over } = answer!
    if (over) throw campaignOver()
    needs.feed.nudge()
    if (!accepted) {
      const earlier = await needs.ledger.message(answer!.id)
      if (earlier) return answerOf(earlier.id, earlier.status, earlier.reason, earlier.tracked)
    }
    return answerOf(answer!.id, facts.refused ? 'refused' : 'queued', facts.refused, facts.plan)
  }
}

const answerOf = (id: Id, status: MessageStatus, reason: string | null, tracked: TrackingPlan): Acceptance => ({
  id,
  status,
  ...(reason === null ? {} : { reason }),
  tracked,
})

/** The id that the key stands for: `fresh` when the key is new, the earlier one when it is not. */
export async function claimKey(
  { ledger, digestKey }: { readonly ledger: Pick<Ledger, 'remember'>; readonly digestKey: Uint8Array },
  once: Once,
  fresh: Id,
): Promise<Id> {
  if (!/^[\x21-\x7e]{1,255}$/.test(once.key)) {
    throw new Fault(
      'idempotency_key_invalid',
      'The Idempotency-Key is not 1 to 255 visible ASCII characters.',
      'Use a UUID.',
    )
  }
  const { state, id } = await ledger.remember(once.key, keyedHash(digestKey, once.body).toString('hex'), fresh)
  if (state !== 'conflict') return id
  throw new Fault(
    'idempotency_conflict',
    'This Idempotency-Key was used with another body within the last 24 hours.',
    'Use a new key for a new message; repeat the body byte for byte to repeat a request.',
  )
}

async function readMessage(needs: AcceptNeeds, input: MessageInput): Promise<SendRequest> {
  const policy = needs.book.inForce
  const purpose = sendingPurpose(policy, input.purpose)
  checkSenders(input.from, input.replyTo)
  const campaign = input.campaign === undefined ? null : await openCampaign(needs.ledger, input.campaign, purpose.name)
  const filled = input.template === undefined ? null : await fillTemplate(needs, input, input.template)
  const own = filled?.content ?? contentOf(input)
  const template = !own && campaign ? needs.shelf.templateOf(campaign) : readContent(own ?? nothing, purpose)
  const data = filled?.merge ?? flat(input.data ?? {})
  const recipient = readRecipient({ email: input.to.email, name: input.to.name ?? null, data }, template)
  const acceptedAt = needs.clock.now()
  return {
    id: newId(),
    purpose: purpose.name,
    campaign: campaign?.id ?? null,
    ...recipient,
    from: input.from ?? null,
    replyTo: input.replyTo ?? null,
    content: own,
    consents: consentsOf(policy, input, acceptedAt),
    acceptedAt,
  }
}

/** The template, filled for this message: what it shows are merge fields like any other content's. */
async function fillTemplate({ templates }: AcceptNeeds, input: MessageInput, reference: string) {
  const { subject, html, text, campaign, attachments = [] } = input
  const { content, merge } = await templates.fill(reference, input.data ?? {}, input.to)
  if ([subject, html, text, campaign].some((each) => each !== undefined)) {
    throw new Fault(
      'template_and_content',
      'A message names a template and brings a content of its own, or its campaign’s.',
      'Send `template` and `data`, or `subject` and `html` or `text`, or `campaign`.',
    )
  }
  return { content: { ...content, attachments }, merge }
}

function flat(data: Data): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => {
      if (typeof value === 'string' || typeof value === 'number') return [field, String(value)]
      throw new Fault(
        'field_invalid',
        'A merge field is neither text nor a number.',
        'Lists, objects, true and false are for the `data` of a template.',
      )
    }),
  )
}

const nothing: Content = Object.freeze({ subject: '', html: null, text: null, attachments: [] })

function contentOf(input: MessageInput): Content | null {
  const { subject, html, text, attachments = [] } = input
  if (subject === undefined && html === undefined && text === undefined && attachments.length === 0) return null
  return { subject: subject ?? '', html: html ?? null, text: text ?? null, attachments }
}

/** A record of consent to a purpose that the policy does not have has no clause to be kept under. */
function consentsOf(policy: Policy, input: MessageInput, now: number): SendRequest['consents'] {
  if (!input.consent) return []
  const { tracking, at, source, wording } = input.consent
  const state = tracking ? ('granted' as const) : ('withdrawn' as const)
  const record = readConsent({ purpose: trackingPurpose, state, at, source, wording }, now, policy.controller.contact)
  return policy.purposes.has(trackingPurpose) ? [record] : []
}
