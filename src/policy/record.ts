import { isTable, type Json, valueAt } from './canonical.ts'
import { controls, controlsOn } from './controls.ts'
import { csvOf } from './csv.ts'
import { type InventoryRow, inventoryOf } from './inventory.ts'
import { literal, markdownTable } from './markdown.ts'
import type { Attestation, Policy } from './policy.ts'
import { isUnfilledDay } from './slots.ts'

/** One purpose, as GDPR Art. 30(1) wants it described. */
export interface Activity {
  readonly purpose: string
  readonly means: string
  readonly basis: string
  readonly subjects: string
  readonly data: readonly string[]
  readonly recipients: readonly string[]
  /** Countries outside the European Economic Area where a processor sits; whether that is allowed is not judged here. */
  readonly transfers: readonly string[]
  readonly limits: readonly string[]
}

export interface RecordOfProcessing {
  /** `officer` is empty where none is named: not every controller has to have one. */
  readonly controller: Readonly<Record<'name' | 'contact' | 'address' | 'officer', string>>
  readonly policy: { readonly name: string; readonly digest: string; readonly effective: string }
  readonly activities: readonly Activity[]
  /** Technical and organisational measures, Art. 30(1)(g): what the software does, and what somebody vouches for. */
  readonly measures: readonly string[]
  readonly attestations: readonly Attestation[]
  /** Slots that nobody filled: until then this is a draft. */
  readonly unfilled: readonly string[]
}

const area = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(' '),
)
const safeguards = [
  ...['sealed-at-rest', 'hashed-keys', 'scoped-keys', 'closed-egress', 'closed-schema', 'shredded-content'],
  ...['coarse-events', 'unlinkable-tallies', 'small-cells', 'bound-retention', 'bare-logs', 'chained-audit'],
  ...['first-hop-tls', 'https-links', 'erasure'],
]

/** The record that GDPR Art. 30 asks of a controller, as far as this policy can know it. */
export function recordOfProcessing(policy: Policy): RecordOfProcessing {
  const document = JSON.parse(policy.source) as Json // our own canonical JSON
  const text = (path: readonly string[]): string => {
    const value = valueAt(document, path)
    return isTable(value) ? `[${String(value.slot)}]` : typeof value === 'string' ? value : ''
  }
  const rows = inventoryOf(policy)
  const open = policy.unfilled.includes('processors') ? ['[those who handle the mail]'] : []
  const recipients = policy.processors.map(({ name, country, purpose }) => `${name} (${country}): ${purpose}`)
  const transfers = [...new Set(policy.processors.map(({ country }) => country))].filter((code) => !area.has(code))
  const activities = [...policy.purposes.values()].map(({ name, basis, sends }): Activity => {
    const own = rows.filter(({ purposes }) => purposes.includes(name))
    return {
      ...{ purpose: name, means: text(['purposes', name, 'means']), basis, subjects: 'recipients of mail' },
      data: own.map(({ data, means }) => `${data}: ${means}`),
      // What is recorded of a hit is handed to nobody.
      recipients: sends ? [...open, ...recipients] : [],
      transfers: sends ? transfers : [],
      limits: limitsOf(own),
    }
  })
  return {
    controller: {
      ...policy.controller,
      address: text(['controller', 'address']),
      officer: text(['controller', 'officer']),
    },
    policy: { name: policy.name, digest: policy.digest, effective: policy.effective },
    activities,
    measures: controlsOn(safeguards, policy).flatMap((id) => controls[id]?.does ?? []),
    attestations: policy.attestations,
    unfilled: policy.unfilled,
  }
}

const limitsOf = (rows: readonly InventoryRow[]): readonly string[] =>
  [...Map.groupBy(rows, ({ kept }) => kept)].map(([kept, of]) => `${kept}: ${of.map(({ data }) => data).join(', ')}`)

const header = ['Purpose', 'Meaning', 'Basis', 'Data subjects', 'Data', 'Recipients', 'Third countries', 'Time limits']
const cells = (each: Activity): readonly string[] => [
  ...[each.purpose, each.means, each.basis, each.subjects, each.data.join('; ')],
  ...[each.recipients.join('; ') || 'none', each.transfers.join('; ') || 'none', each.limits.join('; ')],
]

export const recordCsv = ({ controller, policy, activities }: RecordOfProcessing): string =>
  csvOf(
    ['Controller', 'Contact', 'Policy', ...header],
    activities.map((each) => [controller.name, controller.contact, policy.name, ...cells(each)]),
  )

export function recordMarkdown(record: RecordOfProcessing): string {
  const { controller, policy, activities, measures, attestations, unfilled } = record
  const list = (lines: readonly string[]) => lines.map((line) => `- ${literal(line)}`).join('\n')
  const parts = [
    '# Record of processing activities',
    `Of ${literal(controller.name)}, ${literal(controller.address)}; contact: ${literal(controller.contact)}.`,
    ...(controller.officer ? [`Data protection officer: ${literal(controller.officer)}.`] : []),
    `From the policy \`${policy.name}\`, effective ${literal(policy.effective)}, digest \`${policy.digest}\`.`,
    ...(unfilled.length ? [`**Not filled in yet:** ${unfilled.map((slot) => `\`${slot}\``).join(', ')}.`] : []),
    markdownTable(header, activities.map(cells)),
    `## Measures\n\n${list(measures)}`,
    ...(attestations.length ? [`## Vouched for\n\n${list(attestations.map(vouched))}`] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

const vouched = ({ measure, by, until }: Attestation): string =>
  isUnfilledDay(until) ? `${measure}: nobody vouches for this yet` : `${measure}: ${by}, until ${until}`
