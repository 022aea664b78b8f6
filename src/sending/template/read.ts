import { Fault } from '../../base/index.ts'
import { refuseInjection } from '../compose/index.ts'
import { type Context, htmlContexts } from './context.ts'
import { type Node, type Tag, tagsOf, treeOf } from './parse.ts'

/** A template as it is put; a part that is missing can be brought by whoever uses it in another. */
export interface TemplateSource {
  readonly subject: string | null
  readonly html: string | null
  readonly text: string | null
}

/** A template with all that it brings in, as trees. */
export interface ReadTemplate {
  readonly subject: readonly Node<Context>[] | null
  readonly html: readonly Node<Context>[] | null
  readonly text: readonly Node<Context>[] | null
  /** Names of fields, conditions and lists, each once. */
  readonly fields: readonly string[]
}

export type Part = 'html' | 'text'
const deepest = 8
const longest = 1_000_000

/** Which templates the parts of `source` bring in. Throws `template_syntax`. */
export const partialsOf = (source: TemplateSource): readonly string[] => [
  ...new Set(
    [source.html, source.text].flatMap((part) =>
      part === null ? [] : tagsOf(part).flatMap(({ kind, name }) => (kind === 'partial' ? [name] : [])),
    ),
  ),
]

/**
 * Brings in what the source names, then reads the whole: a value's place is judged in the HTML that will be sent. Throws
 * `template_syntax`, `template_partial_missing`, `template_too_large`, `header_injection`.
 */
export function readSource(source: TemplateSource, partials: ReadonlyMap<string, TemplateSource>): ReadTemplate {
  refuseInjection(source.subject)
  const names = new Set<string>()
  const treeIn = (text: string | null, part: Part | 'subject') => {
    if (text === null) return null
    const whole = part === 'subject' ? text : bringIn(text, part, partials, 0)
    const tags = tagsOf(whole)
    for (const { kind, name } of tags) if (asks.has(kind)) names.add(name)
    return treeOf<Context>(whole, tags, part === 'html' ? htmlContexts(whole, tags) : () => 'plain')
  }
  const [subject, html, text] = [
    treeIn(source.subject, 'subject'),
    treeIn(source.html, 'html'),
    treeIn(source.text, 'text'),
  ]
  return { subject, html, text, fields: [...names] }
}

const asks: ReadonlySet<Tag['kind']> = new Set(['field', 'if', 'unless', 'each'])

function bringIn(text: string, part: Part, partials: ReadonlyMap<string, TemplateSource>, depth: number): string {
  let whole = ''
  let from = 0
  for (const { kind, name, start, end } of tagsOf(text)) {
    if (kind !== 'partial') continue
    const found = partials.get(name)?.[part] ?? null
    if (found === null || depth >= deepest) throw missing(name, part, depth)
    whole += text.slice(from, start) + bringIn(found, part, partials, depth + 1)
    from = end
    if (whole.length > longest) throw tooLarge()
  }
  if (whole.length + text.length - from > longest) throw tooLarge()
  return whole + text.slice(from)
}

const missing = (name: string, part: Part, depth: number): Fault =>
  depth >= deepest
    ? new Fault(
        'template_partial_missing',
        `Templates bring each other in more than ${deepest} deep, or in a circle.`,
        'Take one of them out of the other.',
      )
    : new Fault(
        'template_partial_missing',
        `The template "${name}" that is to be brought in is not there, or has no ${part} part.`,
        `Put it with PUT /v1/templates/${name} first.`,
      )

const tooLarge = (): Fault =>
  new Fault(
    'template_too_large',
    `A template with all that it brings in is longer than ${longest} characters.`,
    'Make it shorter; pictures are better linked than embedded.',
  )
