import type { z } from 'zod'
import type { Json } from './canonical.ts'
import type { Path, Report } from './fault.ts'
import { tell } from './issue.ts'
import type { Policy } from './policy.ts'

/** The policy while its clauses fill it in. `sound` names the clauses that were read without a fault. */
export type Draft = { -readonly [Key in keyof Policy]: Policy[Key] } & {
  readonly document: Json
  readonly sound: Set<string>
}

/** One plain sentence and the place in the document that it tells of. */
export interface Told {
  readonly path: Path
  readonly text: string
  /** Belongs to the sentence before it. */
  readonly detail?: boolean
}

/** A change by which an overlay would grant more than what it extends. */
export interface Widening {
  readonly path: Path
  readonly sentence: string
}

/**
 * Against what a document is held: another one that it extends, word for word; or a ceiling, which binds by what is done
 * and not by how it is called, so that names, words and parties of one's own are no widening.
 */
export type Scope = 'overlay' | 'ceiling'

/**
 * One clause of the language: one key of the document, one file. `Written` is the clause as its schema hands it over.
 * `compile` writes into the draft; `check` runs when all clauses are compiled and may look at the others.
 */
export interface ClauseParts<Written> {
  readonly name: string
  readonly heading: string
  readonly example: string
  /** What keeps it: ids of the table of controls, of which those count that the policy switches on. */
  readonly controls: readonly string[]
  readonly schema: z.ZodType<Written>
  compile(written: Written, draft: Draft, report: Report): void
  check?(written: Written, draft: Draft, report: Report): void
  explain(written: Written, policy: Policy): readonly Told[]
  widens?(base: Written, mine: Written, scope: Scope): readonly Widening[]
}

/** A clause without its type parameter, as the table of clauses holds it. */
export interface Clause {
  readonly name: string
  readonly heading: string
  readonly controls: readonly string[]
  /** Whether `value` has the clause's shape. */
  reads(value: Json | undefined): boolean
  /** Reads and compiles `value`; false, with faults reported, when it cannot. */
  read(value: Json | undefined, draft: Draft, report: Report): boolean
  check(value: Json | undefined, draft: Draft, report: Report): void
  explain(value: Json | undefined, policy: Policy): readonly Told[]
  widens(base: Json | undefined, mine: Json | undefined, scope?: Scope): readonly Widening[]
}

export function clause<Written>(parts: ClauseParts<Written>): Clause {
  const { name, heading, example, controls, schema } = parts
  const written = (value: Json | undefined): Written => schema.parse(value)
  return {
    name,
    heading,
    controls,
    reads: (value) => schema.safeParse(value).success,
    read: (value, draft, report) => {
      const result = schema.safeParse(value, { reportInput: true })
      if (result.success) parts.compile(result.data, draft, report)
      else tell(report, name, example, result.error.issues)
      return result.success
    },
    check: (value, draft, report) => parts.check?.(written(value), draft, report),
    explain: (value, policy) => parts.explain(written(value), policy),
    widens: (base, mine, scope = 'overlay') => parts.widens?.(written(base), written(mine), scope) ?? [],
  }
}
