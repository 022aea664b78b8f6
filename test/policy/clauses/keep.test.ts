import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

const page = (messages: string) => ({ keep: `keep: { messages: { ${messages} }, content: PT48H }` })

test('a group that is not named goes with the outcome', () => {
  const { message } = policyWith(page('delivery: P60D, subject: P7D, links: off'))
  expect([...message.retentionDays]).toEqual([
    ['delivery', 60],
    ['subject', 7],
  ])
  expect(message.contentHours).toBe(48)
  expect(saysAt('keep', page('delivery: P60D'))).toContain('Not kept once the mail is sent: the address and name.')
})

test('a group cannot outlive the message, and the message needs an end', () => {
  expect(toldOf(page('delivery: P60D, links: P61D')).faults).toEqual([`group_outlives ${lineOf('keep')}`])
  expect(toldOf(page('subject: P7D')).faults).toEqual([`key_missing ${lineOf('keep')}`])
})

test('a group more, a longer period and content that waits longer are wider', () => {
  const base = { messages: { delivery: 'P60D' }, content: 'PT24H' }
  const mine = { messages: { delivery: 'P61D', links: 'P1D' }, content: 'PT25H' }
  expect(wider('keep', base, mine)).toEqual(['keep.messages.delivery', 'keep.messages.links', 'keep.content'])
})
