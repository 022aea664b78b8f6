import type { Table } from './column.ts'

/** Where live columns and their description differ, in words; `strange` is what could write or show what no table says. */
export function unlike(
  described: Readonly<Record<string, Table>>,
  live: readonly string[],
  strange: readonly string[],
): readonly string[] {
  const known = Object.entries(described).flatMap(([name, { columns }]) =>
    Object.keys(columns).map((each) => `${name}.${each}`),
  )
  return [
    ...strange.map((place) => `${place} is none of ours`),
    ...live.filter((place) => !known.includes(place)).map((place) => `${place} is not in the catalogue`),
    ...known.filter((place) => !live.includes(place)).map((place) => `${place} is not in the store`),
  ]
}
