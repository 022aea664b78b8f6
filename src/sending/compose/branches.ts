import { type BranchedLink, builtIn, fieldNames, type Segment } from './analyse.ts'
import { all, always, asked, type Branched, pick, type Yes } from './choice.ts'
import { namesOf, type Piece, piecesOf } from './field.ts'
import { textOf } from './text.ts'

/** The parts of a content with its conditions still open. */
export interface Branches {
  readonly subject: Branched<Piece>
  readonly html: Branched<Segment | BranchedLink> | null
  readonly text: Branched<Piece> | null
  /** The html that a text part is made of where the content brings none: no words of it may be lost between two conditions. */
  readonly source: Branched<string> | null
}

/** The parts as one recipient gets them. */
export interface Parts {
  readonly subject: readonly Piece[]
  readonly html: readonly Segment[] | null
  readonly text: readonly Piece[] | null
  readonly fields: readonly string[]
}

type Walk = <N>(nodes: Branched<N>) => readonly N[]

function partsOf({ subject, html, text, source }: Branches, walk: Walk): Parts {
  const link = (segment: Segment | BranchedLink): Segment =>
    typeof segment === 'object' && segment.kind === 'branched link'
      ? { ...segment, kind: 'link', asWritten: walk(segment.asWritten), destination: walk(segment.destination) }
      : segment
  const parts = {
    subject: walk(subject),
    html: html && walk(html).map(link),
    text: source ? piecesOf(textOf(walk(source).join(''))) : text && walk(text),
  }
  const names = [...namesOf(parts.subject), ...(parts.html ? fieldNames(parts.html) : []), ...namesOf(parts.text ?? [])]
  return { ...parts, fields: [...new Set(names)].filter((name) => !builtIn.has(name) && name !== 'email') }
}

/** Every branch at once: what links there are, and which fields anybody may need. */
export const everything = (branches: Branches): Parts => partsOf(branches, all)

/** What every reader gets to see: of the html, or of the text where that is all there is. */
export const namesShownToAll = ({ html, text }: Branches): readonly string[] =>
  html ? always(html, shownIn) : always(text ?? [], namesOf)

const shownIn = (segments: readonly (Segment | BranchedLink)[]): readonly string[] =>
  segments.flatMap((segment) =>
    typeof segment === 'object' && segment.kind === 'branched link'
      ? always(segment.asWritten, fieldNames)
      : fieldNames([segment]),
  )

export const namesAsked = ({ subject, html, text }: Branches): readonly string[] => {
  const links = all(html ?? []).flatMap((segment) =>
    typeof segment === 'object' && segment.kind === 'branched link'
      ? [...asked(segment.asWritten), ...asked(segment.destination)]
      : [],
  )
  return [...new Set([...asked(subject), ...asked(html ?? []), ...links, ...asked(text ?? [])])]
}

/** Recipients fall into few kinds: what each kind gets is put together once, and at most this many are at hand. */
const mostKinds = 256

/** The template by what a recipient answers to `names`; those who answer alike get the same one. */
export function newDecision<T>(branches: Branches, names: readonly string[], make: (parts: Parts) => T) {
  const made = new Map<string, T>()
  return (yes: Yes): T => {
    const answers = new Map(names.map((name) => [name, yes(name)]))
    const kind = names.map((name) => (answers.get(name) ? '1' : '0')).join('')
    const known = made.get(kind)
    if (known) return known
    // The reader's own controls and address are always there.
    const answer: Yes = (name) => answers.get(name) ?? true
    const fresh = make(partsOf(branches, (nodes) => pick(nodes, answer)))
    if (made.size >= mostKinds) made.clear()
    made.set(kind, fresh)
    return fresh
  }
}
