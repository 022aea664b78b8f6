import { Fault } from './fault.ts'

/**
 * What no text of a person has: control characters but for tab, line and page breaks, and halves of characters. PostgreSQL
 * cannot keep a NUL, and bytes of another charset that were read wrongly show themselves as the rest.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]|\p{Cs}/u

export const hasControls = (text: string): boolean => controls.test(text)

/** Throws `control_character`, which says nothing of the text itself. */
export function refuseControls(...texts: readonly (string | null | undefined)[]): void {
  if (texts.some((text) => text && hasControls(text))) {
    throw new Fault(
      'control_character',
      'A text holds a control character, such as NUL, or half of one.',
      'Take it out; where a file is read, check in which charset it was written.',
    )
  }
}
