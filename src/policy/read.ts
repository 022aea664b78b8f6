import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import { outOfBounds } from './bounds.ts'
import type { Json } from './canonical.ts'
import { byPlace, type Path, type Place, type PolicyFault } from './fault.ts'

export interface Reading {
  /** Null where the text is no readable document; then there are faults. */
  readonly document: Json | null
  readonly faults: readonly PolicyFault[]
  /** The line and column of a path, or of what stands nearest above it. */
  locate(path: Path): Place
}

const start: Place = { line: 1, column: 1 }
// A parser that lost its place reports every following line; the first slips are the ones to mend.
const mostSlips = 50
const keyShape = /^[a-z][a-z0-9_-]{0,39}$/

// The parser's own messages quote the text, so they are told in our words; what is not here gets the last resort below.
const syntax: Readonly<Record<string, readonly [code: string, sentence: string, next: string]>> = {
  DUPLICATE_KEY: ['key_twice', 'This key stands here twice.', 'Keep one of the two.'],
  MULTIPLE_DOCS: ['document_twice', 'There is a second document in this file.', 'Keep one document and no `---` line.'],
  NON_STRING_KEY: [
    'key_odd',
    'A key must be a plain word.',
    'Use small letters, digits, "_" or "-"; text with a comma or colon goes in quotes.',
  ],
  TAB_AS_INDENT: ['yaml_tab', 'A tab cannot indent YAML.', 'Indent with spaces.'],
  TAG_RESOLVE_FAILED: ['yaml_tag', 'Tags have no place in a policy.', 'Leave out the word that begins with "!".'],
  BAD_INDENT: [
    'yaml_indent',
    'The indentation does not fit what stands above, or a bracket stays open.',
    'Line it up.',
  ],
  MISSING_CHAR: [
    'yaml_open',
    'Something that was opened is not closed here.',
    'Add the missing quote, bracket or colon.',
  ],
}

/** YAML 1.2 to JSON with places. Anchors, aliases, tags, directives, second documents and deep nesting are refused. */
export function readYaml(text: string): Reading {
  const bound = outOfBounds(text)
  if (bound) return unreadable([bound])
  const counter = new LineCounter()
  const options = { version: '1.2', schema: 'core', merge: false, stringKeys: true, prettyErrors: false } as const
  const parsed = parseDocument(text, { ...options, uniqueKeys: true, logLevel: 'error', lineCounter: counter })
  const faults: PolicyFault[] = []
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return line > 0 ? { line, column: col } : start
  }
  const fault = (offset: number, code: string, sentence: string, next: string, path: Path = []) =>
    faults.push({ code, path: path.join('.'), ...placeOf(offset), sentence, next })

  for (const { code, pos } of [...parsed.errors, ...parsed.warnings].slice(0, mostSlips)) {
    const known = syntax[code] ?? ['yaml_unreadable', 'This is not readable YAML.', 'Compare it with a shipped policy.']
    fault(pos[0], ...known)
  }
  if (parsed.directives?.yaml.explicit || Object.keys(parsed.directives?.tags ?? {}).length > 1) {
    fault(0, 'yaml_directive', 'Directives have no place in a policy.', 'Leave out the line that begins with "%".')
  }

  const places = new Map<string, Place>()
  const walk = (node: Node | null | undefined, path: Path): Json => {
    if (!node) return null
    const offset = node.range?.[0] ?? 0
    if (isAlias(node) || node.anchor) {
      fault(offset, 'yaml_alias', 'Anchors and aliases are refused.', 'Write the value out where it counts.', path)
      if (isAlias(node)) return null
    }
    // A scalar without an explicit tag has none; "!" alone is one too.
    if (node.tag !== undefined) fault(offset, ...syntax.TAG_RESOLVE_FAILED!, path)
    if (isSeq<Node>(node))
      return node.items.map((item, index) => entry(item, [...path, index], item?.range?.[0] ?? offset))
    if (isMap<Node, Node>(node)) return Object.fromEntries(node.items.flatMap((pair) => table(pair, path)))
    return isScalar(node) ? scalar(node.value) : null
  }
  const entry = (node: Node | null, path: Path, offset: number): Json => {
    places.set(path.join('.'), placeOf(offset))
    return walk(node, path)
  }
  const table = (pair: Pair<Node, Node | null>, path: Path): readonly (readonly [string, Json])[] => {
    const key = isScalar(pair.key) ? String(pair.key.value) : ''
    const offset = pair.key?.range?.[0] ?? 0
    if (!keyShape.test(key)) {
      fault(offset, ...syntax.NON_STRING_KEY!, path)
      return []
    }
    return [[key, entry(pair.value, [...path, key], offset)]]
  }

  const document = walk(parsed.contents, [])
  if (!faults.length && document === null) {
    fault(0, 'document_empty', 'There is nothing in this policy.', 'Begin with `extends: strict` and fill its slots.')
  }
  if (faults.length) return unreadable(faults.sort(byPlace))
  return { document, faults, locate: (path) => nearestPlace(places, path) }
}

const unreadable = (faults: readonly PolicyFault[]): Reading => ({ document: null, faults, locate: () => start })

function nearestPlace(places: ReadonlyMap<string, Place>, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const found = places.get(path.slice(0, length).join('.'))
    if (found) return found
  }
  return start
}

const scalar = (value: unknown): Json =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
