import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../src/base/index.ts'
import {
  checkPolicy,
  compileSource,
  explainPolicy,
  loadPolicy,
  noticeOf,
  shippedFolder,
} from '../../src/policy/index.ts'
import { written } from './written.ts'

const texts = [
  ...['strict', 'mailerplex'].map((name) => readFileSync(join(shippedFolder(), `${name}.yaml`), 'utf8')),
  ...['extends: [strict, mailerplex]\nwithin: eu-email-2026\nchanges: { notice: P60D }\n'],
  ...['extends: mailerplex\ncollect: { open: { fields: { at: hour } } }\n', written()],
]

const scraps = fc.oneof(
  fc.constantFrom(
    'off',
    'P0D',
    'P1M',
    '{}',
    '[]',
    '- ',
    ': ',
    '\n',
    '~',
    '.nan',
    '1e999',
    '&a ',
    '*a',
    '!!map ',
    '---\n',
  ),
  fc.constantFrom(
    'slot: x',
    'extends: strict\n',
    'constructor: 1\n',
    'toString',
    '__proto__',
    '"',
    "'",
    '|',
    '#',
    '\t',
    '{',
    ']',
  ),
  fc.string({ maxLength: 12, unit: 'binary' }),
)
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(60), put: scraps })

const mutated = fc
  .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((now, { at, drop, put }) => {
      const from = Math.floor(at * now.length)
      return now.slice(0, from) + put + now.slice(from + drop)
    }, text),
  )

/** Either a policy that explains and compiles again, or faults that an author can act on: never both, never neither. */
function holds(text: string): void {
  const { policy, faults } = checkPolicy(text)
  expect(policy === null).toBe(faults.length > 0)
  for (const { code, line, column, sentence, next } of faults) {
    expect(code).toMatch(/^[a-z_]+$/)
    expect(Math.min(line, column)).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(text.split('\n').length + 1)
    expect(sentence.length && next.length).toBeGreaterThan(0)
  }
  if (!policy) return
  expect(compileSource(policy.source)).toEqual(policy)
  expect(explainPolicy(policy)).toContain(policy.name)
  expect(noticeOf(policy).html).toContain(policy.digest)
  for (const rule of Object.values(policy.events)) {
    if (rule.mode === 'off') continue
    expect(policy.purposes.get(rule.purpose)).toBeDefined()
    expect(rule.recordingDays).toBeGreaterThan(0)
    if (rule.mode === 'individual') expect(rule.retentionDays).toBeGreaterThan(0)
  }
}

test('a mutated text compiles or has faults, and never anything else', () => {
  fc.assert(fc.property(mutated, holds), { numRuns: 500 })
}, 120_000)

test('any text compiles or has faults', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), holds), { numRuns: 300 })
})

// Values put in the place of others, anywhere in a document that was sound: the reader is past, the clauses are not.
const json = JSON.parse(loadPolicy('mailerplex').source) as fc.JsonValue
const replaced = fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 3 })).map(([seed, value]) => {
  const paths = pathsOf(json)
  return put(json, paths[seed % paths.length]!, value)
})

test('a stored document with any value in any place compiles or is refused with a code', () => {
  fc.assert(
    fc.property(replaced, (document) => {
      try {
        const policy = compileSource(JSON.stringify(document))
        expect(compileSource(policy.source).digest).toBe(policy.digest)
      } catch (error) {
        if (!isFault(error)) throw error
        expect(error.code).toBe('policy_invalid')
      }
    }),
    { numRuns: 1500 },
  )
})

function pathsOf(value: fc.JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each as fc.JsonValue, [...path, key]))]
}

function put(value: fc.JsonValue, path: readonly string[], other: fc.JsonValue): fc.JsonValue {
  const [key, ...rest] = path
  if (key === undefined || typeof value !== 'object' || value === null) return other
  if (Array.isArray(value)) return value.map((each, index) => (String(index) === key ? put(each, rest, other) : each))
  const inner = Reflect.get(value, key) as fc.JsonValue
  return { ...value, [key]: put(inner, rest, other) }
}
