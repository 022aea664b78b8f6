import { expect, test } from 'vitest'
import { lineOf } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

const mail = 'name: Mail Co, hosts: [smtp.mail.example], country: DE, does: hands mail over, essential: true'
const page = (...entries: readonly string[]) => ({
  processors: `processors: [${entries.map((each) => `{ ${each} }`).join(', ')}]`,
})

test('a processor is known by its hosts, its country, what it does and its agreement', () => {
  expect(policyWith(page(`${mail}, agreement: of 2027`)).processors).toEqual([
    {
      ...{ name: 'Mail Co', hosts: ['smtp.mail.example'], country: 'DE', essential: true },
      ...{ agreement: 'of 2027', purpose: 'hands mail over' },
    },
  ])
  expect(saysAt('processors', page(`${mail}, agreement: of 2027`))).toContain('Mail is handed to no other host.')
})

test.each([
  ['no agreement', mail, 'agreement_missing'],
  ['no host', `${mail.replace('[smtp.mail.example]', '[]')}, agreement: a`, 'value_odd'],
  ['an address for a host', `${mail.replace('smtp.mail.example', '192.0.2.1')}, agreement: a`, 'host_odd'],
  ['a host with its port', `${mail.replace('smtp.mail.example', '"smtp.mail.example:587"')}, agreement: a`, 'host_odd'],
  ['a country by its name', `${mail.replace('DE', 'Germany')}, agreement: a`, 'country_odd'],
])('%s is a fault', (_name, entry, code) => {
  expect(toldOf(page(entry)).faults).toEqual([`${code} ${lineOf('processors')}`])
})

test('one that stands there twice is a fault, and one that is not essential is told', () => {
  const entry = `${mail}, agreement: a`
  expect(toldOf(page(entry, entry)).faults).toEqual([`processor_twice ${lineOf('processors')}`])
  expect(toldOf(page(entry.replace('true', 'false'))).warnings).toEqual([
    `processor_inessential ${lineOf('processors')}`,
  ])
})

test("a host more is wider; under a ceiling processors are nobody else's business", () => {
  const base = { name: 'A', hosts: ['a.example'], country: 'DE', does: 'x', essential: true, agreement: 'y' }
  expect(wider('processors', [base], [{ ...base, hosts: ['a.example', 'b.example'] }])).toEqual(['processors.0'])
  expect(wider('processors', [], [base], 'ceiling')).toEqual([])
})
