import type { ShapeName } from './stage/shape.ts'
import type { Stage } from './stage/stage.ts'

/**
 * proved: a test of the running product that could have failed. attested: an organisation's own measure, named with its
 * end. refused: what the text reserves and this software never does.
 */
export type Result = 'proved' | 'attested' | 'refused' | 'failed'

/** One statement of a published policy, what holds it, and how that is tried. */
export interface Row {
  readonly id: string
  /** The statement, paraphrased. */
  readonly says: string
  readonly control: string
  /** What the row is when its proof holds; a proof that does not hold makes it `failed`. */
  readonly result: 'proved' | 'attested' | 'refused'
  /** Touches no Lethe that other rows use, so that it can run beside them. */
  readonly apart?: true
  /** Resolves with the evidence in a line, or throws Unproved with what was missed. */
  prove(stage: Stage): Promise<string>
}

export interface Outcome {
  readonly id: string
  readonly policy: string
  readonly says: string
  readonly control: string
  readonly evidence: string
  readonly result: Result
  readonly seconds: number
  /** Those that it counts for: one, or all of the run where nothing of any was handed to the row. */
  readonly shapes: readonly ShapeName[]
}

export class Unproved extends Error {}

/** What a proof stands on. `missed` says what was seen instead, in a few words. */
export function must(holds: unknown, missed: string): asserts holds {
  if (!holds) throw new Unproved(missed)
}

/** Equality of plain values, told with both sides when it fails. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  must(a === b, `${what}: expected ${short(b)}, got ${short(a)}`)
}

const short = (text: string | undefined): string => (text ?? 'nothing').slice(0, 200)

type Prove = Row['prove']
type Maker = (id: string, says: string, control: string, prove: Prove) => Row

const maker =
  (result: Row['result']): Maker =>
  (id, says, control, prove) => ({ id, says, control, result, prove })

export const proved = maker('proved')
export const attested = maker('attested')
export const refused = maker('refused')

/** A row whose proof starts what it needs, or needs nothing that runs. */
export const apart = (row: Row): Row => ({ ...row, apart: true })
