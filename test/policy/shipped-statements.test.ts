import { describe, expect, test } from 'vitest'
import { checkPolicy, explainPolicy, loadPolicy, noticeOf, type Policy } from '../../src/policy/index.ts'
import { written } from './written.ts'

/** The rows of the table of controls: whose they are, and how many. */
const rows = [
  ['certimailer', 'CM', 13],
  ['certometer', 'CO', 19],
  ['mailerplex', 'MP', 16],
  ['mailsac', 'MS', 25],
  ['mail-marketer', 'MM', 13],
  ['strict', 'X', 3],
] as const

const statementsOf = (name: string): Policy['statements'] => loadPolicy(name).statements
const allOf = (result: string) =>
  rows.flatMap(([name]) => statementsOf(name).flatMap((each) => (each.result === result ? [each.id] : [])))

test('each of the 89 statements stands in the policy that it belongs to, once and in order', () => {
  const found = rows.flatMap(([name]) => statementsOf(name).map(({ id }) => id))
  const wanted = rows.flatMap(([, prefix, count]) => Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`))
  expect(found).toEqual(wanted)
  expect(found).toHaveLength(89)
})

test('what no software can show is attested, by somebody and until a day', () => {
  expect(allOf('attested')).toEqual(['CO-8', 'MP-16', 'MS-25', 'MM-10', 'MM-12'])
})

test('what this software never does is refused, and nothing else is', () => {
  const wanted = [
    'CM-13',
    'CO-5',
    'CO-18',
    'MP-5',
    'MP-15',
    'MS-1',
    'MS-2',
    'MS-10',
    'MS-21',
    'MS-22',
    'MS-23',
    'MS-24',
  ]
  expect(allOf('refused')).toEqual([...wanted, 'MM-13'])
})

describe.each(rows)('%s', (name, prefix) => {
  const policy = loadPolicy(name)
  const { warnings } = checkPolicy(`extends: ${name}`)

  test('names for each statement a control and its proof', () => {
    for (const { control, proof } of policy.statements) {
      expect(control).toMatch(/^[a-z-]+$/)
      expect(proof.length).toBeGreaterThan(10)
    }
  })

  test('says of each statement that it refuses why it is refused', () => {
    for (const { id, result } of policy.statements.filter(({ result }) => result === 'refused')) {
      const told = warnings.filter(({ code, sentence }) => /refused|consent_by_use/.test(code) && sentence.includes(id))
      expect(told.length, `${id} is ${result} in silence`).toBeGreaterThan(0)
    }
  })

  test('warns of nothing but what is refused or contradicts itself', () => {
    const codes = new Set(warnings.map(({ code }) => code))
    for (const code of ['refused', 'consent_by_use', 'contradiction']) codes.delete(code)
    expect([...codes]).toEqual([])
  })

  test('prints every statement in its notice, and marks what the text does not say', () => {
    const { markdown } = noticeOf(policy)
    for (const { id } of policy.statements) expect(markdown).toContain(`${id}: `)
    expect(markdown.includes('our choice')).toBe(prefix !== 'X')
    expect(explainPolicy(policy)).toContain(policy.name)
  })
})

test('the two texts that contradict themselves keep both sentences, and the narrower is in force', () => {
  const kept = rows.flatMap(([name]) => statementsOf(name).flatMap(({ id, contradicts }) => (contradicts ? [id] : [])))
  expect(kept).toEqual(['CO-19', 'MP-13'])
  const { warnings } = checkPolicy('extends: certometer')
  const told = warnings.find(({ code }) => code === 'contradiction')!.sentence
  expect(told).toContain('exclusively')
  expect(told).toContain('promotion')
})

describe('under the ceiling', () => {
  const held = (name: string): readonly string[] =>
    checkPolicy(`extends: ${name}\nwithin: eu-email-2026`).faults.map(({ code, path }) => `${code} ${path}`)

  test.each(['strict', 'mailerplex', 'mailsac', 'mail-marketer'])('%s stays', (name) => {
    expect(held(name)).toEqual([])
  })

  test('a text that takes use for consent does not pass', () => {
    expect(held('certimailer').join()).toMatch(/ceiling_exceeded statements\.12/)
    expect(held('certometer').join()).toMatch(/ceiling_exceeded statements\.4/)
  })

  test('counting people who were not asked does not pass either', () => {
    expect(held('certometer')).toContain('ceiling_exceeded purposes.insight.consent')
  })

  const standalone = (more: string): string =>
    written({ policy: 'policy: mine\nwithin: eu-email-2026', never: `never: [ip_address]\n${more}` })
  const hygiene = '  hygiene: { means: to stop in time, basis: legitimate_interests, consent: opt-out, sends: false }'
  const lastOpen = (attested: string): string =>
    standalone(
      `hygiene: { retention: P180D, exempted_by: exemption }\nattestations: { exemption: ${attested} }`,
    ).replace('\ncollect:', `\n${hygiene}\ncollect:`)
  const word = 'measure: the last open is exempt, by: counsel, until: 2027-12-31'

  test('the date of the last open may be kept where somebody attests an exemption, and not otherwise', () => {
    expect(checkPolicy(lastOpen(`{ ${word}, kind: jurisdiction, jurisdiction: FR }`)).faults).toEqual([])
    const unexempted = checkPolicy(lastOpen(`{ ${word} }`)).faults
    expect(unexempted.map(({ code }) => code)).toEqual(['hygiene_unexempted'])
  })

  test('a purpose that is called hygiene opens no way around the question', () => {
    const counting = lastOpen(`{ ${word}, kind: jurisdiction, jurisdiction: FR }`).replace(
      'click: { mode: off }',
      'click: { mode: tally, purpose: hygiene, fields: { at: day, link: value }, recording: P30D }',
    )
    expect(checkPolicy(counting).faults.map(({ code }) => code)).toContain('consent_bundled')
  })
})
