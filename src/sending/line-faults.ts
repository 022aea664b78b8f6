import type { Fault } from '../base/index.ts'
import { charsetHint } from './encoding.ts'
import { FieldsMissing } from './fields-missing.ts'

/** The fault of one line of a file, as an upload answers it. */
export interface LineFault {
  readonly line: number
  readonly code: string
  /** The fields that had no value. */
  readonly fields?: readonly string[]
}

export const lineFault = (line: number, cause: Fault): LineFault => ({
  ...{ line, code: cause.code },
  ...(cause instanceof FieldsMissing ? { fields: cause.fields } : {}),
})

const mostFaults = 1_000

/** What an upload leaves out: every line is counted, and the first thousand are named. */
export function newLineFaults() {
  const faults: LineFault[] = []
  let [faulty, foreign] = [0, 0]
  return {
    add: (fault: LineFault): void => {
      if (fault.code === 'line_not_utf8') foreign++
      if (++faulty <= mostFaults) faults.push(fault)
    },
    told: (): { readonly faulty: number; readonly faults: readonly LineFault[] } => ({ faulty, faults }),
    /** What to do about a file that seems to be in another charset. */
    hint: () => charsetHint(foreign),
  }
}
