import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot, parseAddress } from '../../src/base/index.ts'
import { permitMessage, type SendRequest, type Standing, unknownPerson } from '../../src/gate/index.ts'
import { checkPolicy, noticeOf, type Policy } from '../../src/policy/index.ts'

const folder = join(packageRoot(), 'test/policies')
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
const textOf = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8')

function policyOf(name: string): Policy {
  const { policy, faults } = checkPolicy(textOf(name))
  if (!policy) throw new Error(faults.map(({ line, code }) => `${name}:${line} ${code}`).join(', '))
  return policy
}

const warningsOf = (name: string) => checkPolicy(textOf(name)).warnings
const underCeiling = (name: string): readonly string[] =>
  checkPolicy(`${textOf(name)}\nwithin: eu-email-2026\n`).faults.map(({ code, path }) => `${code} ${path}`)

const request = (purpose: string): SendRequest => ({
  ...{ id: 'A'.repeat(22), purpose, campaign: 'B'.repeat(22), to: parseAddress('reader@example.org')!, name: null },
  ...{ from: null, replyTo: null, content: null, merge: {}, consents: [], acceptedAt: 0 },
})

/** What happens to a campaign's mail to a subscriber who answered `insight` as said, or was never asked. */
function toSubscriber(name: string, insight?: 'granted' | 'withdrawn') {
  const policy = policyOf(name)
  const consents = new Map<string, 'granted' | 'withdrawn'>([['campaign', 'granted']])
  if (insight) consents.set('insight', insight)
  const standing: Standing = { ...unknownPerson, consents }
  const { refused, plan } = permitMessage(
    request('campaign'),
    policy,
    policy.purposes.get('campaign')!,
    standing,
    20_000,
  ).facts
  return { refused, opens: plan.opens, clicks: plan.clicks }
}

test('seven policies of other senders are encoded', () => {
  const known = ['aarhus', 'eff', 'gov-uk', 'mailchimp', 'mozilla', 'oxford-estates', 'thirty-seven-signals']
  expect(names.sort()).toEqual(known)
})

describe.each(names)('%s', (name) => {
  test('compiles, sells nothing and prints a notice with each of its statements', () => {
    const policy = policyOf(name)
    const { markdown } = noticeOf(policy)
    expect(policy.statements.length).toBeGreaterThanOrEqual(5)
    for (const { id, control, proof } of policy.statements) {
      expect(markdown).toContain(`${id}: `)
      expect(`${control} ${proof}`.length).toBeGreaterThan(10)
    }
    expect(policy.sale).toBe('prohibited')
  })

  test('warns only of what is refused, and of recording people unasked', () => {
    for (const { code, sentence } of warningsOf(name)) {
      expect(['refused', 'consent_bundled'], sentence).toContain(code)
    }
  })
})

describe('eff: only those who said yes to it', () => {
  test('a subscriber who was not asked is not tracked, and still gets the mail', () => {
    expect(toSubscriber('eff')).toEqual({ refused: null, opens: false, clicks: false })
    expect(toSubscriber('eff', 'withdrawn')).toEqual({ refused: null, opens: false, clicks: false })
    expect(toSubscriber('eff', 'granted')).toEqual({ refused: null, opens: true, clicks: true })
  })

  test('nothing that makes a profile is recorded, and logs last the seven days of the text', () => {
    const { events, logDays } = policyOf('eff')
    expect([...events.open.fields.keys()]).toEqual(['at'])
    expect([...events.click.fields.keys()].sort()).toEqual(['at', 'link'])
    expect(logDays).toBe(7)
  })

  test('it stays under the European ceiling', () => {
    expect(checkPolicy(textOf('eff')).faults).toEqual([])
    expect(textOf('eff')).toContain('within: eu-email-2026')
  })
})

describe('thirty-seven-signals: the trackers were taken out', () => {
  test('nothing is recorded or counted, whoever asks', () => {
    const { events, tallies } = policyOf('thirty-seven-signals')
    expect([events.open.mode, events.click.mode, tallies]).toEqual(['off', 'off', null])
  })

  test('what is kept of a mail is gone within the sixty days of the text', () => {
    expect(Math.max(...policyOf('thirty-seven-signals').message.retentionDays.values())).toBe(60)
  })

  test('a successor gets nothing until somebody attests that people were told', () => {
    const { disclosures } = policyOf('thirty-seven-signals')
    expect(disclosures.find(({ to }) => to === 'successor')!.met).toBe(false)
    expect(disclosures.find(({ to }) => to === 'authorities')!.met).toBe(true)
  })

  test('addresses that are kept for ever cannot be granted, only refused', () => {
    const forever = textOf('thirty-seven-signals').replace('logs: { keep: P30D }', 'logs: { keep: P100Y }')
    expect(checkPolicy(forever).faults.map(({ code }) => code)).toEqual(['duration_endless'])
    expect(warningsOf('thirty-seven-signals').map(({ sentence }) => sentence.slice(0, 4))).toContain('TS-5')
  })
})

