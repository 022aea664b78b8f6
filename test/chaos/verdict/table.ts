import type { Line } from './verdict.ts'

const heads = ['answered', 'recorded', 'late', 'lost', 'refused', 'twice', 'mails', 'sent twice'] as const
type Figures = Readonly<Record<(typeof heads)[number], number>>

const figures = (line: Line): Figures => ({ ...line, 'sent twice': line.sentTwice })

/** A line each, and what broke below the one that it broke. */
export function textOf(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ fault }) => fault.length), 6)
  const row = (name: string, cells: readonly (string | number)[], end: string) =>
    `${name.padEnd(width)} ${cells.map((cell, index) => String(cell).padStart(heads[index]!.length + 2)).join('')}  ${end}`
  const said = lines.flatMap((line) => [
    row(line.fault, Object.values(pick(figures(line))), verdictOf(line)),
    ...line.breaks.map((each) => `    ✗ ${each}`),
  ])
  return [row('fault', heads, 'calm after  verdict'), ...said].join('\n')
}

const pick = (all: Figures): Figures => ({
  ...{ answered: all.answered, recorded: all.recorded, late: all.late, lost: all.lost },
  ...{ refused: all.refused, twice: all.twice, mails: all.mails, 'sent twice': all['sent twice'] },
})

function verdictOf({ breaks, calmAfter, forgotten, forgottenMillis, unanswered }: Line): string {
  const notes = [
    breaks.length > 0 ? 'BROKEN' : 'held',
    ...(forgotten > 0 ? [`${forgotten} forgotten by Redis, the oldest ${forgottenMillis} ms old`] : []),
    ...(unanswered > 0 ? [`${unanswered} connections broke`] : []),
  ]
  return `${`${(calmAfter / 1000).toFixed(1)} s`.padStart(10)}  ${notes.join(', ')}`
}

export interface Totals {
  readonly faults: number
  readonly kinds: number
  readonly answered: number
  readonly recorded: number
  readonly late: number
  readonly lost: number
  readonly refused: number
  readonly forgotten: number
  readonly forgottenMillis: number
  readonly twice: number
  readonly mails: number
  readonly sentTwice: number
  readonly breaks: number
}

export function totalsOf(lines: readonly Line[], calm: ReadonlySet<string>): Totals {
  const sum = (of: (line: Line) => number): number => lines.reduce((all, line) => all + of(line), 0)
  const faults = lines.filter(({ kind }) => !calm.has(kind))
  return {
    faults: faults.length,
    kinds: new Set(faults.map(({ kind }) => kind)).size,
    answered: sum(({ answered }) => answered),
    recorded: sum(({ recorded }) => recorded),
    late: sum(({ late }) => late),
    lost: sum(({ lost }) => lost),
    refused: sum(({ refused }) => refused),
    forgotten: sum(({ forgotten }) => forgotten),
    forgottenMillis: Math.max(0, ...lines.map(({ forgottenMillis }) => forgottenMillis)),
    twice: sum(({ twice }) => twice),
    mails: sum(({ mails }) => mails),
    sentTwice: sum(({ sentTwice }) => sentTwice),
    breaks: sum(({ breaks }) => breaks.length),
  }
}

/** Hits whose connection broke are not among the answered, and those given up in a drain may be recorded: both are among the lost. */
const beside = ({ answered, recorded, lost, refused, forgotten }: Totals): number =>
  Math.max(0, recorded + lost + refused + forgotten - answered)

export const totalsText = (t: Totals): string =>
  `${t.faults} faults of ${t.kinds} kinds: ${t.answered} hits answered = ${t.recorded} recorded + ${t.lost} lost + ${t.refused} refused` +
  `${t.forgotten > 0 ? ` + ${t.forgotten} forgotten by Redis, the oldest answered ${t.forgottenMillis} ms before its end` : ''}` +
  `${beside(t) > 0 ? ` (${beside(t)} of the lost had no answer, or are recorded all the same)` : ''}, ${t.late} late, ${t.twice} twice; ` +
  `${t.mails} mails, ${t.sentTwice} sent twice, each counted; ${t.breaks === 0 ? 'everything held' : `${t.breaks} broken`}`
