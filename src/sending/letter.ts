import { type Clock, dayOf, Fault } from '../base/index.ts'
import { type KeyRing, purposeOf, type TrackingPlan } from '../gate/index.ts'
import type { Claimed } from '../ledger/index.ts'
import type { EventKind, PolicyBook } from '../policy/policy.ts'
import type { Mail } from '../transport/index.ts'
import type { MakeCertificate } from './certificate/index.ts'
import { compileTemplate, renderMail, type SharedIssue } from './compose/index.ts'
import type { Stamp } from './feedback/index.ts'
import { parseSender } from './sender.ts'
import type { Shelved, TemplateShelf } from './shelf.ts'

export interface LetterNeeds {
  readonly shelf: Pick<TemplateShelf, 'campaign'>
  readonly ring: KeyRing
  readonly book: PolicyBook
  readonly clock: Clock
  /** Base of every link in a mail, without a slash at its end. */
  readonly publicUrl: string
  /** `Name <address>` for messages and campaigns that name no sender. */
  readonly defaultFrom: string
  /** The same by purpose, where it differs. */
  readonly senders?: Senders
  /** Return path and what belongs to it; none when left out. */
  readonly stamp?: Stamp
  /** Draws the certificate that a message carries. */
  readonly make?: MakeCertificate
}

/** Who mail of a purpose is from, and where answers go, unless the mail or its campaign says so itself. */
export type Senders = ReadonlyMap<string, { readonly from: string | null; readonly replyTo: string | null }>

/** A mail ready for the wire, and what of it may be kept if the policy grants it. */
export interface Letter {
  readonly mail: Mail
  readonly links: readonly string[]
  readonly tracked: TrackingPlan
}

export type WriteLetter = (message: Claimed, plan: TrackingPlan) => Promise<Letter>

/** Writes a claimed message's mail; the content is its own or its campaign's, compiled once. */
export function newLetterWriter(needs: LetterNeeds): WriteLetter {
  const { shelf, ring, book, clock, publicUrl, defaultFrom, stamp = (mail) => mail, make = noCertificates } = needs
  return async (message, plan) => {
    const own = needs.senders?.get(message.purpose)
    const shelved = message.campaign === null ? null : await shelf.campaign(message.campaign)
    const template = message.content ? compileTemplate(message.content) : (shelved ?? contentGone()).template
    const shared = shelved && sharedBy(shelved, message, book)
    const tracked = shared ? countable(plan, shared, book) : plan
    const ordered = message.content?.certificate
    const certificate = ordered ? await make(message, ordered) : null
    const { links, ...mail } = renderMail(template, {
      message: message.id,
      campaign: message.campaign,
      handle: message.handle,
      policy: message.policy,
      issued: message.accepted,
      purpose: purposeOf(book.inForce, message.purpose) ?? { name: message.purpose, subscribed: true },
      plan: tracked,
      shared,
      to: message.to,
      name: message.name,
      from: parseSender(message.from ?? shelved?.campaign.from ?? own?.from ?? defaultFrom),
      replyTo: message.replyTo ?? shelved?.campaign.replyTo ?? own?.replyTo ?? null,
      merge: certificate ? { ...message.merge, ...certificate.merge } : message.merge,
      at: clock.now(),
      publicUrl,
      ring,
    })
    const whole = certificate ? { ...mail, attachments: [...mail.attachments, certificate.attachment] } : mail
    return { mail: stamp(whole, message.id), links, tracked }
  }
}

const kinds: readonly EventKind[] = ['open', 'click']

/**
 * What a campaign's recipients share. A kind that any of the policies concerned only counts is only counted: of the
 * campaign, of the message, and in force. The day is that of the campaign, so that its tokens never differ.
 */
function sharedBy({ campaign }: Shelved, message: Claimed, { inForce, all }: PolicyBook): SharedIssue | null {
  const policies = [inForce, all.get(message.policy), all.get(campaign.policy)]
  const counted = kinds.filter((kind) => policies.some((policy) => policy?.events[kind].mode === 'tally'))
  if (counted.length === 0) return null
  const { id, policy, createdAt } = campaign
  return { campaign: id, policy, issued: dayOf(createdAt), kinds: new Set(counted) }
}

/** A shared token speaks for the campaign's policy: where that one records nothing, there is none. */
function countable(plan: TrackingPlan, { policy, kinds }: SharedIssue, { all }: PolicyBook): TrackingPlan {
  const off = (kind: EventKind) => kinds.has(kind) && (all.get(policy)?.events[kind].mode ?? 'off') === 'off'
  return { ...plan, opens: plan.opens && !off('open'), clicks: plan.clicks && !off('click') }
}

function contentGone(): Shelved {
  throw new Fault(
    'content_gone',
    'A message has no content of its own and its campaign is gone.',
    'Send it again; a campaign must be kept until its messages are settled.',
  )
}

const noCertificates: MakeCertificate = async () => {
  throw new Fault(
    'certificates_off',
    'This process draws no certificates.',
    'Run the send role with a letter writer that can make them.',
  )
}
