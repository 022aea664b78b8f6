import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openToken } from '../../src/gate/index.ts'
import { openScene, type Scene } from '../sending/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ policy: 'strict' })
})
afterAll(() => scene.close())

const wording = 'Send me the {{harbour}} letter <b>monthly</b>.'
const request = (email: string, more: object = {}) =>
  scene.call('POST', '/v1/consents', { email, purpose: 'campaign', state: 'granted', confirm: true, wording, ...more })
const letters = (email: string) => scene.transport.mailbox!.list({ to: email })
const newsTo = async (email: string) => {
  const html = '<p>{{unsubscribe_url}} {{rights_url}}</p>'
  const given = { to: { email }, purpose: 'campaign', subject: 'News', html }
  return (await scene.call('POST', '/v1/messages', given)).json
}
const heldOf = async (email: string) => (await scene.call('POST', '/v1/subjects/export', { email })).json.data?.held

/** What the button behind the link of the mail does. */
async function press(email: string): Promise<boolean> {
  const text = (await letters(email)).at(-1)!.text!
  const token = /\/confirm\/([\w-]+)\?lang=/.exec(text)![1]!
  const verdict = openToken(scene.ring, 'confirm', token)
  if (verdict.state === 'forged') throw new Error('the link of the mail does not open')
  return scene.confirmations.confirm(verdict.claims)
}

describe('a consent that is to be confirmed', () => {
  it('mails its owner once, counts for nothing until they confirm, and then has both its times', async () => {
    const email = 'ada@x.example'
    const answer = await request(email)
    const until = new Date(scene.clock.now() + 14 * 86_400_000).toISOString().slice(0, 10)
    expect([answer.status, answer.json]).toEqual([202, { receipt: null, status: 'requested', until }])
    await scene.work()
    expect(await letters(email)).toHaveLength(1)
    expect(await newsTo(email)).toMatchObject({ status: 'refused', reason: 'consent_missing' })
    const asked = scene.clock.now()
    scene.clock.time += 3_600_000
    expect(await press(email)).toBe(true)
    expect((await newsTo(email)).status).toBe('queued')
    expect((await heldOf(email)).consents).toMatchObject([
      {
        ...{ purpose: 'campaign', state: 'granted', source: 'double-opt-in', wording },
        ...{ requested_at: new Date(asked).toISOString(), decided_at: new Date(scene.clock.now()).toISOString() },
      },
    ])
    expect(await press(email), 'once more').toBe(true)
    expect((await heldOf(email)).consents).toHaveLength(1)
  })

  it('is asked for in a mail that holds the words and a link, and nothing that counts or sells', async () => {
    const email = 'words@x.example'
    await request(email, { language: 'de-AT' })
    await scene.work()
    const [mail] = await letters(email)
    const controller = scene.book.inForce.controller.name
    expect(mail!.subject).toBe(`Bitte bestätigen Sie Ihre Einwilligung gegenüber ${controller}`)
    expect(mail!.html).toContain('Send me the { {harbour}} letter &lt;b&gt;monthly&lt;/b&gt;.')
    expect(mail!.text).toContain('> Send me the { {harbour}} letter <b>monthly</b>.')
    expect(mail!.html).not.toMatch(/\/o\/|\/c\/|<img/)
    expect(mail!.html!.match(/href=/g)).toHaveLength(1)
    expect(mail!.text).toMatch(/\/confirm\/[\w-]+\?lang=de\b/)
  })

  it('mails nobody twice within a day, however often it is asked for', async () => {
    const email = 'flood@x.example'
    for (let times = 0; times < 5; times++) expect((await request(email)).status).toBe(202)
    await scene.work()
    expect(await letters(email)).toHaveLength(1)
    scene.clock.time += 86_400_000
    await request(email)
    await scene.work()
    expect(await letters(email)).toHaveLength(2)
    expect(await press(email)).toBe(true)
  })

  it('brings back who was erased, for that purpose, and says nothing to whoever asks', async () => {
    const email = 'again@x.example'
    await request(email)
    await scene.work()
    await press(email)
    await scene.call('POST', '/v1/subjects/erase', { email })
    expect(await newsTo(email)).toMatchObject({ reason: 'suppressed' })
    const answer = await request(email)
    expect(Object.keys(answer.json).sort()).toEqual(['receipt', 'status', 'until'])
    await scene.work()
    expect(await newsTo(email), 'a request alone lifts nothing').toMatchObject({ reason: 'suppressed' })
    expect(await press(email)).toBe(true)
    expect((await newsTo(email)).status).toBe('queued')
  })

  it('is deleted with everything about it when nobody confirms it in the days of the policy', async () => {
    const email = 'silent@x.example'
    await request(email)
    await scene.work()
    scene.clock.time += 15 * 86_400_000
    await scene.ledger.purge(scene.clock.now(), { chunk: 100, dryRun: false })
    expect(await heldOf(email)).toEqual({})
    expect(await press(email)).toBe(false)
  })

  it.each([
    ['an empty wording', { wording: ' ' }, 'consent_incomplete'],
    ['a language that there is none of', { language: 'tlh' }, 'consent_language'],
    ['an unknown purpose', { purpose: 'fun' }, 'purpose_unknown'],
    ['an address that is none', { email: 'ada' }, 'address_invalid'],
    ['a header in the address', { email: 'a@x.example\r\nBcc: b@x.example' }, 'header_injection'],
  ])('is refused with %s', async (_what, more, code) => {
    const answer = await request('refused@x.example', more)
    expect([answer.status, answer.json.code], answer.text).toEqual([422, code])
  })

  it('comes in a stream as well, each line with its own answer', async () => {
    const lines = [
      { email: 's1@x.example', purpose: 'campaign', state: 'requested', wording },
      { email: 's2@x.example', purpose: 'campaign', state: 'requested' },
      { email: 's3@x.example', purpose: 'campaign', state: 'granted', at: '2026-01-05', source: 'fair', wording },
    ]
    const body = lines.map((each) => JSON.stringify(each)).join('\n')
    const answer = await scene.call('POST', '/v1/consents', body, { 'content-type': 'application/x-ndjson' })
    expect(answer.json).toMatchObject({ recorded: 2, faulty: 1, faults: [{ line: 2, code: 'field_missing' }] })
    await scene.work()
    expect(await letters('s1@x.example')).toHaveLength(1)
  })
})

describe('the source of a consent', () => {
  it.each([
    ['form', 'form'],
    [' Sign-Up ', 'form'],
    ['double_opt_in', 'double-opt-in'],
    ['bought a course', 'other'],
    ['__proto__', 'other'],
    ['ticket of needle-person@x.example', 'other'],
  ])('%j is kept as %s, and as nothing else', async (source, kept) => {
    const email = `source-${Buffer.from(source).toString('hex').slice(0, 24)}@x.example`
    const record = { email, purpose: 'campaign', state: 'granted', at: '2026-01-05', source, wording: 'Yes' }
    expect((await scene.call('POST', '/v1/consents', record)).status).toBe(201)
    expect((await heldOf(email)).consents).toMatchObject([{ source: kept }])
    expect(JSON.stringify(await heldOf(email))).not.toContain('needle-person')
  })
})
