/** How many people a part of a whole has, and a name that puts equals in an order. */
export interface Part {
  readonly name: string
  readonly people: number
}

/** Which parts of a whole may be told on their own; the others are told together, or not at all. */
export type Suppress = <T extends Part>(parts: readonly T[], k: number) => readonly T[]

/**
 * Parts of at least `k` people, as long as what is left over is nobody, or `k` people as well: beside a total, whatever is
 * left over is as good as told. Where it is fewer, the smallest part joins it (complementary suppression). A part without a
 * name is left over from the start. With `k` people or more all told, the rest is therefore never between 1 and `k - 1`.
 */
export const suppressSmall: Suppress = (parts, k) => {
  const sorted = parts
    .filter(({ name }) => name !== '')
    .toSorted((a, b) => b.people - a.people || (a.name < b.name ? -1 : 1))
  const stay = sorted.filter(({ people }) => people >= k)
  const sum = (some: readonly Part[]): number => some.reduce((total, { people }) => total + people, 0)
  let rest = sum(parts) - sum(stay)
  while (rest > 0 && rest < k) {
    const smallest = stay.pop()
    if (!smallest) break
    rest += smallest.people
  }
  return stay
}
