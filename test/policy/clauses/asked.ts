import { clauses } from '../../../src/policy/clauses/index.ts'
import { chaptersOf, checkPolicy } from '../../../src/policy/index.ts'
import { compiled, lines, written } from '../written.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The paths by which `mine` would grant more than `base` in the clause `name`. */
export function wider(
  name: string,
  base: Json | undefined,
  mine: Json | undefined,
  scope?: 'ceiling',
): readonly string[] {
  const clause = clauses.find((each) => each.name === name)
  if (!clause) throw new Error(`no clause ${name}`)
  return clause.widens(base, mine, scope).map(({ path }) => path.join('.'))
}

/** Faults and warnings of the page with `changes`, as `code line`; a new clause stands in the last line. */
export function toldOf(changes: Readonly<Record<string, string>>) {
  const { policy, faults, warnings } = checkPolicy(written(changes))
  const shown = (all: typeof faults) => all.map(({ code, line }) => `${code} ${line}`)
  return { policy, faults: shown(faults), warnings: shown(warnings), next: faults.map(({ next }) => next) }
}

export const lastLine = Object.keys(lines).length + 1

export const policyWith = (changes: Readonly<Record<string, string>> = {}) => compiled(written(changes))

/** What the explanation of the page says at `path`. */
export const saysAt = (path: string, changes: Readonly<Record<string, string>> = {}): string =>
  chaptersOf(policyWith(changes))
    .flatMap(({ sentences }) => sentences)
    .filter((each) => each.path === path || each.path.startsWith(`${path}.`))
    .map(({ text }) => text)
    .join(' ')
