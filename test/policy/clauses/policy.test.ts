import { expect, test } from 'vitest'
import { checkPolicy } from '../../../src/policy/index.ts'
import { lineOf, written } from '../written.ts'
import { policyWith, saysAt, toldOf } from './asked.ts'

test('a policy has a name, and the notice says it with its version', () => {
  const named = { policy: 'policy: harbour-letters' }
  const { name, number } = policyWith(named)
  expect(name).toBe('harbour-letters')
  const version = number.toString(16).padStart(8, '0')
  expect(saysAt('policy', named)).toBe(`This is the policy "harbour-letters", version ${version}.`)
})

test('another name is another version', () => {
  expect(policyWith({ policy: 'policy: one' }).number).not.toBe(policyWith({ policy: 'policy: two' }).number)
})

test.each([
  ['capitals and spaces', 'policy: Harbour Letters', 'value_odd'],
  ['a hyphen in front', 'policy: -harbour', 'value_odd'],
  ['a number', 'policy: 7', 'value_type'],
  ['more than 40 letters', `policy: ${'a'.repeat(41)}`, 'value_odd'],
  ['a slot: a file names itself', 'policy: { slot: a name }', 'slot_odd'],
])('%s: refused at its line', (_name, policy, code) => {
  expect(toldOf({ policy }).faults[0]).toBe(`${code} ${lineOf('policy')}`)
})

test('a policy of its own without a name is refused, and one that extends another has its name', () => {
  expect(toldOf({ policy: '' }).faults.map((each) => each.split(' ')[0])).toEqual(['clause_missing'])
  expect(checkPolicy('extends: strict').policy!.name).toBe('strict')
  expect(checkPolicy(`${written()}\n`).policy!.name).toBe('test')
})
