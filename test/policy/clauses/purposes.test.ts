import { expect, test } from 'vitest'
import { maySend, unknownPerson } from '../../../src/gate/index.ts'
import { codesOf, lineOf, lines } from '../written.ts'
import { policyWith, saysAt, toldOf, wider } from './asked.ts'

const news = (inside: string) => ({
  deliver: `${lines.deliver}\n  news: { means: to tell of offers, basis: legitimate_interests, sends: true, ${inside} }`,
})
const newsLine = lineOf('deliver') + 1

test('promotion that goes on until somebody says no needs evidence of a relationship', () => {
  expect(toldOf(news('consent: opt-out, subscribed: true')).faults).toEqual([`evidence_missing ${newsLine}`])
  expect(toldOf(news('consent: opt-out, promotes: own')).faults).toEqual([`evidence_missing ${newsLine}`])
  const policy = policyWith(news('consent: opt-out, subscribed: true, evidence: relationship'))
  expect(policy.purposes.get('news')).toMatchObject({ consent: 'opt-out', evidence: 'relationship' })
})

test('mail that promotes nothing, and promotion that was asked for, need none', () => {
  expect(toldOf(news('consent: opt-out, subscribed: true, promotes: nothing')).faults).toEqual([])
  expect(policyWith(news('consent: opt-in, subscribed: true')).purposes.get('news')!.evidence).toBeNull()
})

test('the notice says to whom such mail goes', () => {
  const said = saysAt('purposes.news', news('consent: opt-out, subscribed: true, evidence: relationship'))
  expect(said).toContain('only to those whom we have dealt with before')
})

test('a purpose without a basis is told at its line', () => {
  expect(toldOf({ deliver: '  deliver: { means: to deliver, consent: none, sends: true }' }).faults).toEqual([
    `basis_missing ${lineOf('deliver')}`,
  ])
})

const base = { means: 'news', basis: 'legitimate_interests', consent: 'opt-out', evidence: 'relationship', sends: true }

test('dropping the evidence and beginning to promote are wider', () => {
  const { evidence: _evidence, ...without } = base
  expect(wider('purposes', { news: base }, { news: without })).toEqual(['purposes.news.evidence'])
  const promoting = { ...base, promotes: 'own' }
  expect(wider('purposes', { news: base }, { news: promoting })).toEqual(['purposes.news.promotes'])
})

test('a ceiling holds a purpose of any name to the one of its role', () => {
  const ceiling = { campaign: { ...base, consent: 'opt-in', basis: 'consent', subscribed: true } }
  expect(wider('purposes', ceiling, { offers: { ...base, subscribed: true } }, 'ceiling')).toEqual([
    'purposes.offers.consent',
  ])
  expect(wider('purposes', ceiling, { offers: { ...base, consent: 'opt-in', promotes: 'own' } }, 'ceiling')).toEqual([
    'purposes.offers.subscribed',
  ])
  expect(wider('purposes', ceiling, { offers: { ...base, consent: 'opt-in', subscribed: true } }, 'ceiling')).toEqual(
    [],
  )
  expect(wider('purposes', ceiling, { watch: { ...base, sends: false } }, 'ceiling')).toEqual(['purposes.watch'])
})

const account = (more: string) => ({
  insight: `${lines.insight}\n  account: { means: to tell of your account, basis: contract, consent: none, sends: true${more} }`,
})

test('two purposes that ask nobody share addresses, unless one of them is bound to those given for it', () => {
  const to = (more: string) => {
    const { purposes } = policyWith(account(more))
    const standing = { ...unknownPerson, source: 'deliver' }
    return maySend(purposes.get('account')!, standing)
  }
  expect(to('')).toBeNull()
  expect(to(', bound: true')).toBe('purpose_bound')
  const { purposes } = policyWith(account(', bound: true'))
  const bound = purposes.get('account')!
  expect(maySend(bound, { ...unknownPerson, source: 'account' })).toBeNull()
  expect(maySend(bound, unknownPerson)).toBeNull()
  const agreed = { ...unknownPerson, source: 'deliver', consents: new Map([['account', 'granted' as const]]) }
  expect(maySend(bound, agreed)).toBeNull()
  expect(saysAt('purposes.account', account(', bound: true'))).toContain('only to addresses that were given to us for')
})

test('what is bound cannot be set free by extending it, and only mail can be bound', () => {
  const base = { means: 'm', basis: 'contract', consent: 'none', sends: true }
  expect(wider('purposes', { a: { ...base, bound: true } }, { a: base })).toEqual(['purposes.a.bound'])
  expect(wider('purposes', { a: base }, { a: { ...base, bound: true } })).toEqual([])
  const silent = account(', bound: true').insight.replace('sends: true, bound', 'sends: false, bound')
  expect(codesOf({ insight: silent })).toEqual(['bound_unsent'])
  expect(codesOf(account(', bound: false'))).toEqual(['value_odd'])
})
