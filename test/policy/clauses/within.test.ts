import { expect, test } from 'vitest'
import { lines } from '../written.ts'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

const within = 'within: eu-email-2026'

test('a policy that stays under its ceiling compiles and tells people of it', () => {
  expect(saysAt('within', { within })).toBe('It grants no more than the ceiling "eu-email-2026" does.')
  expect(saysAt('within')).toBe('')
})

test('one that exceeds it is refused, and the fault names the value and what to do', () => {
  const consent = { consent: 'consent: { tracking: with-mail, proof: P1Y }' }
  expect(toldOf(consent).faults).toEqual([])
  const { faults, next } = toldOf({ ...consent, within })
  expect(faults.map((each) => each.split(' ')[0])).toEqual(['ceiling_exceeded'])
  expect(next[0]).toContain('leave out `within`')
})

test('the ceiling holds what is recorded, too', () => {
  const long = {
    open: lines.open!.replaceAll('P30D', 'P2Y'),
    keep: 'keep: { messages: { delivery: P4Y }, content: PT72H }',
  }
  const links = { rights: 'rights: { answer: P30D, links: P2Y }' }
  expect(toldOf({ ...long, ...links }).faults).toEqual([])
  expect(toldOf({ ...long, ...links, within }).faults.join()).toContain('ceiling_exceeded')
})

test.each([
  ['a ceiling that is not shipped', 'within: eu-mail-2026', 'policy_unknown'],
  ['a file', 'within: ../ceiling.yaml', 'value_odd'],
  ['a list', 'within: [eu-email-2026]', 'value_type'],
])('%s is refused', (_name, line, code) => {
  expect(toldOf({ within: line }).faults).toEqual([`${code} ${lastLine}`])
})

test('an extending policy may enter a ceiling, and not leave it', () => {
  expect(wider('within', 'eu-email-2026', undefined)).toEqual(['within'])
  expect(wider('within', 'eu-email-2026', 'strict')).toEqual(['within'])
  expect(wider('within', undefined, 'eu-email-2026')).toEqual([])
  expect(policyWith({ within }).name).toBe('test')
})
