import { rmSync } from 'node:fs'
import { brokenCopy, type Mutation, mutations } from './mutation.ts'
import type { Outcome } from './row.ts'
import type { PolicyRows } from './rows/index.ts'
import { runRows } from './run.ts'
import type { Ground } from './stage/ground.ts'
import type { ShapeName } from './stage/shape.ts'

/** Whether the row saw its control broken, and what it said: another failure than the broken control would be an accident. */
export interface Noticing {
  readonly noticed: boolean
  readonly line: string
}

/** One row tried on a Lethe of its own whose control is broken. */
export async function tried(
  mutation: Mutation,
  row: PolicyRows,
  ground: Ground,
  shape: ShapeName = 'sqlite+pglite',
): Promise<Noticing> {
  const root = brokenCopy(mutation)
  const [outcome] = await runRows([row], { root, ground, shapes: [shape], abreast: 1, told: () => {} })
  rmSync(root, { recursive: true, force: true })
  const noticed = outcome?.result === 'failed' && mutation.noticed.test(outcome.evidence)
  return { noticed, line: `${noticed ? 'NOTICED ' : 'MISSED  '}  ${lineOf(mutation, outcome)}` }
}

const lineOf = ({ row, breaks }: Mutation, outcome: Outcome | undefined): string =>
  `${row.padEnd(5)}  ${breaks}: ${outcome?.result} (${outcome?.evidence.slice(0, 160)})`

/** Breaks the controls of the chosen rows, three at a time; 1 when a row did not notice. */
export async function tryMutations(
  chosen: readonly PolicyRows[],
  ground: Ground,
  shape: ShapeName,
  said: (line: string) => void,
): Promise<number> {
  const waiting = mutations.flatMap((mutation) => rowOf(chosen, mutation).map((row) => ({ mutation, row })))
  const [all, missed] = [waiting.length, [] as string[]]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { noticed, line } = await tried(next.mutation, next.row, ground, shape)
      said(line)
      if (!noticed) missed.push(next.mutation.row)
    }
  }
  await Promise.all([worker(), worker(), worker()])
  said(`\n${all} controls broken, ${all - missed.length} noticed`)
  return all === 0 || missed.length > 0 ? 1 : 0
}

/** The one row of the table that a mutation is made for. */
export const rowOf = (table: readonly PolicyRows[], { row }: Mutation): readonly PolicyRows[] =>
  table
    .map((each) => ({ ...each, rows: each.rows.filter(({ id }) => id === row) }))
    .filter(({ rows }) => rows.length > 0)
