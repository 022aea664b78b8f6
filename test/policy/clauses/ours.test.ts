import { expect, test } from 'vitest'
import { chaptersOf, noticeOf } from '../../../src/policy/index.ts'
import { lastLine, policyWith, saysAt, toldOf } from './asked.ts'

const marked = (changes: Readonly<Record<string, string>>): string[] =>
  chaptersOf(policyWith(changes))
    .flatMap(({ sentences }) => sentences)
    .flatMap(({ path, ours }) => (ours ? [path] : []))

test('a value that the text does not state is marked, what it belongs to and its neighbours are not', () => {
  expect(marked({ ours: 'ours: [collect.open.retention]' })).toEqual(['collect.open.retention'])
  expect(marked({ ours: 'ours: [logs, rights.answer]' }).sort()).toEqual(['logs.keep', 'rights.answer'])
  expect(marked({})).toEqual([])
})

test('the notice explains the mark where there is one, and says nothing of it where there is none', () => {
  const with_ = { ours: 'ours: [logs]' }
  expect(saysAt('ours', with_)).toContain('(our choice)')
  expect(noticeOf(policyWith(with_)).markdown).toMatch(/deleted after 7 days\.? \*\(our choice\)\*/)
  expect(saysAt('ours')).toBe('')
  expect(noticeOf(policyWith()).markdown).not.toContain('our choice')
})

test.each([
  ['a value that is not in the document', 'ours: [collect.open.region.city]', 'path_unknown'],
  ['a slip', 'ours: [colect.open]', 'path_unknown'],
  ['a single word instead of a list', 'ours: logs', 'value_type'],
])('%s is refused', (_name, ours, code) => {
  expect(toldOf({ ours }).faults).toEqual([`${code} ${lastLine}`])
})
