import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

test('the log has an age at which it goes, and the notice says what is in it and until when', () => {
  expect(policyWith({ logs: 'logs: { keep: P2W }' }).logDays).toBe(14)
  const said = saysAt('logs.keep', { logs: 'logs: { keep: P2W }' })
  expect(said).toContain('no address, page, program or person')
  expect(said).toContain('deleted after 2 weeks')
})

test.each([
  ['no end', 'logs: {}', 'key_missing'],
  ['no time at all', 'logs: { keep: P0D }', 'duration_zero'],
  ['off: a server without a log cannot be run', 'logs: { keep: off }', 'duration_invalid'],
  ['hours', 'logs: { keep: PT12H }', 'duration_not_days'],
  ['for ever', 'logs: { keep: P100Y }', 'duration_endless'],
  ['a word for what lines may hold, which no policy can change', 'logs: { keep: P7D, fields: [ip] }', 'key_unknown'],
])('%s is refused', (_name, logs, code) => {
  expect(toldOf({ logs }).faults).toEqual([`${code} ${lineOf('logs')}`])
})

test('a log that is kept for longer is wider', () => {
  expect(wider('logs', { keep: 'P7D' }, { keep: 'P8D' })).toEqual(['logs.keep'])
  expect(wider('logs', { keep: 'P7D' }, { keep: 'P1W' })).toEqual([])
  expect(wider('logs', { keep: 'P7D' }, { keep: 'P6D' })).toEqual([])
})
