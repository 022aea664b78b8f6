import { expect, test } from 'vitest'
import { checkPolicy } from '../../../src/policy/index.ts'
import { written } from '../written.ts'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

const training = 'training: { measure: staff are trained every year, by: J. Doe, until: 2027-06-30 }'

test('somebody vouches for a measure, until a day', () => {
  expect(policyWith().attestations).toEqual([])
  expect(policyWith({ attestations: `attestations: { ${training} }` }).attestations).toEqual([
    { id: 'training', measure: 'staff are trained every year', by: 'J. Doe', until: '2027-06-30', kind: 'measure' },
  ])
})

test('the notice names who vouches, and that software does not', () => {
  const said = saysAt('attestations', { attestations: `attestations: { ${training} }` })
  expect(said).toBe('staff are trained every year. J. Doe vouches for this until 2027-06-30; software cannot show it.')
})

test('a slot that nobody filled is over since 1970, and listed as open', () => {
  const slots =
    'attestations: { training: { measure: staff are trained, by: { slot: who }, until: { slot: until when } } }'
  const { policy } = checkPolicy(written({ attestations: slots }))
  expect(policy!.attestations).toMatchObject([{ by: '[who]', until: '1970-01-01' }])
  expect(policy!.unfilled).toEqual(['attestations.training.by', 'attestations.training.until'])
  expect(saysAt('attestations', { attestations: slots })).toBe('Not vouched for yet: staff are trained.')
})

test.each([
  ['nobody', 'attestations: { training: { measure: staff are trained, until: 2027-06-30 } }', 'key_missing'],
  ['no end', 'attestations: { training: { measure: staff are trained, by: J. Doe } }', 'key_missing'],
  ['a day that is none', `attestations: { ${training.replace('06-30', '06-31')} }`, 'date_invalid'],
  [
    'a slot where none is',
    'attestations: { training: { measure: { slot: what }, by: a, until: 2027-01-01 } }',
    'slot_odd',
  ],
  [
    'a jurisdiction without its name',
    `attestations: { ${training.replace(' }', ', kind: jurisdiction }')} }`,
    'jurisdiction_odd',
  ],
  [
    'a jurisdiction on a measure',
    `attestations: { ${training.replace(' }', ', jurisdiction: FR }')} }`,
    'jurisdiction_odd',
  ],
])('%s is refused', (_name, attestations, code) => {
  expect(toldOf({ attestations }).faults).toContain(`${code} ${lastLine}`)
})

test('a promise that is dropped or worded anew is wider; filling in who and until when is not', () => {
  const base = { training: { measure: 'staff are trained', by: 'A', until: '2027-01-01' } }
  expect(wider('attestations', base, {})).toEqual(['attestations.training'])
  const anew = { training: { ...base.training, measure: 'staff have heard of it' } }
  expect(wider('attestations', base, anew)).toEqual(['attestations.training.measure'])
  expect(wider('attestations', base, { training: { ...base.training, by: 'B', until: '2028-01-01' } })).toEqual([])
})
