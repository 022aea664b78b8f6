import { expect, test } from 'vitest'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

test('people hear of a widening 30 days before, by mail, unless the policy says otherwise', () => {
  expect(policyWith().changes).toEqual({ noticeDays: 30, by: 'mail' })
  expect(policyWith({ changes: 'changes: { notice: P14D, by: page }' }).changes).toEqual({ noticeDays: 14, by: 'page' })
  expect(policyWith({ changes: 'changes: { notice: none, by: page }' }).changes).toEqual({ noticeDays: 0, by: 'page' })
})

test('the notice says which of the two holds', () => {
  expect(saysAt('changes')).toContain('30 days after you were told of it by mail')
  expect(saysAt('changes', { changes: 'changes: { notice: none }' })).toContain('counts once it is posted')
})

test.each([
  ['no days', 'changes: { notice: P0D }', 'duration_zero'],
  ['no time at all', 'changes: { notice: soon }', 'duration_invalid'],
  ['another channel', 'changes: { by: telephone }', 'value_odd'],
])('%s is refused', (_name, changes, code) => {
  expect(toldOf({ changes }).faults).toEqual([`${code} ${lastLine}`])
})

test('a shorter notice and a page instead of a mail are wider', () => {
  expect(wider('changes', undefined, { notice: 'P14D', by: 'page' })).toEqual(['changes.notice', 'changes.by'])
  expect(wider('changes', { notice: 'P14D' }, { notice: 'none' })).toEqual(['changes.notice'])
  expect(wider('changes', { notice: 'P14D', by: 'page' }, { notice: 'P30D' })).toEqual([])
})
