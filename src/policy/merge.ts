import { canonical, isTable, type Json, put, valueAt } from './canonical.ts'
import { clauses } from './clauses/index.ts'
import { type Path, type Report, silent } from './fault.ts'
import { fillSlots, isSlot } from './slots.ts'

interface Sides {
  readonly one: Json
  readonly other: Json
}
type Value = Json | undefined
type Conflict = (code: string, text: string) => void

// What a text says of itself: a merged policy follows no single text.
const dropped = new Set(['statements', 'ours', 'extends'])

/**
 * Two documents, and of each value the narrower. There is no table of what is narrower: the clauses know what widens, so
 * that a value is taken where putting it in the other document's place widens nothing there. Where neither is narrower (two
 * lawful bases for the same asking, two controllers) there is no merged policy, and a fault at `at` says so.
 */
export function mergePolicies(one: Json, other: Json, report: Report, at: Path = []): Json {
  if (!isTable(one) || !isTable(other)) return one
  const next = 'Extend one of the two, and write this clause yourself.'
  let conflicts = 0
  const conflict: Conflict = (code, text) => {
    conflicts++
    report.fault(at, code, text, next)
  }
  const merged: Record<string, Json> = {}
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (dropped.has(key)) continue
    const value = key === 'policy' ? one.policy : narrower(one[key], other[key], [key], { one, other }, conflict)
    if (value !== undefined) merged[key] = value
  }
  if (conflicts) return merged
  // Each value was tried alone: together they are tried once more.
  for (const base of [one, other]) {
    for (const { path, sentence } of widenings(base, merged)) {
      if (!isJoined(path)) conflict('merge_widens', `${path.join('.')}: ${sentence}`)
    }
  }
  return merged
}

function narrower(a: Value, b: Value, path: Path, sides: Sides, conflict: Conflict): Value {
  if (a === b || (a !== undefined && b !== undefined && canonical(a) === canonical(b))) return a
  if (isSlot(a) || isSlot(b)) return (isSlot(a) ? b : a) ?? a ?? b
  if (isTable(a) && isTable(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    const all = keys.map((key) => [key, narrower(a[key], b[key], [...path, key], sides, conflict)] as const)
    return Object.fromEntries(all.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined))
  }
  if (isJoined(path) && typeof a === 'string' && typeof b === 'string') {
    const both = join(a, b, path, sides)
    if (both !== undefined) return both
  } else if (path[0] !== 'controller') {
    const candidates = [b, a, ...lists(a, b)]
    const found = candidates.findIndex((each) => fits(each, path, sides.one) && fits(each, path, sides.other))
    if (found >= 0) return candidates[found]
  }
  conflict('merge_conflict', `Neither of the two values of ${path.join('.')} is the narrower.`)
  return a
}

const joinedTexts: readonly Path[] = [
  ['effective'],
  ['purposes', '*', 'means'],
  ['purposes', '*', 'basis'],
  ['attestations', '*', 'measure'],
]

/** Texts that no compiler can compare, and that have a rule of their own. */
const isJoined = (path: Path): boolean =>
  joinedTexts.some(
    (each) => each.length === path.length && each.every((step, index) => step === '*' || step === path[index]),
  )

function join(a: string, b: string, path: Path, { one, other }: Sides): string | undefined {
  if (path[0] === 'effective') return a > b ? a : b
  if (path[2] === 'measure') return `${a}; and ${b}`
  if (path[2] === 'means') return `${a}; and only as far as this is also ${b}`
  // The lawful basis goes with the stricter way of asking.
  const asked = (side: Json) => strictness.indexOf(String(valueAt(side, [...path.slice(0, 2), 'consent'])))
  return asked(one) === asked(other) ? undefined : asked(one) > asked(other) ? a : b
}

const strictness = ['none', 'opt-out', 'opt-in']

/** All the words of two lists, which promises more; or the entries that both have, which grants less. */
function lists(a: Value, b: Value): readonly Json[] {
  if (!Array.isArray(a) || !Array.isArray(b)) return []
  const known = new Set(b.map((each: Json) => canonical(each)))
  return [[...new Set([...a, ...b])], a.filter((each: Json) => known.has(canonical(each)))]
}

/** Whether `value` in that place of `base` can be read, and grants nothing that `base` does not. */
function fits(value: Value, path: Path, base: Json): boolean {
  const [name] = path
  const clause = clauses.find((each) => each.name === name)
  if (!clause) return true // an unknown key is told when the merged document is compiled
  const changed = put(base, path, value)
  const read = valueAt(fillSlots(changed, silent).document, [clause.name])
  return clause.reads(read) && widenings(base, changed, clause.name).length === 0
}

function widenings(base: Json, mine: Json, only?: string) {
  const [before, after] = [fillSlots(base, silent).document, fillSlots(mine, silent).document]
  if (!isTable(before) || !isTable(after) || !isTable(base)) return []
  return clauses
    .filter(({ name }) => (only === undefined || name === only) && !isSlot(base[name]) && !dropped.has(name))
    .filter(({ name, reads }) => reads(before[name]) && reads(after[name]))
    .flatMap(({ name, widens }) => widens(before[name], after[name]))
}
