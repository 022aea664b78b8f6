import { all, type Branched, type Mark, marksIn, nest } from './choice.ts'
import { destinationOf, namesAnotherHost } from './destination.ts'
import { branchedPieces, fieldsIn, namesOf, type Piece, piecesOf } from './field.ts'
import { type Scan, type StartTag, scanHtml } from './scan.ts'
import { type Attribute, attributesOf, isMarker, markerRange } from './tag.ts'

/** A value to be filled in; `bare` when it stands in a tag outside quotes, where a blank would end it. */
export interface Field {
  readonly kind: 'field'
  readonly name: string
  readonly bare: boolean
}

/** A link that may be tracked: as the author wrote it (quotes included), and where it leads. */
export interface Link {
  readonly kind: 'link'
  /** From 1 in document order: the same link has the same number for every recipient. */
  readonly ordinal: number
  readonly quote: '"' | "'"
  readonly asWritten: readonly Segment[]
  /** Complete, or with fields still to be filled in. */
  readonly destination: string | readonly Piece[]
}

export type Segment = string | Field | Link | { readonly kind: 'pixel' }

/** A link whose address depends on what its recipient has. */
export interface BranchedLink extends Omit<Link, 'kind' | 'asWritten' | 'destination'> {
  readonly kind: 'branched link'
  readonly asWritten: Branched<Segment>
  readonly destination: Branched<Piece>
}

/** Links to these are the recipient's own controls: following them must never be recorded. */
export const builtIn: ReadonlySet<string> = new Set(['unsubscribe_url', 'rights_url'])

/** A stretch of the source that is not copied as it stands. Edits do not overlap and come in order. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly segment: Segment | BranchedLink | Mark
}

/** Why a web link of the content is left as its author wrote it. */
export type LeftAlone =
  /** `data-no-track`, or `clicktracking=off`. */
  | 'marked'
  /** Its words are the address of another host: rewritten, it would hide from filters and readers that they disagree. */
  | 'other_host'
  /** In a comment that Outlook alone reads: no parser vouches for where such a link begins and ends. */
  | 'conditional'
  /** No address that a redirect may lead to: relative without a base, credentials in it, no valid URL. */
  | 'not_web'

export interface Analysis {
  readonly segments: Branched<Segment | BranchedLink>
  readonly left: Readonly<Record<LeftAlone, number>>
}

/**
 * Cuts html into what is copied byte for byte and what changes with the recipient; done once for all recipients. Conditions
 * are read where the content is `conditional`: links have the same numbers whoever gets them.
 */
export function analyseHtml(html: string, conditional = false): Analysis {
  const scan = scanHtml(html)
  const marks = conditional ? marksIn(html) : []
  const inChoice = choicesOver(marks)
  // A base that only some recipients have resolves nobody's links.
  const base = scan.tags.some(({ name, start }) => name === 'base' && inChoice(start) < start) ? null : scan.base
  const edits: Edit[] = []
  const left = { marked: 0, other_host: 0, conditional: scan.conditionalLinks, not_web: 0 }
  let ordinal = 0
  for (const tag of scan.tags) {
    const source = html.slice(tag.start, tag.end)
    const isLink = tag.name === 'a' || tag.name === 'area'
    if (!isLink && !source.includes('{{')) continue
    const attributes = attributesOf(source)
    const found = isLink ? linkEdit(tag, source, attributes, ordinal + 1, base, conditional) : null
    const link = found !== null && typeof found === 'object' ? found : null
    if (typeof found === 'string') left[found] += 1
    if (link) ordinal += 1
    const cuts = isLink ? attributes.filter((each) => isMarker(source, each)).map(cutOf(tag, source)) : []
    const taken = link ? [...cuts, link] : cuts
    edits.push(...taken, ...fieldEdits(source, attributes, tag.start).filter(outside(taken)))
  }
  const taken = edits.filter(({ segment }) => typeof segment === 'object' && segment.kind !== 'field')
  const free = marks.filter(outside(taken)).map(markEdit)
  const fields = [...edits, ...textFields(html, scan)].filter((edit) => !isField(edit) || outside(marks)(edit))
  return { segments: assemble(html, [...fields, ...free], inChoice(scan.bodyEnd)), left: Object.freeze(left) }
}

const isField = ({ segment }: Edit): boolean => typeof segment === 'object' && segment.kind === 'field'

const markEdit = (mark: Mark): Edit => ({ start: mark.start, end: mark.end, segment: mark })

/** For each place: where the outermost condition around it begins, or the place itself; what everybody gets stands there. */
function choicesOver(marks: readonly Mark[]): (at: number) => number {
  return (at) => {
    let depth = 0
    let begin = at
    for (const { word, start } of marks) {
      if (start >= at) break
      if (word === 'end') depth -= 1
      else if (word !== 'else' && depth++ === 0) begin = start
    }
    return depth > 0 ? begin : at
  }
}

const cutOf =
  (tag: StartTag, source: string) =>
  (marker: Attribute): Edit => {
    const { start, end } = markerRange(source, marker)
    return { start: tag.start + start, end: tag.start + end, segment: '' }
  }

