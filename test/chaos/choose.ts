import type { Fault } from './faults/index.ts'

export interface Choice {
  readonly short: boolean
  /** Part of a name or of a kind. */
  readonly only: string | null
  readonly seed: number
  /** As many as these, again from the start where the table has fewer; all of them for null. */
  readonly count: number | null
}

/** Which faults, in an order that is the same for the same seed: what one leaves behind meets another one each time. */
export function chosen(rows: readonly Fault[], { short, only, seed, count }: Choice): readonly Fault[] {
  const fit = rows
    .filter((each) => !short || each.short)
    .filter(({ name, kind }) => !only || name.includes(only) || kind.includes(only))
  if (fit.length === 0) return []
  const mixed: Fault[] = []
  const random = randomOf(seed)
  while (mixed.length < (count ?? fit.length)) {
    mixed.push(
      ...fit
        .map((each) => ({ each, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ each }) => each),
    )
  }
  return mixed.slice(0, count ?? fit.length)
}

/** xorshift32 (Marsaglia 2003): nothing here has to be hard to guess. */
function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}
