import { Fault } from '../../base/index.ts'

// A line break ends a header (RFC 5322 section 2.2), NUL ends a string in C, the rest has no business in one.
const breaking = /[\p{Cc}\u2028\u2029]/u

export const isHeaderSafe = (text: string): boolean => !breaking.test(text)

/** Throws `header_injection` when one of `texts` could end its header line and begin another. */
export function refuseInjection(...texts: readonly (string | null | undefined)[]): void {
  if (texts.some((text) => text && breaking.test(text))) {
    throw new Fault(
      'header_injection',
      'An address, name, subject or file name holds a line break or another control character.',
      'Remove control characters from everything that becomes a header; check where the value came from.',
    )
  }
}
