import { Fault } from '../base/index.ts'

/** Where in the document: keys and positions in lists, from the outside in. */
export type Path = readonly (string | number)[]

export interface Place {
  /** Both count from 1; a policy that was stored, not written, has everything at 1:1. */
  readonly line: number
  readonly column: number
}

/** One thing to mend in a policy. `path` is dotted (`collect.open.retention`); empty for the document as a whole. */
export interface PolicyFault extends Place {
  readonly code: string
  readonly path: string
  readonly sentence: string
  readonly next: string
}

/** Collects every fault and warning, so that an author mends them in one go. */
export interface Report {
  fault(path: Path, code: string, sentence: string, next: string): void
  warn(path: Path, code: string, sentence: string, next: string): void
}

/** Thrown by loading: `policy_invalid`, with all faults in the order of their lines. */
export class PolicyInvalid extends Fault {
  readonly faults: readonly PolicyFault[]

  constructor(source: string, faults: readonly PolicyFault[]) {
    const [first] = faults
    const at = first ? ` The first is at line ${first.line}, column ${first.column}: ${first.sentence}` : ''
    super(
      'policy_invalid',
      `The policy ${source} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.${at}`,
      first
        ? `${first.next}${faults.length > 1 ? ' `lethe policy check` shows the others.' : ''}`
        : 'Run `lethe policy check`.',
    )
    this.name = 'PolicyInvalid'
    this.faults = faults
  }
}

/** For compiling what has been compiled before. */
export const silent: Report = Object.freeze({ fault: () => {}, warn: () => {} })

export interface Reported {
  readonly report: Report
  readonly faults: PolicyFault[]
  readonly warnings: PolicyFault[]
}

/** A report that finds each path's line and column by `locate`. */
export function newReport(locate: (path: Path) => Place): Reported {
  const faults: PolicyFault[] = []
  const warnings: PolicyFault[] = []
  const put = (into: PolicyFault[]) => (path: Path, code: string, sentence: string, next: string) => {
    into.push({ code, path: path.join('.'), ...locate(path), sentence, next })
  }
  return { report: { fault: put(faults), warn: put(warnings) }, faults, warnings }
}

export const byPlace = (a: Place, b: Place): number => a.line - b.line || a.column - b.column
