import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, toldOf, wider } from './asked.ts'

test('a consent is on record with its time, its source and its wording', () => {
  expect(
    policyWith({ consent: 'consent: { tracking: separate, proof: P1Y, record: [at, source, wording] }' }).consentDays,
  ).toBe(365)
  const { faults, next } = toldOf({ consent: 'consent: { tracking: separate, proof: P1Y, record: [at] }' })
  expect(faults).toEqual([`proof_incomplete ${lineOf('consent')}`])
  expect(next[0]).toContain('source and wording')
})

test('an unconfirmed request is deleted after the days written, or after fourteen', () => {
  expect(policyWith({}).unconfirmedDays).toBe(14)
  const shorter = 'consent: { tracking: separate, proof: P1Y, unconfirmed: P3D }'
  expect(policyWith({ consent: shorter }).unconfirmedDays).toBe(3)
  const base = { tracking: 'separate', proof: 'P1Y' }
  expect(wider('consent', base, { ...base, unconfirmed: 'P15D' })).toEqual(['consent.unconfirmed'])
  expect(wider('consent', base, { ...base, unconfirmed: 'P3D' })).toEqual([])
})

test('asking for less apart, or keeping the proof longer, is wider', () => {
  const base = { tracking: 'separate', proof: 'P1Y' }
  expect(wider('consent', base, { ...base, tracking: 'with-mail' })).toEqual(['consent.tracking'])
  expect(wider('consent', base, { ...base, proof: 'P2Y' })).toEqual(['consent.proof'])
})
