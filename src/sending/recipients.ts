import { Fault, type Id, idsTogether, isFault } from '../base/index.ts'
import { type ConsentRecord, readConsent, type SendRequest } from '../gate/index.ts'
import type { CampaignView, Ledger } from '../ledger/index.ts'
import type { Policy } from '../policy/policy.ts'
import { openCampaign } from './campaign.ts'
import type { Template } from './compose/index.ts'
import { csvRows, type Row } from './csv.ts'
import type { Feed } from './feed.ts'
import { type LineFault, lineFault, newLineFaults } from './line-faults.ts'
import { linesOf } from './lines.ts'
import { ndjsonRows } from './ndjson.ts'
import { type PermitNeeds, permitAll } from './permit.ts'
import { readRecipient, trackingPurpose } from './recipient.ts'
import type { TemplateShelf } from './shelf.ts'

export interface RecipientsNeeds extends PermitNeeds {
  readonly ledger: Pick<Ledger, 'standings' | 'accept' | 'recordConsent' | 'campaign'>
  readonly shelf: TemplateShelf
  readonly feed: Pick<Feed, 'nudge'>
}

/** What became of an upload. Each line is in exactly one of the counts; `faults` names the first thousand of `faulty`. */
export interface Upload {
  readonly accepted: number
  readonly duplicates: number
  /** Kept as refused messages: people who may not be written to. */
  readonly refused: number
  readonly faulty: number
  readonly faults: readonly LineFault[]
  /** What to do about a file that seems to be in another charset. */
  readonly next?: string
}

export type RecipientFormat = 'csv' | 'ndjson'

/** Takes a campaign's recipients from a stream, in batches and constant memory; a fault in one line stops no other. */
export function newRecipients(needs: RecipientsNeeds) {
  return async (id: Id, format: RecipientFormat, source: AsyncIterable<Uint8Array>): Promise<Upload> => {
    const campaign = await openCampaign(needs.ledger, id)
    const template = needs.shelf.templateOf(campaign)
    const spelling = new Map([...template.fields, ...template.asked].map((field) => [field.toLowerCase(), field]))
    const counts = { accepted: 0, duplicates: 0, refused: 0 }
    const leftOut = newLineFaults()
    const rows = format === 'csv' ? csvRows(linesOf(source)) : ndjsonRows(linesOf(source))
    for await (const batch of rows) {
      const requests: SendRequest[] = []
      const lines: number[] = []
      const nextId = idsTogether()
      for (const row of batch) {
        const request = readRow(row, nextId(), campaign, template, spelling, needs)
        if ('code' in request) leftOut.add(request)
        else {
          requests.push(request)
          lines.push(row.line)
        }
      }
      for (const [index, { accepted, over, facts }] of (await permitAll(needs, requests)).entries()) {
        // One that ran out of recipients, or was cancelled, while the file was still coming.
        if (over) leftOut.add({ line: lines[index]!, code: 'campaign_over' })
        else if (!accepted) counts.duplicates++
        else if (facts.refused) counts.refused++
        else counts.accepted++
      }
    }
    if (campaign.status === 'running') needs.feed.nudge()
    return { ...counts, ...leftOut.told(), ...leftOut.hint() }
  }
}

/** The request in one row, or its fault. */
function readRow(
  row: Row,
  id: Id,
  campaign: CampaignView,
  template: Template,
  spelling: ReadonlyMap<string, string>,
  { book, clock }: RecipientsNeeds,
): SendRequest | LineFault {
  if (row.code !== undefined) return { line: row.line, code: row.code }
  try {
    const acceptedAt = clock.now()
    const { email = '', name = null } = row.values
    // Columns are matched to the content's fields without regard to case; a column that no field names is not kept.
    const data = Object.fromEntries(
      Object.entries(row.values).flatMap(([column, value]) => {
        const field = spelling.get(column)
        return field === undefined ? [] : [[field, value]]
      }),
    )
    const recipient = readRecipient({ email, name, data }, template)
    return {
      id,
      purpose: campaign.purpose,
      campaign: campaign.id,
      ...recipient,
      from: null,
      replyTo: null,
      content: null,
      consents: consentsOf(row.values, book.inForce, acceptedAt),
      acceptedAt,
    }
  } catch (cause) {
    if (isFault(cause)) return lineFault(row.line, cause)
    throw cause
  }
}

/** `consent_at` and its kin are for tracking; `campaign_consent_at` and so on for the purpose that they name. */
function consentsOf(values: Readonly<Record<string, string>>, policy: Policy, now: number): readonly ConsentRecord[] {
  const known = [...policy.purposes.keys()].map((purpose) => [purpose, `${purpose}_`] as const)
  const columns = policy.purposes.has(trackingPurpose) ? [[trackingPurpose, ''] as const, ...known] : known
  return columns.flatMap(([purpose, prefix]) => {
    const [at, source, wording] = parts.map((part) => values[`${prefix}consent_${part}`]?.trim() ?? '')
    // Source and wording are often the same for a whole file: a row without a date is a row without a consent.
    if (!at) return []
    const record = { purpose, state: 'granted', at, source: source!, wording: wording! } as const
    return [readConsent(record, now, policy.controller.contact)]
  })
}

const parts = ['at', 'source', 'wording'] as const

/** `text/csv` or `application/x-ndjson`, with parameters. Throws `media_type_unknown`. */
export function recipientFormat(contentType: string | null): RecipientFormat {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === 'text/csv') return 'csv'
  if (type === 'application/x-ndjson' || type === 'application/jsonl') return 'ndjson'
  throw new Fault(
    'media_type_unknown',
    'Recipients are neither CSV nor newline-delimited JSON.',
    'Send Content-Type: text/csv or application/x-ndjson.',
  )
}