describe('mozilla: in the aggregate, and not under Do Not Track', () => {
  test('hits are counted and no reader is recorded', () => {
    const { events } = policyOf('mozilla')
    expect([events.open.mode, events.click.mode]).toEqual(['tally', 'tally'])
    expect([...events.open.honours]).toEqual(['dnt'])
    expect(toSubscriber('mozilla')).toEqual({ refused: null, opens: true, clicks: true })
    expect(toSubscriber('mozilla', 'withdrawn')).toEqual({ refused: null, opens: false, clicks: false })
  })

  test('its vendors, named without hosts and without a contract, would not compile', () => {
    const vendor = 'processors:\n  - { name: Acoustic, country: US, does: sends receipts, essential: true }\n'
    const text = textOf('mozilla').replace(/^processors: .*\n/m, vendor)
    const { faults } = checkPolicy(text)
    expect(faults.map(({ path }) => path).sort()).toEqual(['processors.0.agreement', 'processors.0.hosts'])
  })

  test('a picture for those who were never asked is over the European ceiling', () => {
    expect(underCeiling('mozilla')).toContain('ceiling_exceeded purposes.insight.consent')
  })
})

describe('mailchimp: a beacon in every mail', () => {
  test('a subscriber is tracked unasked, and the check warns of it', () => {
    expect(toSubscriber('mailchimp')).toEqual({ refused: null, opens: true, clicks: true })
    expect(toSubscriber('mailchimp', 'withdrawn')).toEqual({ refused: null, opens: false, clicks: false })
    const bundled = warningsOf('mailchimp').filter(({ code }) => code === 'consent_bundled')
    expect(bundled.map(({ path }) => path)).toEqual(['collect.open.purpose', 'collect.click.purpose'])
  })

  test('the time is recorded and the network address is refused', () => {
    const { events } = policyOf('mailchimp')
    expect(events.open.fields.get('at')).toBe('second')
    const granted = textOf('mailchimp').replace('fields: { at: second }', 'fields: { at: second, ip_address: value }')
    expect(checkPolicy(granted).faults.map(({ code }) => code)).toEqual(['field_refused'])
  })

  test('it is over the European ceiling, and says where', () => {
    const wanted = ['ceiling_exceeded purposes.insight.consent', 'ceiling_exceeded consent.tracking']
    expect(underCeiling('mailchimp')).toEqual(expect.arrayContaining(wanted))
  })
})

describe('gov-uk: a task in the public interest', () => {
  test('every purpose rests on a public task, and alerts go to those who asked', () => {
    const { purposes } = policyOf('gov-uk')
    expect([...purposes.values()].map(({ basis }) => basis)).toEqual(['public_task', 'public_task', 'public_task'])
    expect(purposes.get('campaign')).toMatchObject({ consent: 'opt-in', subscribed: true })
  })

  test('opens and clicks of those who were not asked are recorded, with a warning, and are over the ceiling', () => {
    expect(toSubscriber('gov-uk')).toEqual({ refused: null, opens: true, clicks: true })
    expect(warningsOf('gov-uk').map(({ code }) => code)).toContain('consent_bundled')
    expect(underCeiling('gov-uk')).toContain('ceiling_exceeded purposes.insight.consent')
  })

  test('of the browser the family is recorded, and its version is refused with the address', () => {
    expect([...policyOf('gov-uk').events.open.fields.keys()].sort()).toEqual(['at', 'browser'])
    expect(warningsOf('gov-uk').filter(({ sentence }) => sentence.startsWith('GU-2')).length).toBe(2)
  })
})

describe('aarhus: two lists, one with tracking', () => {
  test('who did not choose tracking gets the same mail untracked, under the European ceiling', () => {
    expect(toSubscriber('aarhus')).toEqual({ refused: null, opens: false, clicks: false })
    expect(toSubscriber('aarhus', 'granted')).toEqual({ refused: null, opens: true, clicks: true })
    expect(toSubscriber('aarhus', 'withdrawn')).toEqual({ refused: null, opens: false, clicks: false })
    expect(textOf('aarhus')).toContain('within: eu-email-2026')
  })

  test('place and device are as coarse as the text, and the notice names whom to complain to', () => {
    const { events } = policyOf('aarhus')
    expect([...events.open.fields.keys()].sort()).toEqual(['at', 'country', 'device'])
    const finer = textOf('aarhus').replace('{ at: minute, country: value, device', '{ precise_location: value, device')
    expect(checkPolicy(finer).faults.map(({ code }) => code)).toEqual(expect.arrayContaining(['field_refused']))
    expect(noticeOf(policyOf('aarhus')).markdown).toContain('Datatilsynet')
  })
})

describe('oxford-estates: in the aggregate alone', () => {
  test('hits are counted for everybody together, and no field could tell people apart', () => {
    const { events, tallies } = policyOf('oxford-estates')
    expect([events.open.mode, events.click.mode, tallies!.k]).toEqual(['tally', 'tally', 5])
    expect([...events.open.fields.keys()]).toEqual(['at'])
    expect(underCeiling('oxford-estates')).toContain('ceiling_exceeded purposes.insight.consent')
  })

  test('nothing of a mail is kept for longer than the four weeks of the text', () => {
    expect(Math.max(...policyOf('oxford-estates').message.retentionDays.values())).toBe(28)
  })
})
