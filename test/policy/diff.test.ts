import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffMarkdown, diffPolicies, loadPolicy, type Policy } from '../../src/policy/index.ts'
import { compiled, lines, written } from './written.ts'

const page = (changes: Readonly<Record<string, string>> = {}): Policy => compiled(written(changes))
const between = (changes: Readonly<Record<string, string>>, base: Readonly<Record<string, string>> = {}) =>
  diffPolicies(page(base), page({ ...base, ...changes }))
const brief = (changes: Readonly<Record<string, string>>, base: Readonly<Record<string, string>> = {}) =>
  between(changes, base).changes.map(({ effect, path }) => `${effect} ${path}`)

test('nothing changed is nothing told', () => {
  const diff = diffPolicies(page(), page())
  expect(diff).toMatchObject({ changes: [], effect: 'neutral', noticeDays: 0 })
  expect(diffMarkdown(diff)).toContain('no change')
})

describe('each change is widening, narrowing or neutral', () => {
  test.each([
    ['a longer retention', { open: lines.open!.replace('P30D', 'P60D') }, ['widening collect.open.retention']],
    ['a shorter one', { open: lines.open!.replace('P30D', 'P7D') }, ['narrowing collect.open.retention']],
    [
      'a further field',
      { open: lines.open!.replace('at: hour', 'at: hour, os: value') },
      ['widening collect.open.fields.os'],
    ],
    ['a coarser grain', { open: lines.open!.replace('hour', 'day') }, ['narrowing collect.open.fields.at']],
    ['another contact', { controller: lines.controller!.replace('privacy@', 'data@') }, ['neutral controller.contact']],
    ['a later day', { effective: 'effective: 2027-06-01' }, ['neutral effective']],
    [
      'other words for a purpose',
      { deliver: lines.deliver!.replace('what', 'all') },
      ['widening purposes.deliver.means'],
    ],
    ['a promise more', { never: 'never: [ip_address, region]' }, ['narrowing never']],
    ['a shorter notice', { changes: 'changes: { notice: P7D }' }, ['widening changes.notice']],
    ['mail in clear', { transport: 'transport: { tls: opportunistic }' }, ['widening transport.tls']],
  ])('%s', (_name, changes, wanted) => {
    const keys = Object.keys(changes)
    const explicit = { changes: 'changes: { notice: P30D }', transport: 'transport: { tls: required }' }
    const base = Object.fromEntries(Object.entries(explicit).filter(([key]) => keys.includes(key)))
    expect(brief(changes, base)).toEqual(wanted)
  })

  test('a kind that is recorded again is wider in everything that it brings', () => {
    const effects = between({ click: lines.open!.replace('open:', 'click:') }).changes.map(({ effect }) => effect)
    expect(new Set(effects)).toEqual(new Set(['widening']))
    expect(effects.length).toBeGreaterThan(3)
  })
})

test('a widening waits as long as the policy in force promised, whatever the new one says', () => {
  const base = { changes: 'changes: { notice: P14D, by: page }' }
  const diff = between({ logs: 'logs: { keep: P30D }', changes: 'changes: { notice: none }' }, base)
  expect(diff).toMatchObject({ effect: 'widening', noticeDays: 14, by: 'page' })
  expect(diffPolicies(page({ logs: 'logs: { keep: P30D }' }), page())).toMatchObject({
    effect: 'narrowing',
    noticeDays: 0,
  })
})

test('a change names the data, the controls and the statements that it touches', () => {
  const statements =
    'statements: [{ id: TT-1, says: opens are kept coarse, held_by: [collect.open], control: coarse-events }]'
  const [change] = between({ open: lines.open!.replace('hour', 'second') }, { statements }).changes
  expect(change).toMatchObject({ fields: ['open.at'], statements: ['TT-1'], before: '"hour"', after: '"second"' })
  expect(change!.controls).toContain('coarse-events')
})

test('a statement that is added moves no other', () => {
  const one = (id: string) => `{ id: ${id}, says: little is kept, held_by: [keep], control: kept-groups }`
  const diff = between(
    { statements: `statements: [${one('TT-2')}, ${one('TT-1')}]` },
    { statements: `statements: [${one('TT-1')}]` },
  )
  expect(diff.changes.map(({ path }) => path)).toEqual(['statements.TT-2'])
})

test('as a comment on a pull request it leads with what it means, and runs no markup of the policy', () => {
  const odd = between({
    deliver: lines.deliver!.replace('to deliver what you asked for', '"<img> | [x](https://evil.example)"'),
  })
  const text = diffMarkdown(odd)
  expect(text.split('\n')[0]).toMatch(/^\*\*Policy: 1 widening, 0 narrowing, 0 neutral\*\*/)
  expect(text).toContain('told by mail, 30 days before')
  expect(text).not.toMatch(/(?<!\\)<img|(?<!\\)\[x\]/)
  expect(text).toContain('Proofs to run again')
})

const names = ['strict', 'mailerplex', 'mailsac', 'certimailer', 'certometer', 'mail-marketer', 'eu-email-2026']

test('seen from the other side, what only narrowed has widened', () => {
  const named = fc.constantFrom(...names)
  fc.assert(
    fc.property(named, named, (one, other) => {
      const [there, back] = [
        diffPolicies(loadPolicy(one), loadPolicy(other)),
        diffPolicies(loadPolicy(other), loadPolicy(one)),
      ]
      const wider = new Set(back.changes.filter(({ effect }) => effect === 'widening').map(({ path }) => path))
      for (const { path, effect } of there.changes) if (effect === 'narrowing') expect(wider).toContain(path)
      expect(there.changes.map(({ path }) => path).sort()).toEqual(back.changes.map(({ path }) => path).sort())
    }),
    { numRuns: 60 },
  )
})

test('filling a slot is no widening: what was open promised nobody anything', () => {
  const open = page({ processors: 'processors: { slot: those who handle the mail for you }' })
  const diff = diffPolicies(open, page())
  expect(diff.changes.map(({ effect, path }) => `${effect} ${path}`)).toEqual(['neutral processors'])
  expect(diff.noticeDays).toBe(0)
})
