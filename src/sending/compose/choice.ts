import { Fault } from '../../base/index.ts'

/** A stretch that depends on what its recipient has: `body` where `name` is a yes, or where it is none if that is `wanted`. */
export interface Choice<T> {
  readonly kind: 'choice'
  readonly name: string
  readonly wanted: boolean
  readonly body: Branched<T>
  readonly otherwise: Branched<T>
}

/** What all recipients get, and what some do. */
export type Branched<T> = readonly (T | Choice<T>)[]

/** Where a choice begins, turns or ends in its source. */
export interface Mark {
  readonly kind: 'mark'
  readonly word: 'if' | 'unless' | 'else' | 'end'
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Answers a condition: whether this recipient's value for `name` is a yes. */
export type Yes = (name: string) => boolean

const written =
  /\{\{\s*(?:#\s*(if|unless)\s+([\p{L}\p{N}_](?:[\p{L}\p{N}_ .-]{0,126}[\p{L}\p{N}_])?)|(else)|\/\s*(?:if|unless))\s*\}\}/gu

export const marksIn = (text: string): readonly Mark[] =>
  [...text.matchAll(written)].map(({ 0: all, 1: word, 2: name = '', 3: turn, index: start }) => ({
    kind: 'mark',
    word: word === 'if' || word === 'unless' ? word : turn ? 'else' : 'end',
    ...{ name, start, end: start + all.length },
  }))

/** A text cut at its conditions. */
export function branchesOf(text: string): Branched<string> {
  const items: (string | Mark)[] = []
  let from = 0
  for (const mark of marksIn(text)) {
    items.push(text.slice(from, mark.start), mark)
    from = mark.end
  }
  return nest<string>([...items, text.slice(from)])
}

/** Throws `template_syntax` for marks that do not match each other. */
export function nest<T extends string | { readonly kind: string }>(items: readonly (T | Mark)[]): Branched<T> {
  interface Open {
    readonly mark: Mark
    readonly body: (T | Choice<T>)[]
    otherwise: (T | Choice<T>)[] | null
  }
  const top: (T | Choice<T>)[] = []
  const open: Open[] = []
  let into = top
  for (const item of items) {
    if (!isMark(item)) {
      into.push(item)
      continue
    }
    const last = open.at(-1)
    if (item.word === 'if' || item.word === 'unless') {
      into = []
      open.push({ mark: item, body: into, otherwise: null })
    } else if (!last || (item.word === 'else' && last.otherwise)) throw unmatched()
    else if (item.word === 'else') {
      into = []
      last.otherwise = into
    } else {
      open.pop()
      const parent = open.at(-1)
      into = parent ? (parent.otherwise ?? parent.body) : top
      const { name, word } = last.mark
      into.push({ kind: 'choice', name, wanted: word === 'if', body: last.body, otherwise: last.otherwise ?? [] })
    }
  }
  if (open.length > 0) throw unmatched()
  return top
}

const isMark = (item: string | { readonly kind: string }): item is Mark =>
  typeof item === 'object' && item.kind === 'mark'

const isChoice = <T>(node: T | Choice<T>): node is Choice<T> =>
  typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'choice'

/** What one recipient gets. */
export const pick = <T>(nodes: Branched<T>, yes: Yes): readonly T[] =>
  nodes.flatMap((node) => {
    if (!isChoice(node)) return [node]
    return pick(yes(node.name) === node.wanted ? node.body : node.otherwise, yes)
  })

/** Everything that anybody may get, in the order of the source. */
export const all = <T>(nodes: Branched<T>): readonly T[] =>
  nodes.flatMap((node) => (isChoice(node) ? [...all(node.body), ...all(node.otherwise)] : [node]))

/** Of the names that `namesOf` finds, those that every recipient gets to see, whatever they have. */
export function always<T>(nodes: Branched<T>, namesOf: (items: readonly T[]) => readonly string[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (!isChoice(node)) return namesOf([node])
    const otherwise = new Set(always(node.otherwise, namesOf))
    return always(node.body, namesOf).filter((name) => otherwise.has(name))
  })
}

/** The names that conditions ask for, each once. */
export const asked = <T>(nodes: Branched<T>): readonly string[] => [
  ...new Set(
    nodes.flatMap((node) => (isChoice(node) ? [node.name, ...asked(node.body), ...asked(node.otherwise)] : [])),
  ),
]

const unmatched = (): Fault =>
  new Fault(
    'template_syntax',
    'A condition of the content is not ended, or ended twice.',
    'Give each {{#if x}} its {{/if}}, and at most one {{else}}.',
  )
