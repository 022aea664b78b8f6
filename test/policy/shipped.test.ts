import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/base/index.ts'
import { permitMessage, type SendRequest, type Standing, unknownPerson } from '../../src/gate/index.ts'
import { compileSource, loadPolicy, type Policy, shippedFolder, shippedNames } from '../../src/policy/index.ts'

type State = 'granted' | 'withdrawn'

const today = 20_000
const asked = (...consents: readonly (readonly [string, State])[]): Standing => ({
  ...unknownPerson,
  consents: new Map(consents),
})
const consenting = asked(['insight', 'granted'])

const request = (purpose: string): SendRequest => ({
  ...{ id: 'A'.repeat(22), purpose, campaign: 'B'.repeat(22), to: parseAddress('reader@example.org')!, name: null },
  ...{ from: null, replyTo: null, content: null, merge: {}, consents: [], acceptedAt: 0 },
})

const send = (policy: Policy, purpose: string, standing: Standing) =>
  permitMessage(request(purpose), policy, policy.purposes.get(purpose)!, standing, today).facts

const fieldsOf = (policy: Policy, kind: 'open' | 'click') => [...policy.events[kind].fields.keys()].sort()
const groupsOf = ({ message }: Policy) => [...message.retentionDays.keys()].sort()

const all = ['certimailer', 'certometer', 'eu-email-2026', 'mail-marketer', 'mailerplex', 'mailsac', 'strict']

test('seven policies are shipped', () => {
  expect(shippedNames(shippedFolder())).toEqual(all)
})

