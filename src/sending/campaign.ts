import { type Clock, Fault, holdsAddress, type Id, newId } from '../base/index.ts'
import type { Content } from '../gate/index.ts'
import type { CampaignCounts, CampaignStatus, CampaignView, Ledger } from '../ledger/index.ts'
import type { PolicyBook } from '../policy/policy.ts'
import { linkCount, refuseInjection, type Template } from './compose/index.ts'
import { checkSenders, readContent } from './content.ts'
import type { Feed } from './feed.ts'
import { sendingPurpose } from './permit.ts'
import { onlyCounted, published } from './published.ts'
import { whyRefused } from './refused.ts'
import type { Data, MailTemplates } from './template/index.ts'

export interface CampaignNeeds {
  readonly ledger: Pick<
    Ledger,
    'createCampaign' | 'campaign' | 'campaigns' | 'moveCampaign' | 'scheduleCampaign' | 'counts' | 'tallies' | 'counted'
  >
  readonly templates: Pick<MailTemplates, 'prepare'>
  readonly book: PolicyBook
  readonly feed: Pick<Feed, 'nudge'>
  readonly clock: Clock
}

export interface CampaignInput {
  readonly name: string
  readonly subject?: string | undefined
  readonly html?: string | undefined
  readonly text?: string | undefined
  /** A stored template in the place of these; `data` is the sender's own, other fields are the recipients'. */
  readonly template?: string | undefined
  readonly data?: Data | undefined
  readonly purpose: string
  readonly from?: string | undefined
  readonly replyTo?: string | undefined
}

export type CampaignMove = 'start' | 'pause' | 'resume' | 'cancel'

const targets: Readonly<Record<CampaignMove, CampaignStatus>> = {
  start: 'running',
  pause: 'paused',
  resume: 'running',
  cancel: 'cancelled',
}
// `start` on a paused campaign and `resume` on a draft are mistakes worth telling apart.
const origins: Readonly<Record<CampaignMove, readonly CampaignStatus[]>> = {
  start: ['draft'],
  pause: ['running'],
  resume: ['paused'],
  cancel: ['draft', 'running', 'paused'],
}

export const campaignOver = (): Fault =>
  new Fault('campaign_over', 'This campaign is over and takes no more messages.', 'Create a new campaign.')

/** The name is in clear in every list and report, and no erasure reaches it. */
const nameTells = (): Fault =>
  new Fault(
    'address_in_name',
    'The name of a campaign holds an email address or an IP address.',
    'Name the campaign without addresses; recipients come with POST /v1/campaigns/{id}/recipients.',
  )

const unknown = (): Fault =>
  new Fault('campaign_unknown', 'There is no such campaign.', 'Use the id that POST /v1/campaigns answered.')

export interface CreatedCampaign {
  readonly id: Id
  /** Web links that may be tracked, and those that stay as they are, by the reason. */
  readonly links: { readonly tracked: number; readonly left: Template['left'] }
  /** `html_large`: with its links rewritten the html passes what large providers show uncut. */
  readonly warnings: readonly 'html_large'[]
}

/** Gmail cuts a message's html after about this many bytes and hides the rest, the way out at its end included. */
const uncut = 102_400
const pixelBytes = 330
const linkBytes = 240

const isLarge = (html: string | null, links: number): boolean =>
  html !== null && Buffer.byteLength(html) + links * linkBytes + pixelBytes > uncut

/** Keeps a draft. Throws what is wrong with its content, purpose or sender. */
export async function createCampaign(needs: CampaignNeeds, input: CampaignInput): Promise<CreatedCampaign> {
  const policy = needs.book.inForce
  const purpose = sendingPurpose(policy, input.purpose)
  refuseInjection(input.name)
  if (holdsAddress(input.name)) throw nameTells()
  checkSenders(input.from, input.replyTo)
  const content = await contentOf(needs, input)
  const template = readContent(content, purpose)
  const links = linkCount(template)
  const id = newId()
  await needs.ledger.createCampaign({
    id,
    name: input.name,
    purpose: purpose.name,
    from: input.from ?? null,
    replyTo: input.replyTo ?? null,
    content,
    links,
    policy: policy.number,
    createdAt: needs.clock.now(),
  })
  const warnings = isLarge(content.html, links) ? (['html_large'] as const) : []
  return { id, links: { tracked: links, left: template.left }, warnings }
}

