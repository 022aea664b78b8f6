import { isFault } from '../base/index.ts'
import { isTable, type Json } from './canonical.ts'
import { compile } from './compile.ts'
import { checkNarrower, overlay } from './extend.ts'
import { byPlace, newReport, type Path, type PolicyFault, type Report } from './fault.ts'
import { mergePolicies } from './merge.ts'
import type { Policy } from './policy.ts'
import { readYaml } from './read.ts'
import { isShippedName, shippedFolder, shippedText } from './shipped.ts'
import { checkUnused } from './unused.ts'

export interface CheckOptions {
  /** Where the text came from, for whoever reads the result. */
  readonly path?: string
  /** The folder of shipped policies; that of this package unless a test says otherwise. */
  readonly folder?: string
}

export interface Checked {
  readonly path: string
  /** Null exactly when there are faults. */
  readonly policy: Policy | null
  readonly faults: readonly PolicyFault[]
  /** What is allowed and yet worth a second look; refused demands of a published text among them. */
  readonly warnings: readonly PolicyFault[]
}

/** Text to policy, or to every fault that it has. Never throws for what a text says. */
export function checkPolicy(text: string, options: CheckOptions = {}): Checked {
  const path = options.path ?? 'policy'
  const reading = readYaml(text)
  if (reading.document === null) return { path, policy: null, faults: reading.faults, warnings: [] }
  const { report, faults, warnings } = newReport(reading.locate)
  const refused = () => ({ path, policy: null, faults: faults.sort(byPlace), warnings })
  if (!isTable(reading.document)) {
    report.fault([], 'document_odd', 'A policy is a table of clauses.', 'Begin with `extends: strict`.')
    return refused()
  }
  const base = baseOf(reading.document, options.folder ?? shippedFolder(), report)
  if (faults.length) return refused() // without its base, every clause would seem missing
  const resolved = base === null ? reading.document : overlay(base, reading.document)
  const { policy, sound } = compile(withoutExtends(resolved), report)
  checkUnused(reading.document, resolved, report)
  if (base !== null) checkNarrower(base, resolved, sound, faults, report)
  const ceiling = ceilingOf(resolved, options.folder ?? shippedFolder(), report)
  if (ceiling !== null) checkNarrower(ceiling, resolved, sound, faults, report, 'ceiling')
  warnings.sort(byPlace)
  return faults.length ? refused() : { path, policy, faults, warnings }
}

function withoutExtends(document: Json): Json {
  if (!isTable(document)) return document
  const { extends: _extends, ...rest } = document
  return rest
}

const mostBases = 5

/** The document that `extends:` names, or what is narrowest of several; null when there is none (a fault if it should be there). */
function baseOf(document: Json, folder: string, report: Report): Json | null {
  if (!isTable(document) || !Object.hasOwn(document, 'extends')) return null
  const names = Array.isArray(document.extends) ? document.extends : [document.extends]
  const several = Array.isArray(document.extends)
  if (!names.every((name) => typeof name === 'string' && isShippedName(name)) || (several && !isSeveral(names))) {
    const text = 'Only shipped policies can be extended, by their names.'
    const next = 'Write `extends: strict`, or `extends: [strict, mailerplex]` for the narrower of each.'
    report.fault(['extends'], 'extends_odd', text, next)
    return null
  }
  const bases = names.map((name) => shipped(String(name), ['extends'], folder, report))
  return bases.reduce((merged, each) => {
    return merged === null || each === null ? null : mergePolicies(merged, each, report, ['extends'])
  })
}

const isSeveral = (names: readonly Json[]): boolean =>
  names.length > 1 && names.length <= mostBases && new Set(names).size === names.length

function ceilingOf(document: Json, folder: string, report: Report): Json | null {
  const name = isTable(document) ? document.within : undefined
  return typeof name === 'string' && isShippedName(name) ? shipped(name, ['within'], folder, report) : null
}

/** A shipped document that is sound in itself; null, with a fault at `path`, when it is not. */
function shipped(name: string, path: Path, folder: string, report: Report): Json | null {
  try {
    const { document } = readYaml(shippedText(name, folder))
    const { report: inner, faults } = newReport(() => ({ line: 1, column: 1 }))
    if (document !== null) compile(document, inner)
    if (document !== null && !faults.length) return document
    const next = 'Run `lethe policy check` on it and mend it first.'
    report.fault(path, 'base_broken', 'The policy that is named here has faults of its own.', next)
  } catch (error) {
    if (!isFault(error)) throw error
    report.fault(path, error.code, error.message, error.next)
  }
  return null
}
