import { canonical, isTable, type Json } from './canonical.ts'
import { clauses } from './clauses/index.ts'
import { controlsOn } from './controls.ts'
import { type Path, silent } from './fault.ts'
import type { EventKind, Policy } from './policy.ts'
import { fillSlots, isSlot } from './slots.ts'

export type Effect = 'widening' | 'narrowing' | 'neutral'

/** One value that differs. `noticeDays` is what the policy in force promised for a widening; 0 for anything else. */
export interface PolicyChange {
  readonly path: string
  readonly effect: Effect
  /** As written in canonical JSON; null where there is nothing. */
  readonly before: string | null
  readonly after: string | null
  readonly noticeDays: number
  /** The data that it touches, as the inventory names it. */
  readonly fields: readonly string[]
  /** The controls, and so the proofs, that it touches. */
  readonly controls: readonly string[]
  /** The statements of the published text that rest on it. */
  readonly statements: readonly string[]
}

interface Side {
  readonly name: string
  readonly number: number
  readonly digest: string
}

export interface PolicyDiff {
  readonly from: Side
  readonly to: Side
  readonly changes: readonly PolicyChange[]
  /** Widening if any change is; then `noticeDays` says how long it has to wait, and `by` how people are told. */
  readonly effect: Effect
  readonly noticeDays: number
  readonly by: 'mail' | 'page'
}

/** Every change from the policy `from` to the policy `to`. What cannot be told to be narrower counts as wider. */
export function diffPolicies(from: Policy, to: Policy): PolicyDiff {
  const [before, after] = [JSON.parse(from.source) as Json, JSON.parse(to.source) as Json] // our own canonical JSON
  const [wider, narrower] = [widened(before, after), widened(after, before)]
  const leaves = differing(listed(before), listed(after), [])
  const changes = leaves.map(({ path, one, other }): PolicyChange => {
    const filled = fillsOnly(one, other)
    const effect = filled ? 'neutral' : near(wider, path) ? 'widening' : near(narrower, path) ? 'narrowing' : 'neutral'
    return {
      ...{ path: path.join('.'), effect, before: shown(one), after: shown(other) },
      noticeDays: effect === 'widening' ? from.changes.noticeDays : 0,
      ...{ fields: fieldsAt(path, from, to), ...heldAt(path, from, to) },
    }
  })
  const has = (effect: Effect) => changes.some((each) => each.effect === effect)
  const effect = has('widening') ? 'widening' : has('narrowing') ? 'narrowing' : 'neutral'
  const noticeDays = Math.max(0, ...changes.map((each) => each.noticeDays))
  return { from: side(from), to: side(to), changes, effect, noticeDays, by: from.changes.by }
}

/** True if nothing changed but slots that a deployment filled: what was open could promise nobody anything. */
function fillsOnly(one: Json | undefined, other: Json | undefined): boolean {
  if (isSlot(one)) return other !== undefined
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, at) => fillsOnly(each, other[at]))
  }
  if (isTable(one) && isTable(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)])
    return [...keys].every((key) => fillsOnly(one[key], other[key]))
  }
  return shown(one) === shown(other)
}

const side = ({ name, number, digest }: Policy): Side => ({ name, number, digest })
const shown = (value: Json | undefined): string | null => (value === undefined ? null : canonical(value))

/** Where `after` grants more than `before`. A kind of hits that is recorded in another mode changed as a whole. */
function widened(before: Json, after: Json): readonly Path[] {
  const [one, other] = [fillSlots(before, silent).document, fillSlots(after, silent).document]
  if (!isTable(one) || !isTable(other)) return []
  return clauses
    .filter(({ name, reads }) => reads(one[name]) && reads(other[name]))
    .flatMap(({ name, widens }) => widens(one[name], other[name]))
    .map(({ path }) => (path[0] === 'collect' && path[2] === 'mode' ? path.slice(0, 2) : path))
}

/** Statements by their ids, so that one that was added moves no other. */
function listed(document: Json): Json {
  if (!isTable(document) || !Array.isArray(document.statements)) return document
  const byId = document.statements.map((each: Json) => [isTable(each) ? String(each.id) : '', each] as const)
  return { ...document, statements: Object.fromEntries(byId) }
}

interface Leaf {
  readonly path: Path
  readonly one: Json | undefined
  readonly other: Json | undefined
}

function differing(one: Json | undefined, other: Json | undefined, path: Path): readonly Leaf[] {
  if (isTable(one) && isTable(other) && !isSlot(one) && !isSlot(other) && path[0] !== 'statements') {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differing(one[key], other[key], [...path, key]),
    )
  }
  if (path.length === 1 && path[0] === 'statements') {
    const [before, after] = [isTable(one) ? one : {}, isTable(other) ? other : {}]
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((id) =>
      differing(before[id], after[id], ['statements', id]),
    )
  }
  return shown(one) === shown(other) ? [] : [{ path, one, other }]
}

/** Whether one of the paths lies above or below `path`. Entries of a list are told by their list. */
const near = (paths: readonly Path[], path: Path): boolean =>
  paths.some((each) => {
    const steps = each[0] === 'statements' ? each.slice(0, 1) : each
    return steps.every((step, index) => index >= path.length || step === path[index])
  })

function fieldsAt([clause, part, key, field]: Path, from: Policy, to: Policy): readonly string[] {
  if (clause === 'collect' && (part === 'open' || part === 'click')) {
    return key === 'fields' && field !== undefined ? [`${part}.${field}`] : hitFields(part, from, to)
  }
  if (clause === 'keep') return part === 'messages' && key !== undefined ? [String(key)] : ['content']
  return others[String(clause)] ?? []
}

const others: Readonly<Record<string, readonly string[]>> = {
  ...{ hygiene: ['last_open'], tallies: ['tally'], logs: ['log'], consent: ['consent'] },
}

const hitFields = (kind: EventKind, from: Policy, to: Policy): readonly string[] => [
  kind,
  ...new Set([from, to].flatMap(({ events }) => [...events[kind].fields.keys()].map((field) => `${kind}.${field}`))),
]

function heldAt(path: Path, from: Policy, to: Policy) {
  const dotted = path.join('.')
  const held = [from, to].flatMap(({ statements }) =>
    statements.filter(
      ({ id, heldBy }) => dotted === `statements.${id}` || heldBy.some((each) => related(each, dotted)),
    ),
  )
  const own = clauses.find(({ name }) => name === path[0])?.controls ?? []
  const controls = [from, to].flatMap((policy) => controlsOn(own, policy))
  return {
    controls: [...new Set([...controls, ...held.map(({ control }) => control)])],
    statements: [...new Set(held.map(({ id }) => id))],
  }
}

const related = (a: string, b: string): boolean => `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`)
