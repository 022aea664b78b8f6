import { digest } from '../base/index.ts'
import { canonical, isTable, type Json } from './canonical.ts'
import type { Draft } from './clause.ts'
import { clauses } from './clauses/index.ts'
import type { Report } from './fault.ts'
import { frozenMap, frozenSet } from './freeze.ts'
import type { EventKind, EventRule, Policy } from './policy.ts'
import { fillSlots } from './slots.ts'
import { suggestion } from './suggest.ts'
import { checkWording } from './wording.ts'

export interface Compiled {
  /** Worth nothing if the report holds a fault. */
  readonly policy: Policy
  readonly sound: ReadonlySet<string>
}

/** A resolved document (nothing left to extend) to a policy. Every clause is read, so that all faults show at once. */
export function compile(written: Json, report: Report): Compiled {
  // From the canonical form, so that a stored version compiles to the same policy, its order included.
  const resolved = JSON.parse(canonical(written)) as Json
  const { document, unfilled } = fillSlots(resolved, report)
  const draft = emptyDraft(resolved, unfilled)
  const keys = isTable(document) ? document : {}
  const names = clauses.map(({ name }) => name)
  for (const key of Object.keys(keys)) {
    if (names.includes(key)) continue
    report.fault([key], 'key_unknown', `There is no clause "${key}".`, suggestion(key, [...names, 'extends']))
  }
  for (const { name, read } of clauses) {
    const value = Object.hasOwn(keys, name) ? keys[name] : undefined
    if (read(value, draft, report)) draft.sound.add(name)
  }
  for (const { name, check } of clauses) if (draft.sound.has(name)) check(keys[name], draft, report)
  checkWording(resolved, report)
  const { sound, document: _document, ...policy } = draft
  return { policy: Object.freeze(policy), sound }
}

function emptyDraft(resolved: Json, unfilled: readonly string[]): Draft {
  const source = canonical(resolved)
  const fingerprint = digest(source)
  const off = (kind: EventKind): EventRule => ({
    ...{ kind, mode: 'off', purpose: '', retentionDays: 0, recordingDays: 0 },
    ...{ fields: frozenMap<never, never>([]), honours: frozenSet<never>([]) },
  })
  return {
    ...{ name: '', number: Number.parseInt(fingerprint.slice(0, 8), 16), digest: fingerprint, source },
    ...{ effective: '', controller: { name: '', contact: '' }, purposes: frozenMap<never, never>([]) },
    events: { open: off('open'), click: off('click') },
    message: { retentionDays: frozenMap<never, never>([]), contentHours: 0 },
    ...{
      tallies: null,
      consentDays: 0,
      unconfirmedDays: 0,
      logDays: 0,
      rightsDays: 0,
      rightsAnswerDays: 0,
      processors: [],
    },
    ...{ tls: 'required', minors: null, hygiene: null, changes: { noticeDays: 0, by: 'mail' } },
    ...{ disclosures: [], attestations: [], sale: 'prohibited', statements: [] },
    unfilled: Object.freeze([...unfilled]),
    ...{ document: resolved, sound: new Set<string>() },
  }
}
