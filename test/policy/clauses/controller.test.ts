import { expect, test } from 'vitest'
import { lineOf, lines } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

const contact = (text: string) => ({ controller: lines.controller!.replace('privacy@example.org', text) })

test('people read who answers for their data, where to write, and the address by post', () => {
  expect(policyWith().controller).toEqual({ name: 'Example', contact: 'privacy@example.org' })
  expect(saysAt('controller.name')).toContain('Example decides what happens to your data')
  expect(saysAt('controller.contact')).toBe('Questions, requests and concerns go to: privacy@example.org')
  expect(saysAt('controller.address')).toBe('By post: 1 Example Street')
})

test('a contact is an address or the https page of a form', () => {
  expect(policyWith(contact('https://example.org/privacy')).controller.contact).toBe('https://example.org/privacy')
  for (const nowhere of ['our website', 'example.org', 'http://example.org/form', '"mailto:a@example.org"', 'a@b@c']) {
    expect(toldOf(contact(nowhere)).faults, nowhere).toEqual([`contact_unusable ${lineOf('controller')}`])
  }
})

test.each([
  ['name', 'key_missing'],
  ['contact', 'contact_missing'],
  ['address', 'key_missing'],
])('without its %s it is refused', (key, code) => {
  const left = lines.controller!.replace(new RegExp(`${key}: [^,}]+(?:, )?`), '')
  expect(toldOf({ controller: left }).faults).toEqual([`${code} ${lineOf('controller')}`])
})

test('each of the three may be a slot, and the placeholder of a contact is not taken for one', () => {
  const open = 'controller: { name: { slot: who }, contact: { slot: an address }, address: { slot: where } }'
  const policy = policyWith({ controller: open })
  expect(policy.unfilled).toEqual(['controller.address', 'controller.contact', 'controller.name'])
  expect(policy.controller).toEqual({ name: '[who]', contact: '[an address]' })
  expect(toldOf(contact('"[an address]"')).faults).toEqual([`contact_unusable ${lineOf('controller')}`])
})

test('somebody else who answers is no widening', () => {
  const base = { name: 'A', contact: 'a@example.org', address: 'x' }
  expect(wider('controller', base, { ...base, name: 'B' })).toEqual([])
})

test('a data protection officer and an authority to complain to are named where the author names them', () => {
  const more = 'officer: dpo@example.org, authority: the authority of Example }'
  const named = { controller: lines.controller!.replace(/ }$/, `, ${more}`) }
  expect(saysAt('controller', named)).toContain('The data protection officer: dpo@example.org')
  expect(saysAt('controller', named)).toContain('You can also complain to: the authority of Example')
  expect(saysAt('controller')).not.toContain('officer')
  const open = { controller: lines.controller!.replace(/ }$/, ', officer: { slot: the officer } }') }
  expect(policyWith(open).unfilled).toEqual(['controller.officer'])
})
