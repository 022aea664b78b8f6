import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasControls } from '../../src/base/index.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const bad = ['\0', '\x01', '\x0b', '\x1b', '\x7f', '\x81', '\ud800'] as const
const to = { email: 'a@x.example', name: 'Ada' }
const mail = { to, subject: 's', text: 't', purpose: 'deliver' }
const campaign = { name: 'n', subject: 's', text: '{{x}}', purpose: 'deliver' }
const consent = { tracking: true, at: '2026-01-01', source: 'form', wording: 'yes' }

describe('a control character', () => {
  it.each(bad)('%j comes in by no field of a JSON body', async (sign) => {
    const evil = `Evil${sign}`
    const calls = [
      ['POST', '/v1/messages', { ...mail, text: evil }],
      ['POST', '/v1/messages', { ...mail, html: `<p>${evil}</p>` }],
      ['POST', '/v1/messages', { ...mail, text: '{{x}}', data: { x: evil } }],
      ['POST', '/v1/messages', { ...mail, consent: { ...consent, wording: evil } }],
      ['POST', '/v1/messages', { ...mail, purpose: evil }],
      ['POST', '/v1/campaigns', { ...campaign, html: evil }],
      ['PUT', '/v1/templates/evil', { subject: 's', html: `<p>${evil}</p>` }],
      [
        'POST',
        '/v1/consents',
        { email: to.email, purpose: 'insight', state: 'granted', ...consent, tracking: undefined, wording: evil },
      ],
      ['POST', '/v1/cases', { email: to.email, about: evil }],
      ['POST', '/v1/subjects/object', { email: to.email, purpose: evil }],
    ] as const
    for (const [method, path, body] of calls) {
      const { status, json, text } = await scene.call(method, path, body)
      expect([status, json.code], `${path} ${text}`).toEqual([422, 'control_character'])
      expect(text).not.toContain('Evil')
    }
  })

  it.each(bad.slice(0, -1))('%j in what becomes a header is told as what could break out of it', async (sign) => {
    const bodies = [
      { ...campaign, name: `n${sign}` },
      { ...campaign, subject: `s${sign}` },
      { ...campaign, from: `a${sign}@x.example` },
    ]
    for (const body of bodies) {
      expect((await scene.call('POST', '/v1/campaigns', body)).json.code).toBe('header_injection')
    }
    const corrected = await scene.call('POST', '/v1/subjects/rectify', { email: to.email, name: `A${sign}` })
    expect(corrected.json.code).toBe('header_injection')
  })

  it('comes in by no path and no query', async () => {
    for (const path of ['/v1/messages/a%00b', '/v1/campaigns/%00', '/v1/suppressions?after=%00', '/v1/templates/%01']) {
      const { status, json } = await scene.call('GET', path)
      expect([path, status, json.code]).toEqual([path, 422, 'control_character'])
    }
  })

  it('in one cell of a file leaves that line out, and no other', async () => {
    const { id } = (await scene.call('POST', '/v1/campaigns', campaign)).json
    const csv =
      'email,name,x\na@x.example,A,1\nb@x.example,B\0b,1\nc@x.example,C,"one\ttwo\nthree"\nd@x.example,D,\x81\n'
    const path = `/v1/campaigns/${id}/recipients`
    expect((await scene.call('POST', path, csv)).json).toMatchObject({
      ...{ accepted: 2, faulty: 2 },
      faults: [
        { line: 3, code: 'control_character' },
        { line: 6, code: 'control_character' },
      ],
    })
    const lines = [
      { email: 'e@x.example', x: 'y\0' },
      { email: 'f@x.example', 'x\0': 'y' },
      { email: 'g@x.example', x: 'y' },
    ]
    const ndjson = Buffer.from(lines.map((each) => JSON.stringify(each)).join('\n'))
    const answer = await scene.raw('POST', path, ndjson, { 'content-type': 'application/x-ndjson' })
    expect(await answer.json()).toMatchObject({
      ...{ accepted: 1, faulty: 2 },
      faults: [1, 2].map((line) => ({ line, code: 'control_character' })),
    })
  })

  it('that stands in a header line tells of another charset', async () => {
    const { id } = (await scene.call('POST', '/v1/campaigns', campaign)).json
    const wide = Buffer.from('email,name,x\na@x.example,A,1\n', 'utf16le')
    const answer = await scene.raw('POST', `/v1/campaigns/${id}/recipients`, wide, { 'content-type': 'text/csv' })
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'charset_missing' }])
  })

  it('comes in by no value of a template’s data', async () => {
    await scene.call('PUT', '/v1/templates/plain', { subject: 's', text: '{{x}}' })
    const body = { name: 'n', purpose: 'deliver', template: 'plain', data: { x: 'a\0' } }
    expect((await scene.call('POST', '/v1/campaigns', body)).json.code).toBe('control_character')
    const message = { to, purpose: 'deliver', template: 'plain', data: { x: 'a\0' } }
    expect((await scene.call('POST', '/v1/messages', message)).json.code).toBe('control_character')
  })

  it('is none of these: tab, line and page breaks, and every sign that a text is made of', () => {
    for (const text of ['a\tb\r\nc\fd', 'Zoë 李 😀 ‮مرحبا‬ नमस्ते', '\u00a0\u200d\ufeff\u2028']) {
      expect(hasControls(text), JSON.stringify(text)).toBe(false)
    }
  })
})
