import { Fault, newId } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Acceptance } from './accept.ts'
import { openCampaign } from './campaign.ts'
import type { Feed } from './feed.ts'
import { type PermitNeeds, permitAll, sendingPurpose } from './permit.ts'
import { readRecipient } from './recipient.ts'
import type { TemplateShelf } from './shelf.ts'

export interface TestSendNeeds extends PermitNeeds {
  readonly ledger: Pick<Ledger, 'standings' | 'accept' | 'recordConsent' | 'campaign'>
  readonly shelf: TemplateShelf
  readonly feed: Pick<Feed, 'nudge'>
}

export interface TestRecipient {
  readonly email: string
  readonly name?: string | undefined
  readonly data?: Readonly<Record<string, string | number>> | undefined
}

const mark = '[Test] '

/**
 * One mail of a campaign to one reader before it goes to all: marked in its subject, never recorded, part of no count. A
 * field without a value shows its own name. Whoever may not be written to for this purpose gets no test of it either.
 */
export async function sendTest(needs: TestSendNeeds, id: string, to: TestRecipient): Promise<Acceptance> {
  const { ledger, shelf, book, feed, clock } = needs
  const campaign = await openCampaign(ledger, id)
  const purpose = sendingPurpose(book.inForce, campaign.purpose)
  if (campaign.content.subject === '') {
    throw new Fault('content_empty', 'The campaign has no content any more.', 'Test it while it is a draft.')
  }
  const template = shelf.templateOf(campaign)
  const given = Object.entries(to.data ?? {}).map(([field, value]) => [field, String(value)] as const)
  const shown = template.fields.filter((field) => field !== 'name').map((field) => [field, `‹${field}›`] as const)
  const data = Object.fromEntries([...shown, ...given])
  const recipient = readRecipient({ email: to.email, name: to.name ?? 'Test', data }, template)
  const { from, replyTo, content } = campaign
  const [answer] = await permitAll(needs, [
    {
      ...{ id: newId(), purpose: purpose.name, campaign: null, ...recipient, from, replyTo, consents: [] },
      content: { ...content, subject: mark + content.subject, test: true },
      acceptedAt: clock.now(),
    },
  ])
  feed.nudge()
  const { facts, id: message } = answer!
  const refused = facts.refused === null ? {} : { reason: facts.refused }
  return { id: message, status: facts.refused === null ? 'queued' : 'refused', ...refused, tracked: facts.plan }
}
