import { expect, test } from 'vitest'
import { lastLine, policyWith, saysAt, toldOf, wider } from './asked.ts'

const all = (disclosure: string, attestations = '') => {
  return { ...(attestations ? { attestations } : {}), disclosure: `disclosure: [${disclosure}]` }
}
const promised = 'attestations: { group: { measure: the group keeps to this policy, by: J. Doe, until: 2027-06-30 } }'

test('without the clause only processors, who have an agreement', () => {
  expect(policyWith().disclosures).toEqual([
    { to: 'processors', condition: 'they have an agreement with us', met: true, metBy: null },
  ])
})

test('a class without its condition met is denied', () => {
  const affiliates = '{ to: affiliates, condition: they keep to this policy }'
  expect(policyWith(all(affiliates)).disclosures).toMatchObject([{ to: 'affiliates', met: false }])
  const vouched = all(affiliates.replace(' }', ', met_by: group }'), promised)
  expect(policyWith(vouched).disclosures).toMatchObject([{ to: 'affiliates', met: true, metBy: 'group' }])
})

test('a class without any condition is denied, and the author is told', () => {
  const { policy, warnings } = toldOf(all('{ to: authorities }'))
  expect(policy!.disclosures).toEqual([{ to: 'authorities', condition: null, met: false, metBy: null }])
  expect(warnings).toEqual([`disclosure_unbound ${lastLine}`])
})

test.each(['partners', 'anyone'])('disclosure to %s is refused whatever is written', (to) => {
  const { policy, warnings } = toldOf(all(`{ to: ${to}, condition: you agree, met_by: group }`, promised))
  expect(policy!.disclosures).toMatchObject([{ to, met: false }])
  expect(warnings).toEqual([`refused ${lastLine + 1}`])
})

test('what nobody attests and what stands there twice is a fault', () => {
  expect(toldOf(all('{ to: successor, condition: it buys us, met_by: nobody }')).faults).toEqual([
    `attestation_unknown ${lastLine}`,
  ])
  const twice = '{ to: authorities, condition: a law }, { to: authorities, condition: a request }'
  expect(toldOf(all(twice)).faults).toEqual([`disclosure_twice ${lastLine}`])
})

test('the notice tells the met ones with their condition, the others as a no', () => {
  const said = saysAt('disclosure', all('{ to: authorities, condition: the law demands it }, { to: affiliates }'))
  expect(said).toBe('To authorities, only if: the law demands it. Not to companies of our group.')
})

test('a further class and another condition are wider; a denied one is not', () => {
  const law = { to: 'authorities', condition: 'the law demands it' }
  expect(wider('disclosure', [], [law])).toEqual(['disclosure.0'])
  expect(wider('disclosure', [law], [{ ...law, condition: 'they ask' }])).toEqual(['disclosure.0'])
  expect(wider('disclosure', [law], [])).toEqual([])
  expect(
    wider(
      'disclosure',
      [],
      [
        { to: 'partners', condition: 'always' },
        { to: 'affiliates', condition: 'never' },
      ],
    ),
  ).toEqual([])
})
