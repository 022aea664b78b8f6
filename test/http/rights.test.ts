import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportData } from '../../src/http/api/export-schema.ts'
import { newSigner, type Receipt } from '../../src/upkeep/index.ts'
import { clicksIn, pixelsIn } from '../journeys/sink.ts'
import { openScene, type Scene } from '../sending/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count me' }
const send = (email: string, more: object = {}) =>
  scene.call('POST', '/v1/messages', {
    ...{ to: { email, name: 'Ada' }, subject: 'Hello {{name}}', purpose: 'deliver', consent },
    html: '<p>Hi {{name}}</p><a href="https://target.example/p">go</a>',
    ...more,
  })
const ask = (verb: string, email: string, more: object = {}) =>
  scene.call('POST', `/v1/subjects/${verb}`, { email, ...more })
const letters = (email: string) => scene.transport.mailbox!.list({ to: email })
const signer = newSigner([{ id: 'one', key: Buffer.alloc(32, 7), revoked: false }])
const day = 86_400_000

describe('a right', () => {
  it('opens a case with a random id and closes it with a receipt that this deployment can tell from a forged one', async () => {
    await send('receipt@x.example')
    const { json } = await ask('restrict', 'receipt@x.example')
    const receipt: Receipt = json.receipt
    expect(json.case).toMatch(/^[\w-]{22}$/)
    expect(receipt).toMatchObject({ case: json.case, right: 'restrict', policy: scene.book.inForce.digest })
    expect(signer.verify(receipt)).toBe(true)
    expect(signer.verify({ ...receipt, at: '2020-01-01T00:00:00.000Z' })).toBe(false)
    expect(signer.verify({ ...receipt, lines: [] })).toBe(false)
    expect(newSigner([{ id: 'one', key: Buffer.alloc(32, 8), revoked: false }]).verify(receipt)).toBe(false)
    expect(JSON.stringify(receipt)).not.toContain('receipt@x.example')
  })

  it.each([
    ['something that is no address', 'export', { email: 'ada' }, 'address_invalid'],
    ['a header in a corrected name', 'rectify', { name: 'A\r\nBcc: b@x.example' }, 'header_injection'],
    ['a header in a corrected address', 'rectify', { newEmail: 'a@x.example\nBcc: b@x.example' }, 'header_injection'],
    ['a card number as name', 'rectify', { name: '4111 1111 1111 1111' }, 'card_number'],
    ['a correction of nothing', 'rectify', {}, 'field_missing'],
    ['an objection to an unknown purpose', 'object', { purpose: 'fun' }, 'purpose_unknown'],
    ['an unknown field', 'erase', { surprise: 1 }, 'unknown_field'],
  ])('refuses %s', async (_what, verb, more, code) => {
    const answer = await ask(verb, 'ada@x.example', more)
    expect([answer.status, answer.json.code], answer.text).toEqual([422, code])
  })

  it('of somebody who is not known says so, and makes nobody known', async () => {
    for (const verb of ['export', 'restrict', 'unrestrict', 'rectify', 'erase']) {
      const answer = await ask(verb, 'nobody@x.example', verb === 'rectify' ? { name: 'N' } : {})
      expect([answer.status, answer.json.outcome, answer.json.status]).toEqual([200, 'nothing_held', 'done'])
    }
  })
})

describe('an export', () => {
  it('has the published shape, and is the same for an unchanged person', async () => {
    const email = 'export@x.example'
    await send(email)
    await scene.work()
    const page = (await letters(email))[0]!.html!
    for (const link of [...pixelsIn(page), ...clicksIn(page)]) await scene.hit(link)
    await scene.call('POST', '/v1/cases', { email, about: 'Why so many?' })
    await ask('object', email, { purpose: 'campaign' })
    await ask('restrict', email)
    await ask('unrestrict', email)
    const again = { email, purpose: 'campaign', state: 'requested', wording: 'News again' }
    await scene.call('POST', '/v1/consents', again)
    await send(email, { data: { extra: 'x' }, text: 'hm {{extra}}' })
    const first = await ask('export', email)
    const { held } = exportData.parse(first.json.data)
    const tables = ['cases', 'consents', 'events', 'idempotency', 'mailed_links', 'messages', 'objections', 'requests']
    tables.push('subjects', 'suppressions')
    expect(Object.keys(held).sort()).toEqual(tables)
    for (const table of tables.filter((each) => each !== 'idempotency' && each !== 'mailed_links')) {
      expect([table, Reflect.get(held, table).length > 0]).toEqual([table, true])
    }
    expect(JSON.stringify((await ask('export', email)).json.data)).toBe(JSON.stringify(first.json.data))
    const schema = await scene.call('GET', '/v1/schemas/export.json')
    expect(schema.json).toMatchObject({ $schema: expect.stringContaining('json-schema.org'), type: 'object' })
  })
})

