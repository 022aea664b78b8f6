import { Fault, isFault } from '../../base/index.ts'

/** The one table from codes to HTTP statuses; the rooms below know no HTTP. A code that is not here is ours to mend: 500. */
const statuses: Readonly<Record<string, number>> = {
  body_malformed: 400,
  key_missing: 401,
  // A signature is these routes' key; without a secret to compare with, nobody has one.
  signature_invalid: 401,
  feedback_off: 401,
  scope_missing: 403,
  api_key_unknown: 404,
  operator_key_unknown: 404,
  keys_elsewhere: 409,
  canary_running: 409,
  api_key_invalid: 422,
  route_unknown: 404,
  notification_invalid: 422,
  feedback_early: 503,
  message_unknown: 404,
  campaign_unknown: 404,
  format_unknown: 422,
  mailbox_off: 404,
  case_unknown: 404,
  address_taken: 409,
  idempotency_conflict: 409,
  campaign_state: 409,
  campaign_over: 409,
  body_too_large: 413,
  media_type_unknown: 415,
  unknown_field: 422,
  field_missing: 422,
  field_invalid: 422,
  address_invalid: 422,
  sender_invalid: 422,
  header_injection: 422,
  header_missing: 422,
  header_invalid: 422,
  card_number: 422,
  address_in_wording: 422,
  address_in_name: 422,
  merge_field_missing: 422,
  rights_links_missing: 422,
  content_empty: 422,
  content_invalid: 422,
  purpose_unknown: 422,
  purpose_not_sending: 422,
  campaign_purpose: 422,
  consent_incomplete: 422,
  consent_undated: 422,
  consent_in_future: 422,
  consent_language: 422,
  evidence_missing: 422,
  evidence_older: 409,
  confirmation_needed: 409,
  suppression_final: 409,
  suppression_unknown: 404,
  purpose_missing: 422,
  cursor_invalid: 422,
  template_unknown: 422,
  template_missing: 404,
  template_syntax: 422,
  template_partial_missing: 422,
  template_value_invalid: 422,
  template_value_unsafe: 422,
  template_output_too_large: 422,
  template_and_content: 422,
  mjml_missing: 422,
  mjml_invalid: 422,
  start_invalid: 422,
  charset_unknown: 415,
  charset_wrong: 422,
  charset_missing: 422,
  control_character: 422,
  template_list_missing: 422,
  template_invalid: 422,
  template_name_invalid: 422,
  template_too_large: 413,
  template_file_missing: 422,
  template_font_missing: 422,
  template_font_unreadable: 422,
  template_background_unreadable: 422,
  template_design_unknown: 422,
  certificate_unknown: 404,
  certificate_facts_missing: 422,
  certificate_facts_too_long: 422,
  certificate_date_invalid: 422,
  name_missing: 422,
  name_does_not_fit: 422,
  name_not_drawable: 422,
  field_does_not_fit: 422,
  field_not_drawable: 422,
  exception_not_granted: 422,
  export_malformed: 422,
  export_version: 422,
  export_tampered: 422,
  export_foreign: 422,
  disclosure_refused: 403,
  disclosure_too_wide: 422,
  subject_restricted: 409,
  reason_missing: 422,
  log_entry_invalid: 422,
  idempotency_key_invalid: 422,
  store_locked: 503,
  store_away: 503,
  store_busy: 503,
  store_refused: 503,
  store_unwritable: 503,
  store_full: 507,
  queue_away: 503,
  queue_denied: 503,
  queue_full: 507,
}

/** Where in a body a fault lies; names of fields and codes only, never a value. */
export interface FieldFault {
  readonly path: string
  readonly code: 'unknown_field' | 'field_missing' | 'field_invalid' | 'control_character'
  readonly expected?: string
}

const otherShape = ['The body does not have the expected shape', 'Compare it with GET /openapi.json.'] as const
const controlCharacter = [
  'A text of the body holds a control character, such as NUL, or half of one',
  'Take it out; only tabs and line breaks may stand there.',
] as const

/** A fault of the body's shape. */
export class BodyFault extends Fault {
  readonly errors: readonly FieldFault[]

  constructor(errors: readonly FieldFault[]) {
    const first = errors[0] ?? { path: '', code: 'field_invalid' as const }
    const names = errors.map(({ path }) => path).join(', ')
    const says = first.code === 'control_character' ? controlCharacter : otherShape
    super(first.code, `${says[0]}: ${names}.`, says[1])
    this.errors = errors
  }
}

export const statusOf = (code: string): number => statuses[code] ?? 500

/** What a Response is made of, for a process that answers on `node:http` itself. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** RFC 9457. Only a fault's own words go out; whatever else was thrown is an `internal` one. */
export function plainProblem(cause: unknown): Answer {
  const fault = isFault(cause)
    ? cause
    : new Fault('internal', 'Something went wrong inside Lethe.', 'Look for this moment in the log; try again.')
  const status = statusOf(fault.code)
  const errors = cause instanceof BodyFault ? { errors: cause.errors } : {}
  const body = {
    type: `urn:lethe:problem:${fault.code}`,
    title: fault.message,
    status,
    code: fault.code,
    next: fault.next,
    ...errors,
  }
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return { status, headers: { ...headers, ...challenge }, body: JSON.stringify(body) }
}

export function problemOf(cause: unknown): Response {
  const { body, ...rest } = plainProblem(cause)
  return new Response(body, rest)
}