async function contentOf({ templates }: CampaignNeeds, input: CampaignInput): Promise<Content> {
  const { subject, html = null, text = null, template, data = {} } = input
  if (template === undefined) {
    if (subject !== undefined) return { subject, html, text, attachments: [] }
    throw new Fault(
      'field_missing',
      'The body does not have the expected shape: subject.',
      'Give `subject`, or `template`.',
    )
  }
  if (subject === undefined && html === null && text === null) return templates.prepare(template, data)
  throw new Fault(
    'template_and_content',
    'A campaign names a template and brings a content of its own.',
    'Send `template` and `data`, or `subject` and `html` or `text`.',
  )
}

/** Throws `campaign_unknown`; `campaign_state` when the move makes no sense from where it is. A repetition is no fault. */
export async function moveCampaign(needs: CampaignNeeds, id: Id, move: CampaignMove): Promise<CampaignStatus> {
  const campaign = await needs.ledger.campaign(id)
  if (!campaign) throw unknown()
  const target = targets[move]
  const possible = origins[move].includes(campaign.status)
  const moved = possible && (await needs.ledger.moveCampaign(id, target, needs.clock.now()))
  if (!moved && campaign.status !== target) {
    throw new Fault(
      'campaign_state',
      `A campaign that is ${campaign.status} cannot ${move}.`,
      'Look at its status with GET /v1/campaigns/{id}.',
    )
  }
  if (target === 'running') needs.feed.nudge()
  return target
}

/**
 * Opens and clicks are events recorded, machines included; null while the campaign is too small to hide anyone. Of a kind
 * that is only counted they are what the report shows, people and machines together: nobody may be told from these either.
 */
export interface CampaignSummary {
  readonly campaign: CampaignView
  readonly counts: Omit<CampaignCounts, 'opens' | 'clicks'> & {
    readonly opens: number | null
    readonly clicks: number | null
  }
  /** What to do about recipients that were refused; null where none was. */
  readonly next: string | null
}

export async function campaignSummary(
  { ledger, book }: Pick<CampaignNeeds, 'ledger' | 'book'>,
  id: Id,
): Promise<CampaignSummary> {
  const campaign = await ledger.campaign(id)
  if (!campaign) throw unknown()
  const counts = await ledger.counts(id)
  const shown = counts.recipients >= (book.inForce.tallies?.k ?? 1)
  const policies = [book.inForce, book.all.get(campaign.policy) ?? book.inForce]
  const counted = { open: onlyCounted(policies, 'open'), click: onlyCounted(policies, 'click') }
  const tallies = counted.open || counted.click ? await ledger.tallies(id) : []
  const { totals, machines } = published(campaign, { tallies, cohorts: [] }, book)
  const together = (people: number | null, others: number | null) =>
    people === null && others === null ? null : (people ?? 0) + (others ?? 0)
  const opens = counted.open ? together(totals.opens, machines.opens) : counts.opens
  const clicks = counted.click ? together(totals.clicks, machines.clicks) : counts.clicks
  const purpose = counts.refused > 0 ? book.inForce.purposes.get(campaign.purpose) : undefined
  const next = purpose ? whyRefused(purpose) : null
  return { campaign, counts: { ...counts, opens: shown ? opens : null, clicks: shown ? clicks : null }, next }
}

/** A campaign that still takes messages. Throws `campaign_unknown`, `campaign_over`, `campaign_purpose`. */
export async function openCampaign(
  ledger: Pick<Ledger, 'campaign'>,
  id: string,
  purpose: string | null = null,
): Promise<CampaignView> {
  const campaign = await ledger.campaign(id)
  if (!campaign) throw unknown()
  if (campaign.status === 'cancelled' || campaign.status === 'done') {
    throw campaignOver()
  }
  if (purpose !== null && purpose !== campaign.purpose) {
    throw new Fault(
      'campaign_purpose',
      'The message and its campaign have different purposes.',
      "Use the campaign's purpose.",
    )
  }
  return campaign
}
