/** A line of a file that is left out: its number, why, and which of the template's fields had no value. */
export interface LineFault {
  readonly line: number
  readonly code: string
  readonly fields?: readonly string[]
}

/** What a code means for one line of a file, and what to do where that is not plain; another is shown as it is. */
const sentences: Readonly<Record<string, string>> = {
  address_in_wording:
    'the wording of its consent holds an email or IP address; give the text that is shown to everybody',
  address_invalid: 'this is not an email address',
  campaign_over: 'the campaign was over before this line came; send it with a new one',
  card_number: 'it holds what looks like the number of a payment card; write its last four digits at most',
  certificate_date_invalid: 'the date is no day from 1970 to 2149; write it as 2026-11-22',
  certificate_facts_missing:
    'the certificate lacks its title or issuer; give both in the template, or with --title, --issuer',
  certificate_facts_too_long: 'title and issuer are too long for the code on the certificate; shorten them',
  certificate_not_drawn: 'the certificate could not be drawn; try the template with lethe certificate preview',
  control_character: 'it holds a control character, such as NUL',
  consent_in_future: 'its consent lies in the future',
  consent_incomplete:
    'its consent is not whole: beside …consent_at, as 2026-01-31T12:00:00Z, it needs …consent_source (form, phone, …) and …consent_wording, the words that the person saw',
  content_empty: 'the mail would say nothing to this recipient; give its conditions an {{else}}',
  field_does_not_fit: 'a text is too long for its place on the certificate',
  field_invalid: 'a value is not of the kind that its field takes',
  field_missing: 'a value that is needed is missing',
  field_not_drawable: 'a text is in a script that no font covers; add a font to the template',
  header_injection: 'an address or name holds a line break or another control character; take it out',
  idempotency_conflict:
    'it was sent within a day and reads otherwise now; send what changed as a file of its own, or with --again',
  line_columns: 'it has more or fewer columns than the header line',
  line_not_utf8: 'it is not UTF-8; name the charset of the file, or save it as UTF-8',
  line_malformed: 'it cannot be read',
  line_too_long: 'it is too long',
  merge_field_missing: 'a merge field has no value',
  name_does_not_fit: 'the name is too long for its place on the certificate',
  name_missing: 'the name is missing',
  name_not_drawable: 'the name is in a script that no font covers; add a font to the template',
  purpose_not_sending: 'the policy sends no mail for this purpose; name another with --purpose',
  purpose_unknown: 'the policy has no such purpose; name another with --purpose',
  rights_links_missing:
    'the mail of this purpose needs {{unsubscribe_url}} and {{rights_url}}; add them to the template',
  sender_invalid: 'the sender is no address; correct `from` or LETHE_FROM',
  template_background_unreadable: 'the background of the template cannot be drawn; save it again',
  template_syntax: 'a condition of the template is not whole; give each {{#if}} its {{/if}}',
}

/** The first `most` faults, a line each: number, what is wrong, code. */
export function lineFaults(faults: readonly LineFault[], most = Number.POSITIVE_INFINITY): string {
  return faults
    .slice(0, most)
    .map(({ line, code, fields = [] }) => {
      const sentence = sentences[code]
      const named = fields.length > 0 ? `: ${fields.join(', ')}` : ''
      return `  line ${line}: ${sentence === undefined ? code : `${sentence}${named} [${code}]`}\n`
    })
    .join('')
}
