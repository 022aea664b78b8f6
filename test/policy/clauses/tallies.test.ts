import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

test('counts below k are not shown, and k is three at least', () => {
  expect(policyWith().tallies).toEqual({ k: 5, retentionDays: 365 })
  expect(saysAt('tallies')).toContain('a count below 5 is not shown')
  expect(toldOf({ tallies: 'tallies: { k: 2, retention: P1Y }' }).faults).toEqual([`value_odd ${lineOf('tallies')}`])
  expect(policyWith({ tallies: 'tallies: off' }).tallies).toBeNull()
})

test('counting at all, smaller cells and a longer life are wider', () => {
  const base = { k: 5, retention: 'P1Y' }
  expect(wider('tallies', 'off', base)).toEqual(['tallies'])
  expect(wider('tallies', base, { k: 4, retention: 'P2Y' })).toEqual(['tallies.k', 'tallies.retention'])
})
