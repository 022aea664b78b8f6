import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clauses } from '../../src/policy/clauses/index.ts'
import { checkPolicy, shippedFolder, shippedNames } from '../../src/policy/index.ts'
import { eventWords } from '../../src/policy/vocabulary.ts'

const page = readFileSync(join(shippedFolder(), 'README.md'), 'utf8')
const [own = '', attested = '', narrower = '', stated = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, text]) => text!,
)
const faultsOf = (text: string) => checkPolicy(text).faults.map(({ code, path }) => `${code} ${path}`)

test('the example of the page compiles as it stands, and fills every slot', () => {
  const { policy, faults } = checkPolicy(own)
  expect(faults).toEqual([])
  expect(policy).toMatchObject({ name: 'harbour-letters', unfilled: [] })
})

test('with somebody who vouches for it the same file fills mailerplex', () => {
  expect(checkPolicy(own.replace('extends: strict', 'extends: mailerplex') + attested).policy!.unfilled).toEqual([])
})

test('the narrower example fails at the line that the page says, and compiles once that is mended', () => {
  expect(faultsOf(own + narrower)).toEqual(['never_granted never.14'])
  const { policy, faults } = checkPolicy(own + narrower.replace('country: off }', 'country: off, os: off }'))
  expect(faults).toEqual([])
  expect([...policy!.events.open.fields]).toEqual(expect.arrayContaining([['at', 'day']]))
  expect(policy!.events.open.fields.has('os')).toBe(false)
  expect(policy!.tallies!.k).toBe(20)
})

test('the statements of the page compile', () => {
  const training = 'attestations: { training: { measure: people are trained, by: the head, until: 2027-12-31 } }\n'
  expect(faultsOf(own + training + stated)).toEqual([])
})

test('the page names every clause, every field and every shipped policy', () => {
  for (const { name } of clauses) expect(page).toContain(`| \`${name}\` |`)
  for (const { word } of eventWords) expect(page).toContain(`\`${word}\``)
  for (const name of shippedNames(shippedFolder())) expect(page).toContain(`| \`${name}\` |`)
})
