import { Fault, type Id } from '../base/index.ts'
import type { Suppress } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type EventKind, narrowerDays, type Policy, type PolicyBook } from '../policy/policy.ts'
import { onlyCounted, type Published, published } from './published.ts'

/**
 * Whether people are recipients, counted exactly; or an estimate, where a hit names no recipient, or is forgotten before the
 * recording ends: then they are told apart within a day only, and who comes back on another day counts again.
 */
export type Basis = 'exact' | 'estimate'

/** People and hits from k people up, in steps of k; null below, and where a figure would give another one away. */
export interface CampaignReport extends Published {
  readonly id: Id
  readonly name: string
  readonly k: number
  readonly step: number
  /** True where one of the kinds is an estimate. */
  readonly estimated: boolean
  readonly basis: Readonly<Record<EventKind, Basis>>
}

export interface ReportNeeds {
  readonly ledger: Pick<Ledger, 'campaign' | 'counted'>
  readonly book: PolicyBook
  /** Left out but in a test. */
  readonly suppress?: Suppress
}

/** What may be published of a campaign. Throws `campaign_unknown`. */
export async function campaignReport({ ledger, book, suppress }: ReportNeeds, id: Id): Promise<CampaignReport> {
  const campaign = await ledger.campaign(id)
  if (!campaign) {
    throw new Fault('campaign_unknown', 'There is no such campaign.', 'Use the id that POST /v1/campaigns answered.')
  }
  const k = book.inForce.tallies?.k ?? 1
  const then = book.all.get(campaign.policy) ?? book.inForce
  const basis = { open: basisOf('open', then, book.inForce), click: basisOf('click', then, book.inForce) }
  const estimated = basis.open === 'estimate' || basis.click === 'estimate'
  return {
    ...{ id, name: campaign.name, k, step: k, estimated, basis },
    ...published(campaign, await ledger.counted(id), book, suppress),
  }
}

function basisOf(kind: EventKind, then: Policy, now: Policy): Basis {
  const rules = [then.events[kind], now.events[kind]] as const
  if (rules.some(({ mode }) => mode === 'off')) return 'exact'
  const { retention, recording } = narrowerDays(...rules)
  return onlyCounted([then, now], kind) || retention < recording ? 'estimate' : 'exact'
}
