import { Fault } from '../../base/index.ts'

/** What stands between two braces, with where it stands. */
export interface Tag {
  readonly kind: 'field' | 'if' | 'unless' | 'each' | 'else' | 'end' | 'partial' | 'comment'
  /** Of a field, condition, list or partial; of an end, what it ends. */
  readonly name: string
  readonly start: number
  readonly end: number
}

// A comment may hold anything but its own end. A name may be that of a spreadsheet's header line, as in plain contents.
const braces = /\{\{!--[\s\S]*?--\}\}|\{\{[^{}]*\}\}/g
const path = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_ .-]{0,126}[\p{L}\p{N}_])?$/u
const partialName = /^[a-z0-9][a-z0-9_-]{0,63}$/
const blocks: ReadonlySet<string> = new Set(['if', 'unless', 'each'])

/** Every tag of a source, in order. Throws `template_syntax` for two braces that are none: nothing is guessed. */
export function tagsOf(source: string): readonly Tag[] {
  const tags: Tag[] = []
  let from = 0
  for (const match of source.matchAll(braces)) {
    refuseStray(source, from, match.index)
    from = match.index + match[0].length
    // Three braces mean raw output elsewhere; here there is none.
    if (source[from] === '}' || source[match.index - 1] === '{') throw syntax(source, match.index)
    tags.push(tagOf(source, match[0], match.index, from))
  }
  refuseStray(source, from, source.length)
  return tags
}

function tagOf(source: string, written: string, start: number, end: number): Tag {
  const words = written.slice(2, -2).trim()
  const place = { start, end }
  if (words.startsWith('!')) return { kind: 'comment', name: '', ...place }
  if (words === 'else') return { kind: 'else', name: '', ...place }
  const [, mark = '', rest = ''] = /^([#/>]?)\s*([\s\S]*)$/.exec(words) ?? []
  if (mark === '>' && partialName.test(rest)) return { kind: 'partial', name: rest, ...place }
  if (mark === '/' && blocks.has(rest)) return { kind: 'end', name: rest, ...place }
  if (mark === '' && path.test(rest)) return { kind: 'field', name: rest, ...place }
  const [, block = '', name = ''] = /^(\w+)\s+([\s\S]*)$/.exec(rest) ?? []
  if (mark === '#' && isBlock(block) && path.test(name)) return { kind: block, name, ...place }
  throw syntax(source, start)
}

const isBlock = (word: string): word is 'if' | 'unless' | 'each' => blocks.has(word)

function refuseStray(source: string, from: number, to: number): void {
  const at = source.slice(from, to).indexOf('{{')
  if (at !== -1) throw syntax(source, from + at)
}

export const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length

export const syntax = (source: string, at: number, sentence = 'Two braces hold nothing that a template knows'): Fault =>
  new Fault(
    'template_syntax',
    `${sentence} (line ${lineOf(source, at)}).`,
    'Use {{field}}, {{#if x}}, {{#unless x}}, {{#each list}}, {{else}}, {{/if}}, {{> template}} or {{!-- note --}}.',
  )

/** A template's text as a tree; `context` is what the place of a field asks of its value. */
export type Node<Context> =
  | string
  | { readonly kind: 'field'; readonly name: string; readonly context: Context }
  | {
      readonly kind: 'if' | 'unless' | 'each'
      readonly name: string
      readonly body: readonly Node<Context>[]
      readonly otherwise: readonly Node<Context>[]
    }

const deepest = 16

/** The tree of a source without partials. `contextOf` refuses places where nothing may be filled in. */
export function treeOf<Context>(
  source: string,
  tags: readonly Tag[],
  contextOf: (tag: Tag) => Context,
): readonly Node<Context>[] {
  interface Open {
    readonly tag: Tag
    readonly body: Node<Context>[]
    otherwise: Node<Context>[] | null
  }
  const top: Node<Context>[] = []
  const open: Open[] = []
  let into = top
  let from = 0
  for (const tag of tags) {
    if (tag.start > from) into.push(source.slice(from, tag.start))
    from = tag.end
    if (tag.kind === 'comment') continue
    if (tag.kind === 'partial') throw syntax(source, tag.start, 'Another template cannot be brought in here')
    const context = contextOf(tag)
    if (tag.kind === 'field') into.push({ kind: 'field', name: tag.name, context })
    else if (tag.kind === 'else') {
      const last = open.at(-1)
      if (!last || last.otherwise) throw syntax(source, tag.start, 'An {{else}} belongs to nothing')
      into = []
      last.otherwise = into
    } else if (tag.kind === 'end') {
      const last = open.pop()
      if (last?.tag.kind !== tag.name) throw syntax(source, tag.start, 'A block ends that was not begun')
      const parent = open.at(-1)
      into = parent ? (parent.otherwise ?? parent.body) : top
      into.push({ kind: tag.name as 'if', name: last.tag.name, body: last.body, otherwise: last.otherwise ?? [] }) // tag.name is one of the three
    } else {
      if (open.length >= deepest) throw syntax(source, tag.start, `Blocks are nested more than ${deepest} deep`)
      into = []
      open.push({ tag, body: into, otherwise: null })
    }
  }
  const unclosed = open.at(-1)
  if (unclosed) throw syntax(source, unclosed.tag.start, 'A block is never ended')
  if (from < source.length) top.push(source.slice(from))
  return top
}
