import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { lineFaults } from '../../src/cli/line-faults.ts'

test('a line that is left out is told why, and a code without a sentence is shown as it is', () => {
  const faults = [
    { line: 3, code: 'line_columns' },
    { line: 9, code: 'quite_new' },
    { line: 12, code: 'address_invalid' },
  ]
  expect(lineFaults(faults, 2)).toBe(
    '  line 3: it has more or fewer columns than the header line [line_columns]\n  line 9: quite_new\n',
  )
})

test('a field without a value is named', () => {
  expect(lineFaults([{ line: 2, code: 'merge_field_missing', fields: ['course', 'day'] }])).toBe(
    '  line 2: a merge field has no value: course, day [merge_field_missing]\n',
  )
})

describe('every code of a line has words', () => {
  const readers = [
    ...['csv', 'ndjson', 'lines', 'suppression-file', 'recipient', 'recipients', 'permit', 'content', 'sender'],
    ...['compose/header', 'compose/choice', 'certificate/request', 'certificate/workshop'],
  ].map((name) => `src/sending/${name}.ts`)
  const others = ['src/gate/consent.ts', 'src/gate/card.ts', 'src/base/controls.ts']
  // Faults of the whole file.
  const whole = ['header_missing', 'header_invalid', 'media_type_unknown', 'body_malformed', 'body_too_large']
  const codes = [...readers, ...others]
    .flatMap((path) => [
      ...readFileSync(join(packageRoot(), path), 'utf8').matchAll(/(?:new Fault\(\s*|code: )'(\w+)'/g),
    ])
    .map(([, code]) => code!)
    .filter((code) => !whole.includes(code))
  const made = ['name_does_not_fit', 'name_not_drawable', 'field_does_not_fit', 'field_not_drawable', 'line_not_utf8']
  const later = ['campaign_over', 'idempotency_conflict']

  test.each([...new Set([...codes, ...made, ...later])])('%s', (code) => {
    expect(lineFaults([{ line: 2, code }])).toMatch(new RegExp(`^ {2}line 2: .{12,} \\[${code}\\]\\n$`))
  })

  test('among them those that were found', () => {
    expect(codes).toEqual(
      expect.arrayContaining(['consent_incomplete', 'card_number', 'line_malformed', 'name_missing']),
    )
  })
})