describe('an objection', () => {
  it('stops one purpose; the others go on', async () => {
    const email = 'object@x.example'
    await ask('object', email, { purpose: 'campaign' })
    const footer = '{{unsubscribe_url}} {{rights_url}}'
    const news = await send(email, { purpose: 'campaign', html: footer })
    expect(news.json).toMatchObject({ status: 'refused', reason: 'objected' })
    expect((await send(email)).json.status).toBe('queued')
  })
})

describe('a correction', () => {
  it('reaches the mail that is queued', async () => {
    await send('old@x.example')
    const answer = await ask('rectify', 'old@x.example', { name: 'Adele', newEmail: 'new@x.example' })
    expect(answer.json).toMatchObject({ outcome: 'rectified', receipt: { lines: [{ count: 1 }] } })
    await scene.work()
    expect(await letters('old@x.example')).toEqual([])
    expect((await letters('new@x.example'))[0]).toMatchObject({ subject: 'Hello Adele' })
  })

  it('to an address that is somebody else’s is a conflict, and its case stays open', async () => {
    await send('one@x.example')
    await send('two@x.example')
    const answer = await ask('rectify', 'one@x.example', { newEmail: 'two@x.example' })
    expect([answer.status, answer.json.code]).toEqual([409, 'address_taken'])
    const { cases } = (await scene.call('GET', '/v1/cases')).json
    expect(cases.filter(({ right }: { right: string }) => right === 'rectify')).toHaveLength(1)
  })
})

describe('a restriction', () => {
  it('tells every tracker before it is answered, and holds a queued mail until it is lifted', async () => {
    const email = 'aside@x.example'
    const { json } = await send(email)
    const before = scene.board.stopped.size
    await ask('restrict', email)
    expect(scene.board.stopped.size).toBe(before + 1)
    await scene.work()
    expect((await scene.call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({ status: 'queued' })
    expect((await send(email)).json).toMatchObject({ status: 'refused', reason: 'restricted' })
    await ask('unrestrict', email)
    expect(scene.board.stopped.size).toBe(before)
    // The window that held it while it was restricted has to run out first.
    scene.clock.time += 20_001
    await scene.work()
    expect((await scene.call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({ status: 'sent' })
    expect((await send(email)).json.status).toBe('queued')
  })
})

describe('a child', () => {
  it('is erased, and never written to again', async () => {
    const email = 'child@x.example'
    await send(email)
    expect((await ask('minor', email)).json).toMatchObject({ outcome: 'erased', receipt: { right: 'minor' } })
    expect(Object.keys((await ask('export', email)).json.data.held)).toEqual(['suppressions'])
    expect((await send(email)).json).toMatchObject({ status: 'refused', reason: 'suppressed' })
  })

  it('stays where the policy knows the exception and a parent’s consent is on record', async () => {
    expect(scene.book.inForce.minors).toEqual({ under: 18, unless: 'parental_consent' })
    const email = 'teen@x.example'
    await send(email)
    const kept = await ask('minor', email, { parentalConsent: when() })
    expect(kept.json, kept.text).toMatchObject({ outcome: 'exception_on_record' })
    expect((await ask('minor', email)).json.outcome).toBe('exception_on_record')
    expect((await ask('export', email)).json.data.held.messages).toHaveLength(1)
  })

  it('has no exception where the policy knows none', async () => {
    const mailerplex = scene.book.inForce
    await scene.turn({ ...mailerplex, number: 77, minors: { under: 18, unless: null } })
    const refused = await ask('minor', 'kid@x.example', { parentalConsent: when() })
    expect([refused.status, refused.json.code]).toEqual([422, 'exception_not_granted'])
    expect((await ask('minor', 'teen@x.example')).json.outcome).toBe('erased')
    await scene.turn(mailerplex)
  })
})

describe('a concern', () => {
  it('is listed with its deadline until it is answered, names nobody in the list, and is overdue after it', async () => {
    const opened = await scene.call('POST', '/v1/cases', { email: 'upset@x.example', about: 'Please explain' })
    expect(opened.status).toBe(201)
    const listed = async () =>
      (await scene.call('GET', '/v1/cases')).json.cases.find((each: { case: string }) => each.case === opened.json.case)
    const { openedAt, dueAt, overdue } = await listed()
    expect(Date.parse(dueAt) - Date.parse(openedAt)).toBe(scene.book.inForce.rightsAnswerDays * day)
    expect(overdue).toBe(false)
    expect(JSON.stringify(await listed())).not.toMatch(/upset|explain/)
    scene.clock.time += 31 * day
    expect((await listed()).overdue).toBe(true)
    scene.clock.time -= 31 * day
    expect((await scene.call('POST', `/v1/cases/${opened.json.case}/close`)).json).toMatchObject({ status: 'done' })
    expect(await listed()).toBeUndefined()
    expect((await scene.call('POST', `/v1/cases/${opened.json.case}/close`)).status).toBe(404)
    expect((await scene.call('GET', '/v1/cases/nonsense')).json.code).toBe('case_unknown')
  })
})

function when() {
  return { at: '2026-01-05T10:00:00Z', source: 'paper form', wording: 'I am the parent and agree' }
}
