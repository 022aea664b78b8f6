import { isoDay } from '../../base/index.ts'
import type { CertificatePlan } from '../../gate/index.ts'
import { fill, piecesOf } from '../compose/field.ts'
import { directionOf } from './bidi.ts'
import { fallbackFamilies } from './fonts.ts'
import type { FieldPlan } from './schema.ts'
import type { CertificateTemplate } from './template.ts'

/** One person's certificate: what the plan says, and the values that came with the message. */
export interface Person {
  readonly name: string
  readonly merge: Readonly<Record<string, string>>
}

/** A field as the drawing takes it: text is cut where a line may break. */
export interface SetField extends Omit<FieldPlan, 'text' | 'font' | 'smallest'> {
  readonly pieces: readonly string[]
  readonly fonts: readonly string[]
  readonly smallest: number
  readonly direction: 'ltr' | 'rtl'
}

/** Values by name, for the fields of one certificate. */
export function valuesOf(
  { text }: CertificateTemplate,
  { title, issuer, date, id }: Pick<CertificatePlan, 'title' | 'issuer' | 'date' | 'id'>,
  { name, merge }: Person,
  publicUrl: string,
): Readonly<Record<string, string>> {
  const day = new Intl.DateTimeFormat(text.language, { dateStyle: 'long', timeZone: 'UTC' })
  const facts = { title, issuer, date: day.format(new Date(`${isoDay(date)}T00:00:00Z`)), number: id }
  return { ...merge, ...facts, name: cleaned(name), verify_host: new URL(publicUrl).host }
}

/** Marks that turn text round or hide in it are no part of a name, and could make one paper show two. */
export const cleaned = (text: string): string =>
  text.normalize('NFC').replace(/[\p{Bidi_Control}\u2028\u2029\ufeff]/gu, '')

export function setField(plan: FieldPlan, values: Readonly<Record<string, string>>, language: string): SetField {
  const { text, font, smallest, ...rest } = plan
  const filled = fill(piecesOf(text), (name) => values[name] ?? '')
  const words = cleaned(filled).replace(/\r\n?/g, '\n').trim()
  const pieces = rest.lines > 1 ? broken(words, language) : [words.split(/\s+/u).join(' ')]
  const fonts = [font, ...fallbackFamilies.filter((name) => name.toLowerCase() !== font.toLowerCase())]
  return { ...rest, pieces, fonts, smallest: smallest ?? plan.size, direction: directionOf(words) }
}

/** Where a line may end: behind blanks, and between the words of scripts that write none. */
function broken(text: string, language: string): readonly string[] {
  const pieces: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text)) {
    if (segment === '\n') pieces.push('\n')
    else if (pieces.length === 0 || pieces.at(-1) === '\n') pieces.push(segment)
    else if (isWordLike && (/\s$/u.test(pieces.at(-1)!) || /^\p{Script=Han}/u.test(segment))) pieces.push(segment)
    else pieces.push(`${pieces.pop()}${segment}`)
  }
  return pieces
}