const outside =
  (taken: readonly { readonly start: number; readonly end: number }[]) =>
  (edit: { readonly start: number; readonly end: number }): boolean =>
    !taken.some(({ start, end }) => edit.start < end && edit.end > start)

/** Null for what no reader follows as a web link: no address, `mailto:`, a place in the mail itself, the reader's own controls. */
function linkEdit(
  tag: StartTag,
  source: string,
  attributes: readonly Attribute[],
  ordinal: number,
  base: string | null,
  conditional: boolean,
): Edit | LeftAlone | null {
  const value = attributes.find(({ name }) => name === 'href')?.value
  if (!value || tag.inert) return null
  const href = tag.attributes.get('href') ?? ''
  if (attributes.some((each) => isMarker(source, each))) return elsewhere.test(href.trim()) ? null : 'marked'
  const marks = conditional ? marksIn(href) : []
  const branched = conditional ? branchedPieces(href) : piecesOf(href)
  const pieces = all(branched)
  const names = namesOf(pieces)
  const written = source.slice(value.start, value.end)
  const inside = conditional ? marksIn(written) : []
  const shown = [...fieldsIn(written)].filter(outside(inside))
  // A field that only character references spell would not be filled in where the link is shown: then leave it alone.
  if (names.some((name) => builtIn.has(name)) || names.length !== shown.length) return null
  if (marks.length !== inside.length) return null
  const destination = names.length || marks.length ? pieces : destinationOf(href, base)
  if (destination === null) return elsewhere.test(href.trim()) ? null : 'not_web'
  if (typeof destination === 'string' && namesAnotherHost(wordsOf(tag, conditional), destination)) return 'other_host'
  const fields = fieldEdits(written, value.quote ? [whole(written)] : [], 0).filter(outside(inside))
  // Nothing but text and fields stands within an attribute.
  const asWritten = assemble(written, [...fields, ...inside.map(markEdit)], null) as Branched<Segment>
  const link = { ordinal, quote: value.quote || '"' } as const
  const segment: Link | BranchedLink =
    marks.length > 0
      ? { kind: 'branched link', ...link, asWritten, destination: branched }
      : { kind: 'link', ...link, asWritten: all(asWritten), destination }
  return { start: tag.start + value.start, end: tag.start + value.end, segment }
}

const wordsOf = ({ words }: StartTag, conditional: boolean): string =>
  conditional ? marksIn(words).reduce((text, { start, end }) => blanked(text, start, end), words) : words

const blanked = (text: string, start: number, end: number): string =>
  text.slice(0, start) + ' '.repeat(end - start) + text.slice(end)

/** An address with a scheme of its own other than the web's, a place within the mail, or nothing. */
const elsewhere = /^(?!https?:)[a-z][a-z0-9+.-]*:|^#|^$/i

const whole = (text: string): Attribute => ({
  name: '',
  start: 0,
  end: text.length,
  value: { start: 0, end: text.length, quote: '"' },
})

/** The fields of a stretch of a tag, each `bare` unless a quoted value surrounds it. */
function fieldEdits(source: string, attributes: readonly Attribute[], base: number): readonly Edit[] {
  const quoted = attributes.flatMap(({ value }) => (value?.quote ? [value] : []))
  return [...fieldsIn(source)].map(({ name, start, end }): Edit => {
    const bare = !quoted.some((value) => value.start < start && end < value.end)
    return { start: base + start, end: base + end, segment: { kind: 'field', name, bare } }
  })
}

/** The fields outside all tags: in text, comments, scripts. */
function textFields(html: string, { tags }: Scan): readonly Edit[] {
  if (!html.includes('{{')) return []
  const found: Edit[] = []
  let at = 0
  for (const { name, start, end } of fieldsIn(html)) {
    while (at < tags.length && tags[at]!.end <= start) at += 1
    const tag = tags[at]
    const inTag = tag !== undefined && tag.start < end && start < tag.end
    if (!inTag) found.push({ start, end, segment: { kind: 'field', name, bare: false } })
  }
  return found
}

function assemble(source: string, edits: readonly Edit[], pixelAt: number | null): Branched<Segment | BranchedLink> {
  const pixel: readonly Edit[] = pixelAt === null ? [] : [{ start: pixelAt, end: pixelAt, segment: { kind: 'pixel' } }]
  const segments: Edit['segment'][] = []
  let from = 0
  for (const { start, end, segment } of [...edits, ...pixel].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start > from) segments.push(source.slice(from, start))
    if (segment !== '') segments.push(segment)
    from = Math.max(from, end)
  }
  if (from < source.length) segments.push(source.slice(from))
  return nest<Segment | BranchedLink>(segments)
}

/** The names of all fields in `segments`. */
export const fieldNames = (segments: readonly Segment[]): readonly string[] =>
  segments.flatMap((segment) => {
    if (typeof segment === 'string' || segment.kind === 'pixel') return []
    return segment.kind === 'field' ? [segment.name] : fieldNames(segment.asWritten)
  })
