import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quotedPrintable } from '../../src/transport/quoted-printable.ts'

/** RFC 2045 section 6.7, read backwards. */
function decode(encoded: string): string {
  const joined = encoded.replace(/=\r\n/g, '')
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

describe('quoted-printable', () => {
  it('gives back every text, with its line ends as CRLF', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(' ', '\t', '\r', '\n', '\r\n', '=', '.', 'ü', '名'), fc.string({ maxLength: 40 })),
    })
    fc.assert(
      fc.property(text, (written) => {
        const encoded = quotedPrintable(written).toString('latin1')
        expect(decode(encoded)).toBe(
          Buffer.from(written)
            .toString('utf8')
            .replace(/\r\n|\r|\n/g, '\r\n'),
        )
        for (const line of encoded.split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(76)
          expect(line).not.toMatch(/[ \t]$|[^\x20-\x7e\t]/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('never ends a line in a blank, which servers on the way would strip', () => {
    expect(quotedPrintable('a \nb\t').toString()).toBe('a=20\r\nb=09')
  })
})
