import { afterAll, beforeAll, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ policy: 'mailerplex' })
})
afterAll(() => scene.close())

const email = 'wilma.residue@example.org'
const given = { at: '2026-01-01T10:00:00Z', source: 'form' }
const campaign = { name: 'n', subject: 's', text: 'Hello', purpose: 'deliver' }

it.each([`I, ${email}, agree`, 'Agreed from 192.0.2.7', 'Agreed from 2001:db8::7'])(
  'a wording of one person comes in by no door: %s',
  async (wording) => {
    const decided = { email, purpose: 'insight', state: 'granted', wording }
    const mail = { to: { email }, subject: 's', text: 't', purpose: 'deliver' }
    const calls = [
      ['POST', '/v1/messages', { ...mail, consent: { tracking: true, ...given, wording } }],
      ['POST', '/v1/consents', { ...decided, ...given }],
      ['POST', '/v1/consents', { ...decided, ...given, state: 'withdrawn' }],
      ['POST', '/v1/consents', { ...decided, confirm: true }],
      ['DELETE', '/v1/suppressions', { email, evidence: { ...given, wording } }],
    ] as const
    for (const [method, path, body] of calls) {
      const { status, json, text } = await scene.call(method, path, body)
      expect([path, status, json.code]).toEqual([path, 422, 'address_in_wording'])
      expect(text).not.toContain(wording)
    }
    const { id } = (await scene.call('POST', '/v1/campaigns', campaign)).json
    const path = `/v1/campaigns/${id}/recipients`
    const faults = [{ code: 'address_in_wording' }]
    const csv = `email,consent_at,consent_source,consent_wording\n${email},${given.at},form,"${wording}"\n`
    expect((await scene.call('POST', path, csv)).json).toMatchObject({ accepted: 0, faults })
    const row = { email, consent_at: given.at, consent_source: 'form', consent_wording: wording }
    const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`)
    const type = { 'content-type': 'application/x-ndjson' }
    const rows = await scene.raw('POST', path, line(row), type)
    expect(await rows.json()).toMatchObject({ accepted: 0, faults })
    const stream = await scene.raw('POST', '/v1/consents', line({ ...decided, ...given }), type)
    expect(await stream.json()).toMatchObject({ recorded: 0, faults })
  },
)

it('no campaign is named after a person', async () => {
  for (const name of [`For ${email}`, 'To 192.0.2.7']) {
    const { status, json, text } = await scene.call('POST', '/v1/campaigns', { ...campaign, name })
    expect([status, json.code]).toEqual([422, 'address_in_name'])
    expect(text).not.toContain(name)
  }
})

it('the contact of the policy may stand in a wording', async () => {
  const contact = 'privacy@harbour.example'
  scene.book.inForce = { ...scene.book.inForce, controller: { name: 'Harbour', contact } }
  const wording = `I want the letter; I can take this back at ${contact}.`
  const decided = { email, purpose: 'insight', state: 'granted', wording, ...given }
  expect((await scene.call('POST', '/v1/consents', decided)).status).toBe(201)
})
