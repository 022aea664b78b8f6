import { expect, test } from 'vitest'
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
