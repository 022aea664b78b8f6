import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkPolicy, compileSource, loadPolicy, PolicyInvalid } from '../../src/policy/index.ts'
import { codesOf, compiled, faultsOf, lineOf, lines, written } from './written.ts'

const folder = mkdtempSync(join(tmpdir(), 'lethe-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

function thrown(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('the page that the other tests bend is a policy', () => {
  expect(compiled(written())).toMatchObject({ name: 'test', rightsDays: 365, logDays: 7, unfilled: [] })
})

describe('text that is no document', () => {
  test.each([
    ['an empty file', '', 'document_empty'],
    ['a comment alone', '# nothing\n', 'document_empty'],
    ['two documents', 'policy: a\n---\npolicy: b', 'document_twice'],
    ['an anchor', 'policy: &a test', 'yaml_alias'],
    ['an alias', 'policy: &a test\neffective: *a', 'yaml_alias'],
    ['a tag', 'policy: !!str test', 'yaml_tag'],
    ['a tag of its own', 'policy: !run test', 'yaml_tag'],
    ['a directive', '%YAML 1.1\n---\npolicy: test', 'yaml_directive'],
    ['a key twice', 'policy: a\npolicy: b', 'key_twice'],
    ['a tab for indentation', 'collect:\n\topen: 1', 'yaml_tab'],
    ['an open bracket', 'never: [ip_address', 'yaml_indent'],
    ['an open quote', 'policy: "test', 'yaml_open'],
    ['a merge key', 'controller:\n  <<: { name: x }', 'key_odd'],
    ['a key that means something to the machine', '__proto__: { name: x }', 'key_odd'],
    ['a list', '- policy', 'document_odd'],
    ['ten megabytes', 'a: '.padEnd(10_000_000, 'x'), 'policy_too_long'],
    ['brackets without end', '['.repeat(50_000), 'policy_too_deep'],
    ['dashes without end', '- '.repeat(50_000), 'policy_too_deep'],
    [
      'indentation without end',
      Array.from({ length: 60 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      'policy_too_deep',
    ],
  ])('%s', (_name, text, code) => {
    const { policy, faults } = checkPolicy(text)
    expect(policy).toBeNull()
    expect(faults[0]).toMatchObject({ code })
    expect(faults[0]!.sentence && faults[0]!.next).toBeTruthy()
  })

  test('a fault of the syntax has its line and column', () => {
    expect(checkPolicy('policy: a\n---\npolicy: b').faults[0]).toMatchObject({ line: 2, column: 1 })
    expect(checkPolicy('policy: test\nnever: [ &x a ]').faults[0]).toMatchObject({ line: 2, column: 13 })
  })
})

describe('a clause that promises nothing, or too much', () => {
  const open = (inside: string) => ({ open: `  open: { mode: individual, ${inside} }` })
  const fields = (text: string) => open(`purpose: insight, fields: { ${text} }, retention: P30D, recording: P30D`)
  test.each([
    ['a field that no pixel can see', fields('screen_size: value'), 'field_uncollectable', 'open'],
    ['a field that this software never keeps', fields('ip_address: value'), 'field_refused', 'open'],
    ['a field of clicks on an open', fields('link: value'), 'field_unknown', 'open'],
    ['a word that is none', fields('mood: value'), 'field_unknown', 'open'],
    ['months on a grain', fields('at: P1M'), 'grain_is_duration', 'open'],
    ['a grain that is none', fields('at: month'), 'grain_unknown', 'open'],
    ['no retention', open('purpose: insight, fields: { at: hour }, recording: P30D'), 'retention_missing', 'open'],
    ['no purpose', open('fields: { at: hour }, retention: P30D, recording: P30D'), 'purpose_missing', 'open'],
    ['a mode that is none', { open: '  open: { mode: all }' }, 'value_odd', 'open'],
    ['a purpose that is not declared', { open: lines.open!.replace('insight', 'insights') }, 'purpose_unknown', 'open'],
    ['a retention of nothing', { open: lines.open!.replace('P30D', 'P0D') }, 'duration_zero', 'open'],
    ['a retention without end', { open: lines.open!.replace('P30D', 'P9999Y') }, 'duration_endless', 'open'],
    [
      'a retention past all numbers',
      { open: lines.open!.replace('P30D', `P${'9'.repeat(400)}Y`) },
      'duration_invalid',
      'open',
    ],
    ['a retention in words', { open: lines.open!.replace('P30D', 'as long as needed') }, 'duration_invalid', 'open'],
    ['a retention in hours', { open: lines.open!.replace('P30D', 'PT36H') }, 'duration_not_days', 'open'],
    [
      'a purpose without basis',
      { deliver: lines.deliver!.replace('basis: contract, ', '') },
      'basis_missing',
      'deliver',
    ],
    [
      'a consent that nobody is asked for',
      { insight: lines.insight!.replace('opt-in', 'opt-out') },
      'consent_empty',
      'insight',
    ],
    [
      'an open list',
      { deliver: lines.deliver!.replace('what', 'mail including but not limited to what') },
      'wording_open',
      'deliver',
    ],
    [
      'the seal of a law',
      { deliver: lines.deliver!.replace('to deliver', 'to be GDPR-compliant and deliver') },
      'wording_seal',
      'deliver',
    ],
    [
      'a hidden character',
      { controller: lines.controller!.replace('Example,', '"a\u202eb",') },
      'text_hidden',
      'controller',
    ],
    ['no answering deadline', { rights: 'rights: { links: P1Y }' }, 'deadline_missing', 'rights'],
    [
      'rights that end before the recording',
      { rights: 'rights: { answer: P30D, links: P7D }' },
      'rights_end_early',
      'rights',
    ],
    ['no contact', { controller: 'controller: { name: a, address: b }' }, 'contact_missing', 'controller'],
    [
      'a contact that nobody can write to',
      { controller: lines.controller!.replace('privacy@example.org', 'us') },
      'contact_unusable',
      'controller',
    ],
    ['a day that is none', { effective: 'effective: 2027-02-30' }, 'date_invalid', 'effective'],
    ['content for a week', { keep: lines.keep!.replace('PT72H', 'P7D') }, 'content_period', 'keep'],
    [
      'a group that outlives its message',
      { keep: lines.keep!.replace('P60D', 'P60D, subject: P90D') },
      'group_outlives',
      'keep',
    ],
    ['counts of two', { tallies: 'tallies: { k: 2, retention: P1Y }' }, 'value_odd', 'tallies'],
    ['a slot where none is', { logs: 'logs: { keep: { slot: some days } }' }, 'slot_odd', 'logs'],
    ['never a word that is none', { never: 'never: [ip_adress]' }, 'word_unknown', 'never'],
    ['never what another clause grants', { never: 'never: [at]' }, 'never_granted', 'never'],
    ['never a field of one kind that is granted', { never: 'never: [open.at]' }, 'never_granted', 'never'],
    ['never what is kept of a message', { never: 'never: [delivery]' }, 'never_granted', 'never'],
  ])('%s', (_name, changes, code, at) => {
    const faults = faultsOf(changes)
    expect(faults.map((fault) => fault.code)).toContain(code)
    expect(faults.find((fault) => fault.code === code)!.line).toBe(lineOf(at))
  })

  test('tracking that hangs on the consent to be mailed is refused where it is asked for separately', () => {
    const bundled = { open: lines.open!.replace('insight', 'deliver'), insight: '' }
    expect(codesOf(bundled)).toEqual(['consent_bundled'])
    const { policy, warnings } = checkPolicy(
      written({ ...bundled, consent: 'consent: { tracking: with-mail, proof: P1Y }' }),
    )
    expect(policy).not.toBeNull()
    expect(warnings.map(({ code }) => code)).toEqual(['consent_bundled'])
  })

  test('mail that can be unsubscribed from must heed it', () => {
    expect(codesOf({ deliver: lines.deliver!.replace('sends: true', 'sends: true, subscribed: true') })).toEqual([
      'subscribed_unheard',
    ])
  })

  test('a hit that is to be counted needs counts, by the day', () => {
    const tally = '  open: { mode: tally, purpose: insight, fields: { at: hour }, recording: P30D }'
    expect(codesOf({ open: tally, tallies: 'tallies: off' })).toEqual(['tallies_off', 'grain_too_fine'])
    expect(codesOf({ open: tally.replace('hour', 'day') })).toEqual([])
  })

  test('every clause but statements and ours must be there', () => {
    const { faults } = checkPolicy('policy: test')
    const missing = faults.filter(({ code }) => code === 'clause_missing').map(({ sentence }) => sentence.split('"')[1])
    const needed = ['effective', 'controller', 'purposes', 'collect', 'tallies', 'keep', 'consent', 'processors']
    expect(missing).toEqual([...needed, 'rights', 'logs', 'never'])
  })
})

test('all faults are told at once, in the order of their lines', () => {
  const faults = faultsOf({
    effective: 'effective: soon',
    logs: 'logs: { keeps: P7D }',
    tallies: 'tallies: { k: 1, retention: P0D }',
  })
  expect(faults.map(({ code, line }) => [code, line])).toEqual([
    ['date_invalid', lineOf('effective')],
    ['value_odd', lineOf('tallies')],
    ['duration_zero', lineOf('tallies')],
    ['key_missing', lineOf('logs')],
    ['key_unknown', lineOf('logs')],
  ])
})

test('a slip of the pen is answered with what was meant', () => {
  expect(checkPolicy(written({ logs: `${lines.logs}\ntalies: off` })).faults[0]!.next).toBe('Did you mean "tallies"?')
  expect(faultsOf({ consent: 'consent: { traking: separate, proof: P1Y }' }).map(({ next }) => next)).toContain(
    'Did you mean "tracking"?',
  )
  expect(faultsOf({ open: lines.open!.replace('at: hour', 'contry: value') })[0]!.next).toBe('Did you mean "country"?')
})

test('the column points at the key that is wrong, within its line', () => {
  const [fault] = faultsOf({ open: lines.open!.replace('at: hour', 'screen_size: value') })
  expect(fault!.column).toBe(lines.open!.indexOf('at: hour') + 1)
})

describe('loading', () => {
  test('a broken file throws one fault that carries them all', () => {
    const path = join(folder, 'broken.yaml')
    writeFileSync(path, written({ logs: 'logs: { keep: P0D }', effective: 'effective: soon' }))
    const error = thrown(() => loadPolicy(path))
    expect(error).toBeInstanceOf(PolicyInvalid)
    expect(error).toMatchObject({ code: 'policy_invalid' })
    expect((error as PolicyInvalid).faults.map(({ code }) => code)).toEqual(['date_invalid', 'duration_zero'])
  })

  test('a file that is whole loads', () => {
    const path = join(folder, 'whole.yaml')
    writeFileSync(path, written())
    expect(loadPolicy(path).name).toBe('test')
  })

  test('a name that is not shipped is answered with the nearest that is', () => {
    expect(thrown(() => loadPolicy('strickt'))).toMatchObject({
      code: 'policy_unknown',
      next: expect.stringContaining('"strict"'),
    })
  })

  test('a file that is not there, is a folder, is no text or is huge is told apart from a policy', () => {
    expect(thrown(() => loadPolicy(join(folder, 'none.yaml')))).toMatchObject({ code: 'policy_unreadable' })
    expect(thrown(() => loadPolicy(folder))).toMatchObject({ code: 'policy_unreadable' })
    writeFileSync(join(folder, 'bytes.yaml'), Buffer.from([0xff, 0xfe, 0x00]))
    expect(thrown(() => loadPolicy(join(folder, 'bytes.yaml')))).toMatchObject({ code: 'policy_unreadable' })
    writeFileSync(join(folder, 'huge.yaml'), Buffer.alloc(10_000_000, 0x20))
    expect(thrown(() => loadPolicy(join(folder, 'huge.yaml')))).toMatchObject({ faults: [{ code: 'policy_too_long' }] })
  })

  test('a stored version that was damaged is an error, never another policy', () => {
    expect(thrown(() => compileSource('{"policy":'))).toMatchObject({
      code: 'policy_invalid',
      faults: [{ code: 'source_broken' }],
    })
    expect(thrown(() => compileSource('{"policy":"x"}'))).toMatchObject({ code: 'policy_invalid' })
    expect(thrown(() => compileSource('null'))).toMatchObject({ code: 'policy_invalid' })
  })
})
