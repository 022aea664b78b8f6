import { expect, test } from 'vitest'
import { lines } from '../written.ts'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

const exempt =
  'exempt: { measure: the exemption applies, by: J. Doe, until: 2027-06-30, kind: jurisdiction, jurisdiction: FR }'
const purpose =
  '  hygiene: { means: to stop writing to who never reads, basis: legitimate_interests, consent: opt-out, sends: false }'
const page = (hygiene: string, attestation = exempt) => ({
  ...{ insight: `${lines.insight}\n${purpose}`, attestations: `attestations: { ${attestation} }` },
  hygiene: `hygiene: ${hygiene}`,
})
const rule = '{ retention: P180D, exempted_by: exempt }'

test('off unless it is written', () => {
  expect(policyWith().hygiene).toBeNull()
  expect(saysAt('hygiene')).toBe('')
})

test('on where somebody attests which jurisdiction exempts it', () => {
  const { hygiene } = policyWith(page(rule))
  expect(hygiene).toEqual({ purpose: 'hygiene', retentionDays: 180, jurisdiction: 'FR', exemptedBy: 'exempt' })
  expect(saysAt('hygiene', page(rule))).toContain('an exemption in FR')
})

test('of several jurisdictions the one that is named counts, and the policy says which', () => {
  const two = `${exempt}, other: { measure: m, by: J. Doe, until: 2020-01-01, kind: jurisdiction, jurisdiction: DE }`
  expect(policyWith(page(rule, two)).hygiene).toMatchObject({ jurisdiction: 'FR', exemptedBy: 'exempt' })
  const named = policyWith(page(rule.replace('exempt }', 'other }'), two)).hygiene
  expect(named).toMatchObject({ jurisdiction: 'DE', exemptedBy: 'other' })
})

test('an attestation of something else exempts nothing', () => {
  const other = 'exempt: { measure: staff are trained, by: J. Doe, until: 2027-06-30 }'
  expect(toldOf(page(rule, other)).faults).toEqual([`hygiene_unexempted ${lastLine + 2}`])
  expect(toldOf(page('{ retention: P180D, exempted_by: nobody }')).faults).toEqual([
    `hygiene_unexempted ${lastLine + 2}`,
  ])
})

test('it needs its purpose, an end, and opens that can be told apart', () => {
  expect(toldOf({ ...page(rule), insight: lines.insight! }).faults).toEqual([`purpose_unknown ${lastLine + 1}`])
  expect(toldOf(page('{ exempted_by: exempt }')).faults).toEqual([`retention_missing ${lastLine + 2}`])
  const open = '  open: { mode: tally, purpose: insight, fields: { at: day }, recording: P30D }'
  expect(toldOf({ ...page(rule), open }).faults).toContain(`hygiene_unlinkable ${lastLine + 2}`)
})

test.each(['last_open', 'open', 'at'])('never %s bars it', (word) => {
  const open = '  open: { mode: off }'
  const changes = { ...page(rule), open, insight: purpose, never: `never: [${word}]` }
  expect(toldOf(changes).faults.map((each) => each.split(' ')[0])).toEqual(['never_granted'])
})

test('switching it on and keeping it longer are wider; under a ceiling an attested exemption is not', () => {
  const on = { retention: 'P180D', exempted_by: 'exempt' }
  expect(wider('hygiene', undefined, on)).toEqual(['hygiene'])
  expect(wider('hygiene', on, { ...on, retention: 'P1Y' })).toEqual(['hygiene.retention'])
  expect(wider('hygiene', on, 'off')).toEqual([])
  expect(wider('hygiene', 'off', on, 'ceiling')).toEqual([])
})
