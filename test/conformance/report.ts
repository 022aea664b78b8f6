import type { Outcome, Result } from './row.ts'
import type { ShapeName } from './stage/shape.ts'

const results: readonly Result[] = ['proved', 'attested', 'refused', 'failed']

export interface Totals extends Readonly<Record<Result, number>> {
  readonly rows: number
}

/** The outcomes that count for a shape: those of its own, and those of rows that stood on none. */
export const outcomesOn = (outcomes: readonly Outcome[], shape: ShapeName): readonly Outcome[] =>
  outcomes.filter(({ shapes }) => shapes.includes(shape))

export const totalsOf = (outcomes: readonly Outcome[]): Totals => {
  const count = (result: Result): number => outcomes.filter((each) => each.result === result).length
  return {
    rows: outcomes.length,
    ...{ proved: count('proved'), attested: count('attested'), refused: count('refused') },
    failed: count('failed'),
  }
}

const where = (shapes: readonly ShapeName[]): string => (shapes.length === 1 ? `${shapes[0]}` : 'every shape')

/** `told` names the shape as well: for a run on several. */
export const lineOf = ({ id, policy, control, evidence, result, shapes }: Outcome, several: boolean): string =>
  `${result.toUpperCase().padEnd(8)}  ${id.padEnd(5)}  ${policy.padEnd(13)}  ${several ? `${where(shapes).padEnd(17)}  ` : ''}${control}: ${evidence}`

export const totalsLine = (totals: Totals): string =>
  `${totals.rows} rows: ${results.map((result) => `${totals[result]} ${result}`).join(', ')}`

/** One entry a shape. */
export const jsonOf = (outcomes: readonly Outcome[], shapes: readonly ShapeName[]): string => {
  const each = shapes.map((shape) => {
    const rows = outcomesOn(outcomes, shape)
    return { shape, totals: totalsOf(rows), rows }
  })
  return `${JSON.stringify(each.length === 1 ? each[0] : { shapes: each }, null, 2)}\n`
}

/** One table; a row that was tried on several shapes stands in it once for each. */
export function markdownOf(outcomes: readonly Outcome[], shapes: readonly ShapeName[]): string {
  const cell = (text: string): string => text.replace(/[\\|<>&`*_[\]]/g, '\\$&').replace(/\s+/g, ' ')
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  const names = ['id', 'policy', 'shape', 'statement', 'control', 'evidence', 'result']
  const rows = outcomes.map((each) =>
    line([each.id, each.policy, where(each.shapes), each.says, each.control, each.evidence, each.result]),
  )
  const totals = shapes.map((shape) => `On ${shape}: ${totalsLine(totalsOf(outcomesOn(outcomes, shape)))}.`)
  const head = [`| ${names.join(' | ')} |`, `|${' --- |'.repeat(names.length)}`]
  return `# Conformance\n\n${totals.join('\n\n')}\n\n${[...head, ...rows].join('\n')}\n`
}
