import { expect, test } from 'vitest'
import { lastLine, saysAt, toldOf } from './asked.ts'

const open = (mode: string) => ({ open: `  open: { ${mode} }` })
const tally = 'mode: tally, purpose: insight, fields: { at: day }, recording: P30D'

test('the identifier that the notice tells of follows from what is recorded', () => {
  expect(saysAt('cookies')).toContain('a sealed random token, another in every mail')
  expect(saysAt('cookies', open(tally))).toContain('the same for everybody')
  expect(saysAt('cookies', { ...open('mode: off') })).toContain('left as they were written')
})

test.each(['cookies: session', 'cookies: { set: true }', 'cookies: yes'])('"%s" is refused', (cookies) => {
  const { faults, next } = toldOf({ cookies })
  expect(faults).toEqual([`cookie_refused ${lastLine}`])
  expect(next[0]).toContain('asks: [cookie]')
})
