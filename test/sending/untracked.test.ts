import { afterEach, describe, expect, it } from 'vitest'
import { dayOf } from '../../src/base/index.ts'
import { newKeyRing } from '../../src/gate/index.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { newLetterWriter } from '../../src/sending/index.ts'
import { htmlOf, openSink } from '../journeys/sink.ts'
import { openScene } from './scene.ts'

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

const page =
  '<html><body>\n<p>Dear {{name}},</p><a href="https://x.example/c?a=1&amp;b=2">certificate</a>\n</body></html>'

describe('a policy that records nothing', () => {
  it('delivers the html byte for byte as it was composed', async () => {
    const sink = await openSink()
    const scene = await openScene({ smtp: sink.url, policy: 'certimailer' })
    closers.push(sink.close, scene.close)
    const body = { to: { email: 'a@x.example', name: 'Ann' }, purpose: 'deliver', subject: 'Hi', html: page }
    const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    const { json } = await scene.call('POST', '/v1/messages', { ...body, consent })
    expect(json.tracked).toEqual({ opens: false, clicks: false, reason: 'policy_off' })
    await scene.work()
    expect(htmlOf(sink.mails[0]!.raw).replace(/\r\n/g, '\n').trimEnd()).toBe(page.replace('{{name}}', 'Ann'))
  })

  it('under the ceiling mail without a tracking consent leaves untouched and is delivered', async () => {
    const sink = await openSink()
    const scene = await openScene({ smtp: sink.url, policy: 'eu-email-2026' })
    closers.push(sink.close, scene.close)
    const body = { purpose: 'deliver', subject: 'Hi', html: page }
    const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'yes' }
    const unasked = await scene.call('POST', '/v1/messages', { ...body, to: { email: 'a@x.example', name: 'Ann' } })
    expect(unasked.json.tracked).toEqual({ opens: false, clicks: false, reason: 'consent_missing' })
    await scene.call('POST', '/v1/messages', { ...body, to: { email: 'b@x.example', name: 'Bob' }, consent })
    await scene.work()
    const pageTo = (to: string) => htmlOf(sink.mails.find((mail) => mail.to === to)!.raw).replace(/\r\n/g, '\n')
    expect(pageTo('a@x.example').trimEnd()).toBe(page.replace('{{name}}', 'Ann'))
    // With the consent the same mail is rewritten: the comparison can see it.
    expect(pageTo('b@x.example')).toMatch(/\/o\/[\w-]+/)
    expect(pageTo('b@x.example')).toMatch(/\/c\/[\w-]+/)
  })

  it('never asks the ring for a key: no token is minted', async () => {
    const policy = loadPolicy('certimailer')
    const ring = newKeyRing([{ id: 'one', key: Buffer.alloc(32, 7), revoked: false }])
    let asked = 0
    const watched = {
      all: ring.all,
      byFingerprint: ring.byFingerprint,
      get signing() {
        asked++
        return ring.signing
      },
    }
    const writer = (inForce: typeof policy) =>
      newLetterWriter({
        shelf: { campaign: async () => null },
        ring: watched,
        book: { inForce, all: new Map([[inForce.number, inForce]]) },
        clock: { now: () => Date.now(), shift: 0 },
        publicUrl: 'http://127.0.0.1:8080',
        defaultFrom: 'sender@example.com',
      })
    const message = {
      ...{ id: 'A'.repeat(22), fence: 1, attempts: 0, campaign: null, purpose: 'deliver', handle: 'A'.repeat(16) },
      ...{ to: 'a@x.example', name: 'Ann', from: null, replyTo: null, merge: {}, policy: policy.number },
      content: { subject: 'Hi', html: page, text: null, attachments: [] },
      ...{ accepted: dayOf(Date.now()), acceptedAt: Date.now(), wasUncertain: false },
      standing: {
        suppressed: false,
        restricted: false,
        objected: new Set<string>(),
        consents: new Map(),
        source: null,
      },
    }
    const plan = { opens: false, clicks: false, reason: 'policy_off' } as const
    await writer(policy)(message, plan)
    expect(asked).toBe(0)
    // The watch works: a plan that tracks does ask.
    await writer(policy)(message, { opens: true, clicks: true, reason: 'policy_grants' })
    expect(asked).toBeGreaterThan(0)
  })
})
