/** What a code means for one line of a file; a code without a sentence here is shown as it is. */
const sentences: Readonly<Record<string, string>> = {
  address_invalid: 'this is not an email address',
  control_character: 'it holds a control character, such as NUL',
  consent_in_future: 'its consent lies in the future',
  field_does_not_fit: 'a text is too long for its place on the certificate',
  field_invalid: 'a value is not of the kind that its field takes',
  field_missing: 'a value that is needed is missing',
  field_not_drawable: 'a text is in a script that no font covers; add a font to the template',
  line_columns: 'it has more or fewer columns than the header line',
  line_not_utf8: 'it is not UTF-8; name the charset of the file, or save it as UTF-8',
  line_malformed: 'it cannot be read',
  line_too_long: 'it is too long',
  merge_field_missing: 'a merge field has no value',
  name_does_not_fit: 'the name is too long for its place on the certificate',
  name_missing: 'the name is missing',
  name_not_drawable: 'the name is in a script that no font covers; add a font to the template',
}

/** The first `most` faults, a line each: number, what is wrong, code. */
export function lineFaults(
  faults: readonly { readonly line: number; readonly code: string }[],
  most = Number.POSITIVE_INFINITY,
): string {
  return faults
    .slice(0, most)
    .map(({ line, code }) => {
      const sentence = sentences[code]
      return `  line ${line}: ${sentence === undefined ? code : `${sentence} [${code}]`}\n`
    })
    .join('')
}
