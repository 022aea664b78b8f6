import { expect, test } from 'vitest'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

test('an age is named, and an exception only where it is written', () => {
  expect(policyWith().minors).toBeNull()
  expect(policyWith({ minors: 'minors: { under: 13 }' }).minors).toEqual({ under: 13, unless: null })
  const excepted = policyWith({ minors: 'minors: { under: 18, unless: parental_consent }' })
  expect(excepted.minors).toEqual({ under: 18, unless: 'parental_consent' })
})

test('without the clause the notice says nothing of children; with it, what happens', () => {
  expect(saysAt('minors')).toBe('')
  expect(saysAt('minors', { minors: 'minors: { under: 13 }' })).toContain('under 13')
})

test.each([
  ['an age that is none', 'minors: { under: 0 }', 'value_odd'],
  ['an exception that is none', 'minors: { under: 13, unless: school }', 'value_odd'],
  ['a slip', 'minors: { below: 13 }', 'key_missing'],
])('%s is refused at its line', (_name, minors, code) => {
  expect(toldOf({ minors }).faults).toContain(`${code} ${lastLine}`)
})

test('a lower age, an exception and silence are wider', () => {
  expect(wider('minors', { under: 18 }, { under: 13 })).toEqual(['minors.under'])
  expect(wider('minors', { under: 18 }, { under: 18, unless: 'parental_consent' })).toEqual(['minors.unless'])
  expect(wider('minors', { under: 18 }, undefined)).toEqual(['minors'])
  expect(wider('minors', { under: 13, unless: 'parental_consent' }, { under: 18 })).toEqual([])
})
