import { isoDay } from '../base/index.ts'
import type { Part, Suppress } from '../gate/index.ts'
import type { Cohort, Tally, Trait } from '../ledger/index.ts'
import type { EventKind } from '../policy/policy.ts'

/** People of a kind who share a trait or the day of their first hit: each of them is in one part of a trait, and in no other. */
export interface PublishedPart {
  readonly kind: EventKind
  readonly class: Tally['class']
  readonly by: Trait | 'day'
  /** A word, or an ISO day; null for all others together: what nobody can tell, and what is too few. */
  readonly value: string | null
  readonly people: number
}

export type Parts = readonly PublishedPart[]

interface Grain extends Omit<PublishedPart, 'value'> {
  /** Empty for the others. */
  readonly value: string
  /** People who are told apart over all days make one whole; else each day is one of its own. */
  readonly whole: string
}

/**
 * The parts of each whole that may stand alone, and one for the rest, which is nobody or k people as well: a total less what
 * is shown tells of nobody. People only: whose hits they are is told by nothing here.
 */
export function partsOf(
  { tallies, cohorts }: { readonly tallies: readonly Tally[]; readonly cohorts: readonly Cohort[] },
  k: number,
  suppress: Suppress,
): Parts {
  const step = (people: number): number => people - (people % k)
  const sums = new Map<string, PublishedPart>()
  for (const grains of Map.groupBy([...daysIn(tallies), ...traitsIn(cohorts)], wholeOf).values()) {
    const parts = merged(grains)
    const stay = suppress(parts, k)
    const all = parts.reduce((total, { people }) => total + people, 0)
    const rest = all - stay.reduce((total, { people }) => total + people, 0)
    for (const { name, people } of [...stay, { name: '', people: rest }]) {
      if (people < k) continue
      const { kind, class: sort, by } = grains[0]!
      const key = `${kind} ${sort} ${by} ${name}`
      const before = sums.get(key)?.people ?? 0
      sums.set(key, { kind, class: sort, by, value: name || null, people: before + step(people) })
    }
  }
  return [...sums.values()].toSorted(inOrder)
}

const wholeOf = ({ kind, class: sort, by, whole }: Grain): string => `${kind} ${sort} ${by} ${whole}`

function merged(grains: readonly Grain[]): readonly Part[] {
  const sums = new Map<string, number>()
  for (const { value, people } of grains) sums.set(value, (sums.get(value) ?? 0) + people)
  return [...sums].map(([name, people]) => ({ name, people }))
}

const daysIn = (tallies: readonly Tally[]): readonly Grain[] =>
  tallies
    .filter(({ link, class: sort }) => link === 0 && sort === 'person')
    .map(({ kind, class: sort, day, estimated, rest, shownPeople: people }) => {
      const value = rest ? '' : isoDay(day)
      return { kind, class: sort, by: 'day', value, people, whole: estimated ? value : '' }
    })

const traitsIn = (cohorts: readonly Cohort[]): readonly Grain[] =>
  cohorts.map(({ kind, class: sort, day, estimated, trait, value, shown: people }) => ({
    ...{ kind, class: sort, by: trait, value, people, whole: estimated ? isoDay(day) : '' },
  }))

const words: readonly PublishedPart['by'][] = ['day', 'country', 'browser', 'os', 'device', 'language', 'agent']

/** Opens before clicks, people before machines; days in their order, other parts by their size, the rest last. */
function inOrder(a: PublishedPart, b: PublishedPart): number {
  if (a.kind !== b.kind) return a.kind === 'open' ? -1 : 1
  if (a.class !== b.class) return a.class === 'person' ? -1 : 1
  if (a.by !== b.by) return words.indexOf(a.by) - words.indexOf(b.by)
  if (a.value === null || b.value === null) return a.value === null ? 1 : -1
  const bySize = a.by === 'day' ? 0 : b.people - a.people
  return bySize || (a.value < b.value ? -1 : 1)
}
