import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clauses } from '../../src/policy/clauses/index.ts'
import { checkPolicy, loadPolicy, noticeOf } from '../../src/policy/index.ts'
import { compiled } from './written.ts'

const filled = `extends: mailerplex
effective: 2027-03-01
controller: { name: Example Ltd, contact: privacy@example.org, address: 1 Example Street }
processors:
  - name: Mail Co
    hosts: [smtp.mail.example]
    country: DE
    does: hands mail to its recipients
    essential: true
    agreement: the contract of 2027-01-01
attestations: { safeguards: { by: J. Doe of Example Ltd, until: 2027-12-31 } }
`
const widened = (more: string): readonly string[] =>
  checkPolicy(filled + more).faults.map(({ code, path }) => (code === 'overlay_widens' ? path : code))

test('filling the slots is no widening, and leaves none open', () => {
  const policy = compiled(filled)
  expect(policy).toMatchObject({ name: 'mailerplex', effective: '2027-03-01', unfilled: [] })
  expect(policy.controller).toEqual({ name: 'Example Ltd', contact: 'privacy@example.org' })
  expect(policy.processors).toMatchObject([{ name: 'Mail Co', hosts: ['smtp.mail.example'], country: 'DE' }])
})

test('a filled policy is another version than the one it extends', () => {
  expect(compiled(filled).digest).not.toBe(loadPolicy('mailerplex').digest)
})

test('order, comments and indentation make no other version', () => {
  const [first, ...rest] = filled.split('\n')
  const again = `# the same\n${rest.join('\n')}\n${first}\n`.replace(
    '{ name: Example Ltd,',
    '{   name:  "Example Ltd" ,',
  )
  expect(compiled(again).digest).toBe(compiled(filled).digest)
})

describe('narrowing is allowed', () => {
  test('a coarser time, a shorter period, a field switched off', () => {
    const { events } = compiled(`${filled}collect:\n  open: { fields: { at: day, country: off }, retention: P7D }\n`)
    expect([...events.open.fields].sort()).toEqual(expect.arrayContaining([['at', 'day']]))
    expect(events.open.fields.has('country')).toBe(false)
    expect(events.open.retentionDays).toBe(7)
    expect(events.click.fields.get('at')).toBe('second')
  })

  test('a kind, a purpose, a group and the tallies switched off', () => {
    const more =
      'collect: { click: { mode: off } }\npurposes: { campaign: off }\nkeep: { messages: { subject: off } }\ntallies: off\n'
    const policy = compiled(filled + more)
    expect(policy.events.click).toMatchObject({ mode: 'off', retentionDays: 0, recordingDays: 0 })
    expect(policy.events.click.fields.size).toBe(0)
    expect(policy.purposes.has('campaign')).toBe(false)
    expect(policy.message.retentionDays.has('subject')).toBe(false)
    expect(policy.tallies).toBeNull()
  })

  test('individual records become counts', () => {
    const { events } = compiled(`${filled}collect: { open: { mode: tally, fields: { at: day } } }\n`)
    expect(events.open).toMatchObject({ mode: 'tally', retentionDays: 0 })
  })

  test('a stricter consent, a larger k, a further promise of never', () => {
    const more =
      'purposes: { campaign: { consent: opt-in, basis: legitimate_interests } }\ntallies: { k: 9 }\nnever: [sale]\n'
    const policy = compiled(filled + more)
    expect(policy.purposes.get('campaign')!.consent).toBe('opt-in')
    expect(policy.tallies!.k).toBe(9)
    expect(noticeOf(policy).markdown).toContain('the network address of your device')
    expect(noticeOf(policy).markdown).toContain('for the sake of selling it')
  })
})

