import { Fault } from '../base/index.ts'

const frozen = (): never => {
  throw new Fault('policy_frozen', 'A compiled policy cannot be changed.', 'Change the document and compile it again.')
}

/** Object.freeze does not reach into a Map: its verbs are closed too, so that the policy in force stays the published one. */
export function frozenMap<Key, Value>(entries: Iterable<readonly [Key, Value]>): ReadonlyMap<Key, Value> {
  const map = new Map(entries)
  return Object.freeze(Object.assign(map, { set: frozen, delete: frozen, clear: frozen }))
}

export function frozenSet<Value>(values: Iterable<Value>): ReadonlySet<Value> {
  const set = new Set(values)
  return Object.freeze(Object.assign(set, { add: frozen, delete: frozen, clear: frozen }))
}
