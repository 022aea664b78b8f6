import { Fault } from '../../base/index.ts'
import { type Branched, type Mark, marksIn, nest } from './choice.ts'

/** A text cut at its merge fields: literal strings as they stand, and names to be filled in. */
export type Piece = string | Named

interface Named {
  readonly kind: 'named'
  readonly field: string
}

/** `{{name}}`, blanks inside the braces allowed. Names may be those of a spreadsheet's header line: `first name`, `größe`. */
const syntax = /\{\{\s*([\p{L}\p{N}_](?:[\p{L}\p{N}_ .-]{0,62}[\p{L}\p{N}_])?)\s*\}\}/gu

export interface FieldMatch {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Where the merge fields of `text` stand. What only looks like one (`{{#if}}`) is text. */
export function* fieldsIn(text: string): Generator<FieldMatch> {
  for (const match of text.matchAll(syntax)) {
    yield { name: match[1]!, start: match.index, end: match.index + match[0].length }
  }
}

export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const { name, start, end } of fieldsIn(text)) {
    if (start > from) pieces.push(text.slice(from, start))
    pieces.push({ kind: 'named', field: name })
    from = end
  }
  if (from < text.length) pieces.push(text.slice(from))
  return pieces
}

/** The same of a text with conditions, which are left to each recipient. */
export function branchedPieces(text: string): Branched<Piece> {
  const items: (Piece | Mark)[] = []
  let from = 0
  for (const mark of marksIn(text)) {
    items.push(...piecesOf(text.slice(from, mark.start)), mark)
    from = mark.end
  }
  return nest<Piece>([...items, ...piecesOf(text.slice(from))])
}

export const namesOf = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.field]))

/** Gives the raw value of a field; throws `merge_field_missing` when there is none. */
export type ValueFor = (field: string) => string

export function fill(pieces: readonly Piece[], valueFor: ValueFor): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : valueFor(piece.field)
  return text
}

/** The value a recipient has for `field`, or null. An empty cell is no value: it would be an empty space in somebody's mail. */
export function valueIn(merge: Readonly<Record<string, string>>, name: string | null, field: string): string | null {
  const own = Object.hasOwn(merge, field) ? merge[field]! : field === 'name' ? name : null
  return own === null || own.trim() === '' ? null : own
}

/** Whether a recipient's value answers a condition with yes. Cells are text: a blank, `0` and `false` are no. */
export const isYes = (value: string | null): boolean => value !== null && !/^\s*(?:0|false)?\s*$/i.test(value)

export const fieldMissing = () =>
  new Fault(
    'merge_field_missing',
    'A merge field of the mail has no value for this recipient.',
    'Give every recipient a value for each {{field}} of the template, or take the field out.',
  )
