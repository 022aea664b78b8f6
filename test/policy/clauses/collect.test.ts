import { describe, expect, test } from 'vitest'
import { checkPolicy } from '../../../src/policy/index.ts'
import { lineOf, lines } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

const open = (more: string) => ({ open: lines.open!.replace(' }', ` }, ${more}`).replace(/, $/, '') })

test('signals against tracking are heeded where the policy says so, and the notice tells which', () => {
  const heeding = open('honours: [gpc, dnt]')
  expect([...policyWith(heeding).events.open.honours]).toEqual(['gpc', 'dnt'])
  expect(saysAt('collect.open', heeding)).toContain('Global Privacy Control or Do Not Track')
  expect(policyWith().events.open.honours.size).toBe(0)
  expect(toldOf(open('honours: [p3p]')).faults).toEqual([`value_odd ${lineOf('open')}`])
})

test('heeding fewer signals, another purpose and another mode are wider', () => {
  const base = {
    open: { mode: 'tally', purpose: 'a', fields: { at: 'day' }, recording: 'P30D', honours: ['gpc'] },
    click: { mode: 'off' },
  }
  expect(wider('collect', base, { ...base, open: { ...base.open, honours: [] } })).toEqual(['collect.open.honours'])
  expect(wider('collect', base, { ...base, open: { ...base.open, purpose: 'b' } })).toEqual(['collect.open.purpose'])
  expect(wider('collect', base, { ...base, open: { ...base.open, purpose: 'b' } }, 'ceiling')).toEqual([])
  const individual = { ...base.open, mode: 'individual', retention: 'P1D' }
  expect(wider('collect', base, { ...base, open: individual })).toEqual(['collect.open.mode'])
  expect(wider('collect', base, { ...base, click: base.open })).toEqual(['collect.click.mode'])
})

test('events that would go with their message before their period ends are told', () => {
  const { policy, warnings } = toldOf({ open: lines.open!.replaceAll('P30D', 'P40D') })
  expect(policy).not.toBeNull()
  expect(warnings).toEqual([`retention_outlives ${lineOf('open')}`])
})

describe('a key that its mode has no use for', () => {
  const faultsOf = (click: string) =>
    checkPolicy(`extends: strict\ncollect:\n  click:\n    ${click.split('; ').join('\n    ')}\n`).faults.map(
      ({ code, path, line, column }) => `${code} ${path} ${line}:${column}`,
    )

  test.each(['for ever', '30 days', 'P7D'])('a tally that promises to be deleted after "%s"', (retention) => {
    expect(faultsOf(`mode: tally; fields: { at: day }; retention: ${retention}`)).toEqual([
      'key_unused collect.click.retention 6:5',
    ])
  })

  test('what is off and still grants something', () => {
    expect(faultsOf('mode: off; retention: P400Y; fields: { ip: value }')).toEqual([
      'key_unused collect.click.retention 5:5',
      'key_unused collect.click.fields 6:5',
    ])
    expect(toldOf({ click: '  click: { mode: off, recording: P1D }' }).faults).toEqual([
      `key_unused ${lineOf('click')}`,
    ])
  })

  test('is told also where the mode is the one of what is extended', () => {
    const { faults } = checkPolicy('extends: certometer\ncollect: { open: { retention: P1D } }\n')
    expect(faults).toMatchObject([{ code: 'key_unused', next: expect.stringContaining('`tallies`') }])
  })

  test('may come along from what is extended', () => {
    expect(faultsOf('mode: tally; fields: { at: day }')).toEqual([])
    expect(faultsOf('mode: off')).toEqual([])
  })
})
