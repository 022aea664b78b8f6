import type { z } from 'zod'
import type { Path, Report } from './fault.ts'
import { suggestion } from './suggest.ts'

// What each missing key would have promised: a reader learns more from this than from its name.
const missing: Readonly<Record<string, readonly [code: string, sentence: string, next: string]>> = {
  retention: ['retention_missing', 'What is collected has no end.', 'Say how long it is kept: `retention: P30D`.'],
  recording: [
    'recording_missing',
    'Recording has no end.',
    'Say until when after sending hits are recorded: `recording: P30D`.',
  ],
  basis: [
    'basis_missing',
    'A purpose needs a lawful basis.',
    'Add `basis: consent`, or another one of GDPR Art. 6(1).',
  ],
  purpose: [
    'purpose_missing',
    'What is collected has no purpose.',
    'Add `purpose: insight`, or another declared purpose.',
  ],
  answer: ['deadline_missing', 'Nobody is told how soon a request is answered.', 'Add `answer: P30D`.'],
  contact: ['contact_missing', 'People need somebody to write to.', 'Add `contact:` with an address that is read.'],
  agreement: ['agreement_missing', 'A processor needs an agreement.', 'Add `agreement:` and name the contract.'],
}

/** Tells zod's issues about the clause `name` in this language's own words. `example` is what a missing clause looks like. */
export function tell(report: Report, name: string, example: string, issues: readonly z.core.$ZodIssue[]): void {
  for (const issue of issues) tellOne(report, [name, ...issue.path.map(step)], example, issue)
}

const step = (part: PropertyKey): string | number => (typeof part === 'symbol' ? '' : part)

function tellOne(report: Report, path: Path, example: string, issue: z.core.$ZodIssue): void {
  if (issue.code === 'unrecognized_keys') {
    for (const unknown of issue.keys) {
      const next = suggestion(unknown, issue.message.split(' ')) // the message carries the known keys: see `table`
      report.fault([...path, unknown], 'key_unknown', `"${unknown}" means nothing here.`, next)
    }
    return
  }
  const inner = issue.code === 'invalid_union' ? issue.errors.find(isInner) : undefined
  if (inner) for (const each of inner) tellOne(report, [...path, ...each.path.map(step)], example, each)
  else report.fault(...wordsFor(path, example, issue))
}

// Of a union's branches the one that took the value's shape, and only disliked something within it.
const isInner = (branch: readonly z.core.$ZodIssue[]): boolean =>
  branch.length > 0 &&
  branch.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys' || code === 'custom')

function wordsFor(path: Path, example: string, issue: z.core.$ZodIssue): Parameters<Report['fault']> {
  const key = String(path.at(-1))
  const asIn = `Write it as in \`${example}\`.`
  if (issue.input === undefined && path.length === 1) {
    return [[], 'clause_missing', `The clause "${key}" is missing.`, `Add it, as in \`${example}\`.`]
  }
  if (issue.input === undefined && issue.code !== 'custom') {
    return [path, ...(missing[key] ?? (['key_missing', `"${key}" is missing here.`, asIn] as const))]
  }
  if (issue.code === 'custom') {
    const { code, next } = issue.params ?? {}
    return [path, String(code ?? 'value_odd'), issue.message, String(next ?? asIn)]
  }
  const choice = issue.code === 'invalid_value' ? issue.values : 'options' in issue ? issue.options : undefined
  if (choice?.length) {
    return [path, 'value_odd', `"${key}" cannot take this value.`, `Use one of: ${choice.map(String).join(', ')}.`]
  }
  return [path, issue.code === 'invalid_type' ? 'value_type' : 'value_odd', `"${key}" ${wants(issue)}.`, asIn]
}

function wants(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${kinds[issue.expected] ?? issue.expected}`
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  return 'cannot take this value'
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table of keys',
  record: 'a table of keys',
}
