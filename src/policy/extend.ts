import { isTable, type Json, valueAt } from './canonical.ts'
import type { Scope } from './clause.ts'
import { clauses } from './clauses/index.ts'
import { type Path, type PolicyFault, type Report, silent } from './fault.ts'
import { fillSlots, isSlot } from './slots.ts'

/**
 * `mine` over `base`: tables are laid over each other key by key; lists of words (`never`, `honours`, `ours`) are united,
 * since each further word there promises more; everything else is replaced whole.
 */
export function overlay(base: Json, mine: Json): Json {
  if (isWords(base) && isWords(mine)) return [...new Set([...base, ...mine])]
  if (!isTable(base) || !isTable(mine) || isSlot(base) || isSlot(mine)) return mine
  const merged: Record<string, Json> = { ...base }
  for (const [key, value] of Object.entries(mine)) {
    const below = Object.hasOwn(base, key) ? base[key] : undefined
    merged[key] = below === undefined ? value : overlay(below, value)
  }
  return merged
}

const isWords = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

/** How a document that grants too much is told of it. */
const bounds = {
  overlay: [
    'overlay_widens',
    'An extending policy may only narrow: leave it as it was, or copy the shipped file, without `extends`, and change that.',
  ],
  ceiling: ['ceiling_exceeded', 'Narrow it, or leave out `within`.'],
} as const

/** Reports where the resolved document grants more than the one that bounds it. Filling a slot is no widening. */
export function checkNarrower(
  base: Json,
  resolved: Json,
  sound: ReadonlySet<string>,
  known: readonly PolicyFault[],
  report: Report,
  scope: Scope = 'overlay',
): void {
  if (!isTable(base) || !isTable(resolved)) return
  const [before, after] = [fillSlots(base, silent).document, fillSlots(resolved, silent).document]
  if (!isTable(before) || !isTable(after)) return
  const told = new Set(known.map((fault) => fault.path)) // what is wrong in itself need not be compared
  const [code, next] = bounds[scope]
  for (const { name, reads, widens } of clauses) {
    if (!sound.has(name) || isSlot(base[name]) || !reads(before[name])) continue
    if (scope === 'ceiling' && !Object.hasOwn(base, name)) continue // of what it does not name, a ceiling says nothing
    for (const { path, sentence } of widens(before[name], after[name], scope)) {
      if (!told.has(path.join('.'))) report.fault(path, code, sentence + limit(before, path), next)
    }
  }
}

/** What the base says in the same place, where that is one word: the limit to keep to. Lists are numbered by the overlay's own. */
function limit(base: Json, path: Path): string {
  const said = path.some((step) => typeof step === 'number') ? undefined : valueAt(base, path)
  const word = typeof said === 'string' || typeof said === 'number' || typeof said === 'boolean' ? String(said) : ''
  return /^\S{1,40}$/.test(word) ? ` There it is ${word}.` : ''
}
