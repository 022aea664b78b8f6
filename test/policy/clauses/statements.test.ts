import { expect, test } from 'vitest'
import { explainPolicy } from '../../../src/policy/index.ts'
import { lines } from '../written.ts'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

const one = (inside: string) => ({
  statements: `statements: [{ id: TT-1, says: only the minimum is kept, ${inside} }]`,
})

test('a statement names what holds it, its control and the proof of that', () => {
  expect(policyWith(one('held_by: [collect, keep], control: closed-schema')).statements).toEqual([
    {
      ...{ id: 'TT-1', says: 'only the minimum is kept', heldBy: ['collect', 'keep'], control: 'closed-schema' },
      ...{ proof: 'an unknown field is refused; the stored columns are those of the catalogue', result: 'control' },
    },
  ])
  const own = one('held_by: [collect], control: closed-schema, proof: a field of ours is refused')
  expect(policyWith(own).statements[0]!.proof).toBe('a field of ours is refused')
  expect(saysAt('statements', own)).toContain('Control closed-schema')
})

test('what is asked for and never done is refused, and said so', () => {
  const { policy, warnings } = toldOf(one('asks: [sale, cookie]'))
  expect(policy!.statements).toMatchObject([{ result: 'refused', control: 'never-done' }])
  expect(warnings).toEqual([`refused ${lastLine}`, `refused ${lastLine}`])
})

test('what no software can show is attested by somebody who is named', () => {
  const attestations = 'attestations: { care: { measure: we take care, by: J. Doe, until: 2027-01-01 } }'
  expect(policyWith({ attestations, ...one('attested_by: care') }).statements).toMatchObject([
    { result: 'attested', control: 'attested' },
  ])
  expect(toldOf({ attestations, ...one('attested_by: car') }).faults).toEqual([`attestation_unknown ${lastLine + 1}`])
})

test.each([
  ['nothing that holds it', 'asks: []', 'statement_idle'],
  ['no control', 'held_by: [collect]', 'control_missing'],
  ['a control that is none', 'held_by: [collect], control: closed-shema', 'control_unknown'],
  ['a clause that is none', 'held_by: [colect], control: closed-schema', 'path_unknown'],
  ['a word that is none', 'asks: [resale]', 'word_unknown'],
])('%s is a fault', (_name, inside, code) => {
  expect(toldOf(one(inside)).faults).toEqual([`${code} ${lastLine}`])
})

test('a slip in a control is answered with the control that was meant', () => {
  expect(toldOf(one('held_by: [collect], control: closed-shema')).next).toEqual(['Did you mean "closed-schema"?'])
})

test.each([
  ['no-tracking', {}],
  ['unlinkable-tallies', {}],
  ['minors', {}],
  ['announced-change', { changes: 'changes: { notice: none }' }],
  ['first-hop-tls', { transport: 'transport: { tls: opportunistic }' }],
  ['honoured-signals', {}],
])('the notice cannot claim "%s" where this policy does not switch it on', (control, changes) => {
  const { faults } = toldOf({ ...changes, ...one(`held_by: [keep], control: ${control}`) })
  expect(faults.map((each) => each.split(' ')[0])).toEqual(['control_off'])
})

test.each([
  ['small-cells', { tallies: 'tallies: off' }],
  ['coarse-events', { open: '  open: { mode: off }', insight: '' }],
  ['one-click', { open: '  open: { mode: off }', insight: '' }],
])('"%s" may be named where there is nothing left for it to do', (control, changes) => {
  expect(toldOf({ ...changes, ...one(`held_by: [keep], control: ${control}`) }).faults).toEqual([])
})

test('a text against itself keeps both sentences, and says which is in force', () => {
  const changes = one('held_by: [purposes], control: narrower-wins, contradicts: [much more is kept]')
  const { policy, warnings } = toldOf(changes)
  expect(policy!.statements[0]!.contradicts).toEqual(['much more is kept'])
  expect(warnings).toEqual([`contradiction ${lastLine}`])
  const flat = explainPolicy(policy!).replace(/\s+/g, ' ')
  expect(flat).toContain('The text also says "much more is kept"; the narrower, told first, is in force.')
})

test('taking use for consent is told, and is wider than not to', () => {
  const { policy, warnings } = toldOf(one('asks: [consent_by_use]'))
  expect(policy).not.toBeNull()
  expect(warnings).toEqual([`consent_by_use ${lastLine}`])
  const asking = [{ id: 'TT-1', says: 'using this is agreeing', asks: ['consent_by_use'] }]
  expect(wider('statements', [], asking)).toEqual(['statements.0.asks'])
  expect(wider('statements', asking, asking)).toEqual([])
  expect(Object.keys(lines)).not.toContain('statements')
})
