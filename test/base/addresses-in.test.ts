import { expect, it } from 'vitest'
import { holdsAddress } from '../../src/base/index.ts'

it.each([
  'I, wilma.residue@example.org, agree',
  'wilma@example.org',
  'Write to <wilma+x@mail.example.org>.',
  'зоя@пример.example sagt ja',
  'seen from 192.0.2.1.',
  '[192.0.2.1]:443',
  'from ::ffff:192.0.2.1',
  'from 2001:db8::1: yes',
  '[2001:DB8:0:0:0:0:0:1]',
  'fe80::1%eth0',
])('an address stands in: %s', (text) => {
  expect(holdsAddress(text)).toBe(true)
})

it.each([
  'I agree that my opens are counted.',
  'On 12.04.2026 at 10:20:30, version 2.1.3',
  'Follow @lethe @ 5.30, or a@b',
  'http://example.org/terms: read them::',
  '999.1.2.3 and 1.2.3.4.5',
  'aa:bb:cc:dd:ee:ff and std::dead',
  '',
])('no address stands in: %s', (text) => {
  expect(holdsAddress(text)).toBe(false)
})

it('takes no longer for a hostile text', () => {
  for (const part of ['a', '@', 'a@', 'a@a-', ':', '1:', '1.', '1', 'f:', ': ', '::g']) {
    const started = process.cpuUsage()
    for (let round = 0; round < 20; round++) holdsAddress(`${part.repeat(2_000).slice(0, 2_000)}!`)
    expect([part, process.cpuUsage(started).user < 1_000_000]).toEqual([part, true])
  }
})
