import { type Address, Fault, parseAddress, refuseControls } from '../base/index.ts'
import { refuseCards } from '../gate/index.ts'
import {
  isYes,
  missingFields,
  refuseInjection,
  subjectOf,
  type Template,
  templateFor,
  valueIn,
} from './compose/index.ts'
import { FieldsMissing } from './fields-missing.ts'

/** Tracking consents name this purpose in every shipped policy. */
export const trackingPurpose = 'insight'

/** One recipient as a caller gives it; values that are empty count as missing. */
export interface RecipientInput {
  readonly email: string
  readonly name: string | null
  readonly data: Readonly<Record<string, string>>
}

export interface Recipient {
  readonly to: Address
  readonly name: string | null
  /** The merge fields that this recipient's mail shows, and no others: what no mail shows is not kept (law 1). */
  readonly merge: Readonly<Record<string, string>>
}

/** The address in a request, or `header_injection`, `address_invalid`. */
export function readAddress(text: string): Address {
  refuseInjection(text)
  const address = parseAddress(text.trim())
  if (address) return address
  throw new Fault('address_invalid', 'This is not an email address.', 'Give one address of the form local@domain.')
}

/** What the template shows of this recipient. Throws a coded fault that names fields, never values. */
export function readRecipient(input: RecipientInput, template: Template): Recipient {
  const to = readAddress(input.email)
  const name = input.name?.trim() || null
  refuseInjection(name)
  const has = (field: string): boolean => Object.hasOwn(input.data, field) && input.data[field]!.trim() !== ''
  const shown = templateFor(template, input.data, name).fields
  const merge = Object.fromEntries(shown.filter(has).map((field) => [field, input.data[field]!]))
  refuseCards([name, ...Object.values(merge)])
  for (const field of template.asked) {
    // Of what is only asked after, the answer is all that the mail needs.
    if (!Object.hasOwn(merge, field) && isYes(valueIn(input.data, null, field))) merge[field] = yes
  }
  const missing = missingFields(template, merge, name)
  if (missing.length > 0) {
    const next = 'Give each field that the content names a value, or take the field out of the content.'
    throw new FieldsMissing(missing, next)
  }
  // A line break in a value matters where the subject shows it; in the body it is only a line break.
  if (subjectOf(template, merge, name).trim() === '') {
    throw new Fault(
      'content_empty',
      'The subject says nothing to this recipient.',
      'Give its conditions an {{else}}, or words outside of them.',
    )
  }
  refuseControls(...Object.values(merge))
  return { to, name, merge }
}

const yes = '1'