describe('widening is refused', () => {
  test.each([
    [
      'keep: { messages: { delivery: P90D } }',
      'What is extended keeps this for less time, or not at all. There it is P60D.',
    ],
    ['tallies: { k: 5 }', 'What is extended hides more small counts. There it is 10.'],
    ['collect: { open: { fields: { at: minute } } }', / There it is hour\.$/],
    ['collect: { open: { fields: { device: value } } }', 'What is extended does not grant this, or not as finely.'],
  ])('and the limit is named where there is one: %s', (more, sentence) => {
    const { faults } = checkPolicy(`extends: strict\n${more}\n`)
    const said = faults.filter(({ code }) => code === 'overlay_widens').map((fault) => fault.sentence)
    expect(said).toEqual([typeof sentence === 'string' ? sentence : expect.stringMatching(sentence)])
  })

  test.each([
    [
      'a finer or further field',
      'collect: { open: { fields: { region: value } } }',
      ['collect.open.fields.region', 'never_granted'],
    ],
    ['a longer retention', 'collect: { open: { retention: P31D } }', ['collect.open.retention']],
    ['a longer recording', 'collect: { click: { recording: P31D } }', ['collect.click.recording']],
    ['another purpose for what is recorded', 'collect: { open: { purpose: deliver } }', ['consent_bundled']],
    [
      'a new purpose',
      'purposes: { resale: { means: to sell, basis: contract, consent: none, sends: true } }',
      ['purposes.resale'],
    ],
    [
      'other words for a purpose',
      'purposes: { campaign: { means: to sell what we know of you } }',
      ['purposes.campaign.means'],
    ],
    ['another basis', 'purposes: { campaign: { basis: contract } }', ['purposes.campaign.basis']],
    [
      'less asking',
      'purposes: { campaign: { consent: none, subscribed: false } }',
      ['purposes.campaign.consent', 'purposes.campaign.subscribed'],
    ],
    ['sending twice', 'purposes: { campaign: { unknown_outcome: resend } }', ['purposes.campaign.unknown_outcome']],
    [
      'a longer life of messages',
      'keep: { messages: { delivery: P90D, links: P60D } }',
      ['keep.messages.delivery', 'keep.messages.links'],
    ],
    ['smaller counts', 'tallies: { k: 4, retention: P2Y }', ['tallies.k', 'tallies.retention']],
    ['bundled consent', 'consent: { tracking: with-mail, proof: P5Y }', ['consent.tracking', 'consent.proof']],
    ['slower answers, shorter links', 'rights: { answer: P60D, links: P300D }', ['rights.answer', 'rights.links']],
    ['longer logs', 'logs: { keep: P30D }', ['logs.keep']],
  ])('%s', (_name, more, paths) => {
    expect([...widened(`${more}\n`)].sort()).toEqual([...paths].sort())
  })

  test('under strict, what strict leaves out stays out', () => {
    const strict = filled.replace('mailerplex', 'strict').replace(/^attestations:.*\n/m, '')
    const { faults } = checkPolicy(`${strict}keep: { messages: { recipient: P30D } }\n`)
    expect(faults.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['overlay_widens', 'keep.messages.recipient', 11],
    ])
  })
})

test('a fault that lies in what is extended is told at the line that is in this file', () => {
  const { faults } = checkPolicy(`${filled}never: [country]\n`)
  expect(faults.map(({ code, line }) => [code, line])).toEqual([['never_granted', 12]])
})

test('a list of processors that is closed stays closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-policies-'))
  const closed = checkPolicy(filled).policy!
  writeFileSync(join(folder, 'closed.yaml'), closed.source)
  const codes = (text: string) => checkPolicy(text, { folder }).faults.map(({ code, path }) => [code, path])
  expect(codes('extends: closed')).toEqual([])
  expect(codes('extends: closed\nprocessors: []')).toEqual([])
  const other = '{ name: Other, hosts: [x.example], country: US, does: reads along, essential: true, agreement: none }'
  expect(codes(`extends: closed\nprocessors: [${other}]`)).toEqual([['overlay_widens', 'processors.0']])
  rmSync(folder, { recursive: true })
})

test('only a shipped policy can be extended', () => {
  for (const text of ['extends: ../secret.yaml', 'extends: [strict]', 'extends: /etc/passwd', 'extends:']) {
    expect(checkPolicy(text).faults.map(({ code }) => code)).toEqual(['extends_odd'])
  }
  expect(checkPolicy('extends: none-such').faults.map(({ code }) => code)).toEqual(['policy_unknown'])
})

// An overlay cannot drop a word of a list, but another version of the same policy can: a comparison must see it.
test.each([
  ['a signal that is no longer heeded', 'collect', 'collect.open.honours'],
  ['a promise that is no longer made', 'never', 'never'],
])('%s is a widening between two versions', (_name, key, path) => {
  const base = JSON.parse(loadPolicy('strict').source)
  const mine = structuredClone(base)
  mine.never = mine.never.slice(1)
  mine.collect.open.honours = ['gpc']
  const { widens } = clauses.find(({ name }) => name === key)!
  expect(widens(base[key], mine[key]).map((each) => each.path.join('.'))).toEqual([path])
  expect(widens(mine[key], base[key])).toEqual([])
})
