import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

test('requests are answered within the days that the policy names, and later than a month is told', () => {
  expect(policyWith().rightsAnswerDays).toBe(30)
  const { policy, warnings } = toldOf({ rights: 'rights: { answer: P45D, links: P1Y }' })
  expect(policy!.rightsAnswerDays).toBe(45)
  expect(warnings).toEqual([`deadline_late ${lineOf('rights')}`])
})

test('without a deadline there is no policy', () => {
  expect(toldOf({ rights: 'rights: { links: P1Y }' }).faults).toEqual([`deadline_missing ${lineOf('rights')}`])
})

test('every right is told unless the author leaves one out, and then the author is told', () => {
  expect(saysAt('rights')).toContain('have it deleted')
  const silent = 'rights: { answer: P30D, links: P1Y, which: [access, rectify] }'
  expect(saysAt('rights.which', { rights: silent })).toBe('You may see what is held about you and correct it.')
  expect(toldOf({ rights: silent }).warnings).toEqual([`rights_silent ${lineOf('rights')}`])
  expect(toldOf({ rights: 'rights: { answer: P30D, links: P1Y, which: [fly] }' }).faults).toEqual([
    `value_odd ${lineOf('rights')}`,
  ])
})

test('answering later, links that end sooner and fewer rights are wider', () => {
  const base = { answer: 'P30D', links: 'P1Y' }
  expect(wider('rights', base, { answer: 'P31D', links: 'P300D', which: ['access'] })).toEqual([
    'rights.which',
    'rights.answer',
    'rights.links',
  ])
})
