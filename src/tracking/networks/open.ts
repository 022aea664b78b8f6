import { wordsOf } from './address.ts'
import { readNetworkFile, stampOf } from './file.ts'
import { type NetworkKind, type NetworkSet, networkKinds } from './kind.ts'
import { newRangeLists, type RangeLists } from './range-lists.ts'
import { shippedNetworks } from './shipped.ts'

export interface Networks {
  /** What network an address is of; the first of the kinds' order where it is of several. */
  kindOf(address: string): NetworkKind | null
  /** Looks whether an update came, and takes it up; what is broken leaves the former in place and names itself. */
  refresh(): void
  readonly fault: 'networks_unreadable' | null
  readonly sets: readonly Pick<NetworkSet, 'name' | 'kind' | 'date'>[]
}

/** The shipped networks, each replaced by the set of the same name that `lethe data update` put into `file`. */
export function openNetworks(file: string | null = null): Networks {
  let sets: readonly NetworkSet[] = shippedNetworks()
  let tables = tablesOf(sets)
  let stamp: string | null = null
  let fault: Networks['fault'] = null

  function refresh(): void {
    if (file === null) return
    try {
      const now = stampOf(file)
      if (now === stamp && fault === null) return
      const updates = readNetworkFile(file)
      const replaced = new Set(updates.map(({ name }) => name))
      sets = [...shippedNetworks().filter(({ name }) => !replaced.has(name)), ...updates]
      tables = tablesOf(sets)
      stamp = now
      fault = null
    } catch {
      fault = 'networks_unreadable'
    }
  }

  refresh()
  return {
    kindOf(address) {
      const words = wordsOf(address)
      return words === null ? null : (networkKinds[tables.first(words)] ?? null)
    },
    refresh,
    get fault() {
      return fault
    },
    get sets() {
      return sets.map(({ name, kind, date }) => ({ name, kind, date }))
    },
  }
}

const tablesOf = (sets: readonly NetworkSet[]): RangeLists =>
  newRangeLists(networkKinds.map((kind) => sets.filter((set) => set.kind === kind).flatMap(({ ranges }) => ranges)))
