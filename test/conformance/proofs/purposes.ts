import type { Lethe } from '../../journeys/lethe.ts'
import { equal, must } from '../row.ts'
import { decide, draft, page, post, received, send } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'
import { granted } from './refused.ts'

export async function unknownPurpose(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const message = { to: { email: 'purpose@people.example' }, subject: 's', text: 't', purpose: 'profiling' }
  const answer = await post(lethe, message)
  equal([answer.status, answer.json.code], [422, 'purpose_unknown'], 'a mail for an unknown purpose')
  await send(lethe, message.to.email)
  return 'a mail for a purpose that the policy does not list: 422 purpose_unknown; for a listed one: 202'
}

/** As below, under another policy: this one has a single purpose, so that there is no other one to ask for. */
export const otherPurposeUnder = async (stage: Stage, policy: string): Promise<string> => {
  const lethe = await stage.once(policy, async () => stage.start(await stage.swift({ LETHE_POLICY: policy })))
  return `under ${policy}: ${await otherPurposeRefused(stage, 'bound@people.example', lethe)}`
}

/** An address given for one purpose is not there for another one. */
export async function otherPurposeRefused(stage: Stage, to: string, running?: Lethe): Promise<string> {
  const lethe = running ?? (await stage.lethe())
  const sink = await stage.sink()
  equal((await send(lethe, to)).status, 'queued', `mail that was asked for`)
  await sink.mailTo(to)
  const other = await send(lethe, to, { purpose: 'campaign' })
  equal(other.status, 'refused', 'the same address for another purpose')
  const list = await draft(lethe, 'campaign', [{ email: to }, { email: `other.${to}`, consents: ['campaign'] }])
  equal([list.accepted, list.refused], [1, 1], 'a list with that address and one that agreed')
  await list.start()
  await sink.mailTo(`other.${to}`)
  equal(sink.mails.filter((mail) => mail.to === to).length, 1, 'mails to that address')
  return `an address that was given for deliver gets that mail, and for campaign ${other.reason}; whoever agreed to campaign gets it`
}

/** Of two purposes that ask nobody, one that is bound takes no address that was given for the other. */
export async function boundPurposeRefused(stage: Stage): Promise<string> {
  const account = { means: 'to tell of your account', basis: 'contract', consent: 'none', sends: true, bound: true }
  const policy = stage.file(granted(stage.document(), ['purposes.account', account]))
  const lethe = await stage.start(await stage.swift({ LETHE_POLICY: policy }))
  const [contact, member] = ['contact@people.example', 'member@people.example']
  equal((await send(lethe, contact)).status, 'queued', 'mail that was asked for')
  const other = await send(lethe, contact, { purpose: 'account' })
  equal([other.status, other.reason], ['refused', 'purpose_bound'], 'the same address for a bound purpose')
  equal((await send(lethe, member, { purpose: 'account' })).status, 'queued', 'an address that was given for it')
  await lethe.stop()
  return `with a second purpose that asks nobody and is bound: refused (${other.reason}), and sent to an address given for it`
}

/** A consent counts for the purpose that it names and for no other. */
export async function consentStaysInPurpose(stage: Stage, to: string): Promise<string> {
  const lethe = await stage.lethe()
  await decide(lethe, to, 'insight', 'granted')
  const other = await send(lethe, to, { purpose: 'campaign' })
  equal(other.status, 'refused', 'a campaign on the strength of a consent to insight')
  await decide(lethe, to, 'campaign', 'granted')
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'queued', 'a campaign with its own consent')
  return `a contact with a consent to insight alone is refused for campaign (${other.reason}), and taken with one to campaign`
}

/** Lists are opt-in: no receipt, no mail; a receipt names wording, time and source. */
export async function receiptNeeded(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'receipt@people.example'
  const without = await send(lethe, to, { purpose: 'campaign' })
  equal([without.status, without.reason], ['refused', 'consent_missing'], 'a campaign without a receipt')
  for (const missing of ['at', 'source', 'wording']) {
    const half: Record<string, string> = { at: new Date().toISOString(), source: 'form', wording: 'Yes' }
    delete half[missing]
    const answer = await lethe.call('POST', '/v1/consents', {
      ...{ email: to, purpose: 'campaign', state: 'granted', ...half },
    })
    equal(answer.status, 422, `a consent record without ${missing}`)
  }
  const receipt = await decide(lethe, to, 'campaign', 'granted')
  must(receipt, 'a consent gave no receipt')
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'queued', 'a campaign with a receipt')
  return 'no receipt: refused consent_missing; a record without wording, time or source: 422; with all three: sent'
}

/** Mail that was asked for goes out without a name, and without anything else that is optional. */
export async function optionalFields(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'nameless@people.example'
  const answer = await post(lethe, { to: { email: to }, subject: 's', text: 'No name, no html.', purpose: 'deliver' })
  equal(answer.status, 202, 'a mail without a name')
  await (await stage.sink()).mailTo(to)
  const named = await post(lethe, { to: { email: to }, subject: 's', html: page, purpose: 'deliver' })
  equal(named.json.code, 'merge_field_missing', 'a mail that shows a name which is not given')
  return 'an address, a subject and a text are enough: sent; only a content that shows {{name}} asks for one'
}

export async function surveyVoluntary(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'survey@people.example'
  const survey = await send(lethe, to, { purpose: 'survey' })
  equal([survey.status, survey.reason], ['refused', 'consent_missing'], 'a survey that nobody agreed to')
  equal((await send(lethe, to)).status, 'queued', 'other mail to the same person')
  await received(await stage.sink(), to)
  await decide(lethe, to, 'survey', 'granted')
  equal((await send(lethe, to, { purpose: 'survey' })).status, 'queued', 'a survey with a consent')
  return 'a survey is a purpose of its own: refused without a consent to it, while other mail goes on'
}

/** Soft opt-in (ePrivacy Art. 13(2)): offers only to those whom one deals with, and that has to be shown. */
export async function relationshipNeeded(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const stranger = await send(lethe, 'stranger@people.example', { purpose: 'campaign' })
  equal(stranger.status, 'refused', 'an offer to a stranger')
  const to = 'customer@people.example'
  await decide(lethe, to, 'campaign', 'granted', { source: 'relationship', wording: 'bought a course' })
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'queued', 'an offer to a customer')
  await (await stage.sink()).mailTo(to)
  await decide(lethe, to, 'campaign', 'withdrawn')
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'refused', 'an offer to a customer who opted out')
  return `without evidence of a relationship: refused (${stranger.reason}); with it: sent; after an opt-out: refused`
}