describe.each(all)('%s', (name) => {
  const policy = loadPolicy(name)

  test('compiles, and shows the slots that a deployment fills', () => {
    expect(policy.name).toBe(name)
    const slots = ['controller.address', 'controller.contact', 'controller.name', 'effective', 'processors']
    const attested = policy.attestations.flatMap(({ id }) => [`attestations.${id}.by`, `attestations.${id}.until`])
    expect([...policy.unfilled].sort()).toEqual([...attested, ...slots])
    expect(policy.controller.name).toMatch(/^\[.+\]$/)
    expect(policy.processors).toEqual([])
  })

  test('has a number that is the first 32 bits of its digest', () => {
    expect(policy.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(policy.number).toBe(Number.parseInt(policy.digest.slice(0, 8), 16))
  })

  test('compiles again from what is stored of it, to the same policy', () => {
    const again = compileSource(policy.source)
    expect(again).toEqual(policy)
    expect([...again.purposes.keys()]).toEqual([...policy.purposes.keys()])
    expect([...again.events.click.fields]).toEqual([...policy.events.click.fields])
  })

  test('cannot be changed once it is compiled', () => {
    expect(() => Object.assign(policy, { number: 1 })).toThrow(TypeError)
    expect(() => Object.assign(policy.events.open, { retentionDays: 9999 })).toThrow(TypeError)
    const fields = policy.events.open.fields as Map<string, string> // as a caller in a hurry might
    expect(() => fields.set('region', 'value')).toThrow(expect.objectContaining({ code: 'policy_frozen' }))
    expect(() => Object.assign(policy.controller, { name: 'x' })).toThrow(TypeError)
  })

  test('sends mail that was asked for without any consent', () => {
    expect(send(policy, 'deliver', unknownPerson).refused).toBeNull()
  })

  test('records nobody who was not asked for that alone', () => {
    for (const rule of Object.values(policy.events)) {
      if (rule.mode !== 'individual') continue
      expect(policy.purposes.get(rule.purpose)).toMatchObject({ consent: 'opt-in', basis: 'consent', sends: false })
      const subscriber = asked(['campaign', 'granted'])
      expect(send(policy, 'deliver', subscriber).plan).toMatchObject({ opens: false, clicks: false })
    }
  })

  test('shows no count of fewer than three, and none needs more than ten', () => {
    if (!policy.tallies) return expect(Object.values(policy.events).every(({ mode }) => mode === 'off')).toBe(true)
    expect(policy.tallies.k).toBeGreaterThanOrEqual(3)
    expect(policy.tallies.k).toBeLessThanOrEqual(10)
  })

  test('answers within a month, sells nothing, and lets people out for at least as long as it records', () => {
    expect(policy).toMatchObject({ rightsAnswerDays: 30, sale: 'prohibited' })
    for (const { recordingDays, retentionDays } of Object.values(policy.events)) {
      expect(policy.rightsDays).toBeGreaterThanOrEqual(Math.max(recordingDays, retentionDays))
    }
  })

  test('has nobody vouch for anything until a deployment says who', () => {
    for (const { until } of policy.attestations) expect(until).toBe('1970-01-01')
  })
})

test('strict keeps delivery facts alone, and events coarse and short', () => {
  const policy = loadPolicy('strict')
  expect(groupsOf(policy)).toEqual(['delivery'])
  for (const rule of Object.values(policy.events)) {
    expect(rule).toMatchObject({ mode: 'individual', purpose: 'insight' })
    expect(rule.retentionDays).toBeLessThanOrEqual(30)
    expect(rule.fields.get('at')).toBe('hour')
    expect([...rule.honours].sort()).toEqual(['dnt', 'gpc'])
  }
  expect(fieldsOf(policy, 'open')).toEqual(['agent', 'at', 'browser', 'country', 'os'])
  expect(policy.purposes.get('campaign')).toMatchObject({ basis: 'consent', consent: 'opt-in', subscribed: true })
  expect(policy.purposes.get('campaign')!.unknownOutcome).toBe('hold')
  expect(policy.purposes.get('deliver')).toMatchObject({ basis: 'contract', consent: 'none', unknownOutcome: 'resend' })
  expect(send(policy, 'campaign', unknownPerson).refused).toBe('consent_missing')
  expect(send(policy, 'deliver', consenting).plan).toEqual({ opens: true, clicks: true, reason: 'consent_given' })
  expect(policy).toMatchObject({ tls: 'required', changes: { noticeDays: 30, by: 'mail' }, hygiene: null })
})

test('mailerplex keeps of a mail what its text names, and of a hit time, place, browser and system', () => {
  const policy = loadPolicy('mailerplex')
  expect(groupsOf(policy)).toEqual(['delivery', 'links', 'recipient', 'subject'])
  expect(fieldsOf(policy, 'open')).toEqual(['agent', 'at', 'browser', 'country', 'os'])
  expect(fieldsOf(policy, 'click')).toEqual(['agent', 'at', 'browser', 'country', 'link', 'os'])
  expect(policy.events.open.fields.get('at')).toBe('second')
  expect(send(policy, 'deliver', consenting).plan).toEqual({ opens: true, clicks: true, reason: 'consent_given' })
  expect(send(policy, 'deliver', asked(['insight', 'withdrawn'])).plan).toMatchObject({ opens: false, clicks: false })
})

test('mailerplex sends offers to whom it can show to be a customer, until that person opts out', () => {
  const policy = loadPolicy('mailerplex')
  expect(send(policy, 'campaign', unknownPerson).refused).toBe('evidence_missing')
  expect(send(policy, 'campaign', asked(['campaign', 'granted'])).refused).toBeNull()
  expect(send(policy, 'campaign', asked(['campaign', 'withdrawn'])).refused).toBe('consent_withdrawn')
})

test('mailerplex removes the young unless a parent is known to have consented, and announces what allows more', () => {
  const { minors, changes, attestations } = loadPolicy('mailerplex')
  expect(minors).toEqual({ under: 18, unless: 'parental_consent' })
  expect(changes).toEqual({ noticeDays: 30, by: 'mail' })
  expect(attestations.map(({ id }) => id)).toEqual(['safeguards'])
})

test('certimailer grants no tracking at all, not even to somebody who said yes to it', () => {
  const policy = loadPolicy('certimailer')
  expect(policy).toMatchObject({ events: { open: { mode: 'off' }, click: { mode: 'off' } }, tallies: null })
  expect(send(policy, 'deliver', consenting).plan).toEqual({ opens: false, clicks: false, reason: 'policy_off' })
  expect([...policy.purposes.keys()]).toEqual(['deliver'])
  expect(policy.minors).toEqual({ under: 13, unless: null })
})

test('certometer counts and records nobody, and keeps offers for those who said yes to them', () => {
  const policy = loadPolicy('certometer')
  for (const rule of Object.values(policy.events)) {
    expect(rule).toMatchObject({ mode: 'tally', retentionDays: 0 })
    expect(rule.fields.get('at')).toBe('day')
  }
  expect(fieldsOf(policy, 'open')).toEqual(['agent', 'at', 'browser', 'country', 'device', 'language'])
  expect(send(policy, 'deliver', unknownPerson).plan).toMatchObject({ opens: true, clicks: true })
  expect(send(policy, 'campaign', unknownPerson).refused).toBe('consent_missing')
  expect(policy.changes).toEqual({ noticeDays: 0, by: 'page' })
  const met = policy.disclosures.filter(({ met }) => met).map(({ to }) => to)
  expect(met).toEqual(['processors'])
})

test('mailsac keeps specials from those who opted out, and still tells them of a changed policy', () => {
  const policy = loadPolicy('mailsac')
  const out = asked(['campaign', 'withdrawn'])
  expect(send(policy, 'campaign', out).refused).toBe('consent_withdrawn')
  expect(send(policy, 'deliver', out).refused).toBeNull()
  expect(policy.purposes.get('deliver')).toMatchObject({ consent: 'none', subscribed: false })
  expect(policy.purposes.get('survey')).toMatchObject({ consent: 'opt-in', sends: true })
  expect(policy.events).toMatchObject({ open: { mode: 'tally' }, click: { mode: 'tally' } })
  expect(fieldsOf(policy, 'open')).toEqual(['agent', 'at'])
})

test('mail-marketer writes to those on its lists alone, and sees links followed and the browser, not openings', () => {
  const policy = loadPolicy('mail-marketer')
  expect(send(policy, 'campaign', unknownPerson).refused).toBe('consent_missing')
  expect(send(policy, 'campaign', asked(['campaign', 'granted'])).refused).toBeNull()
  expect(policy.events.open.mode).toBe('off')
  expect(fieldsOf(policy, 'click')).toEqual(['agent', 'at', 'browser', 'link'])
  expect(send(policy, 'deliver', consenting).plan).toMatchObject({ opens: false, clicks: true })
  expect(policy).toMatchObject({ tls: 'required' })
  expect(policy.attestations.map(({ id }) => id).sort()).toEqual(['confidentiality', 'training'])
})
