import { expect, test } from 'vitest'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

test('the first hop is encrypted unless the policy says that it may not be', () => {
  expect(policyWith().tls).toBe('required')
  expect(policyWith({ transport: 'transport: { tls: opportunistic }' }).tls).toBe('opportunistic')
})

test('the notice speaks for the first hop alone', () => {
  expect(saysAt('transport')).toContain('is encrypted, or does not happen')
  expect(saysAt('transport')).toContain('not in our hands')
})

test('a mode that is none is refused', () => {
  const { faults, next } = toldOf({ transport: 'transport: { tls: never }' })
  expect(faults).toEqual([`value_odd ${lastLine}`])
  expect(next[0]).toContain('required, opportunistic')
})

test('opportunistic is wider', () => {
  expect(wider('transport', { tls: 'required' }, { tls: 'opportunistic' })).toEqual(['transport.tls'])
  expect(wider('transport', undefined, { tls: 'opportunistic' })).toEqual(['transport.tls'])
  expect(wider('transport', { tls: 'opportunistic' }, { tls: 'required' })).toEqual([])
})
