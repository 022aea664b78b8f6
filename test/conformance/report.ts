import type { Outcome, Result } from './row.ts'

const results: readonly Result[] = ['proved', 'attested', 'refused', 'failed']

export interface Totals extends Readonly<Record<Result, number>> {
  readonly rows: number
}

export const totalsOf = (outcomes: readonly Outcome[]): Totals => {
  const count = (result: Result): number => outcomes.filter((each) => each.result === result).length
  return {
    rows: outcomes.length,
    ...{ proved: count('proved'), attested: count('attested'), refused: count('refused') },
    failed: count('failed'),
  }
}

export const lineOf = ({ id, policy, control, evidence, result }: Outcome): string =>
  `${result.toUpperCase().padEnd(8)}  ${id.padEnd(5)}  ${policy.padEnd(13)}  ${control}: ${evidence}`

export const totalsLine = (totals: Totals): string =>
  `${totals.rows} rows: ${results.map((result) => `${totals[result]} ${result}`).join(', ')}`

export const jsonOf = (outcomes: readonly Outcome[], shape: string): string =>
  `${JSON.stringify({ shape, totals: totalsOf(outcomes), rows: outcomes }, null, 2)}\n`

export function markdownOf(outcomes: readonly Outcome[], shape: string): string {
  const cell = (text: string): string => text.replace(/[\\|<>&`*_[\]]/g, '\\$&').replace(/\s+/g, ' ')
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  const rows = outcomes.map((each) => line([each.id, each.policy, each.says, each.control, each.evidence, each.result]))
  const head = ['| id | policy | statement | control | evidence | result |', '| --- | --- | --- | --- | --- | --- |']
  return `# Conformance\n\nOn ${shape}: ${totalsLine(totalsOf(outcomes))}.\n\n${[...head, ...rows].join('\n')}\n`
}
