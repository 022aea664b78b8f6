import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

test('the day from which the policy counts is in the notice', () => {
  expect(policyWith({ effective: 'effective: 2027-03-01' }).effective).toBe('2027-03-01')
  expect(saysAt('effective', { effective: 'effective: 2027-03-01' })).toBe('It counts from 2027-03-01.')
})

test('a slot that nobody filled is no day, shows what belongs there and is listed as open', () => {
  const slot = { effective: 'effective: { slot: the day }' }
  expect(policyWith(slot)).toMatchObject({ effective: '[the day]', unfilled: ['effective'] })
  expect(policyWith().unfilled).toEqual([])
})

test.each([
  ['no day of the calendar', '2027-02-30', 'date_invalid'],
  ['a day with its hour', '2027-01-01T00:00:00Z', 'date_invalid'],
  ['the words of a slot, written by hand', '"[the day]"', 'date_invalid'],
  ['words', 'soon', 'date_invalid'],
  ['a year', '2027', 'value_type'],
])('%s is refused', (_name, day, code) => {
  const { faults, next } = toldOf({ effective: `effective: ${day}` })
  expect(faults).toEqual([`${code} ${lineOf('effective')}`])
  expect(next[0]).toContain('2027-01-01')
})

test('an extending policy may count from any day: that grants nothing', () => {
  expect(wider('effective', '2027-01-01', '2026-01-01')).toEqual([])
})
