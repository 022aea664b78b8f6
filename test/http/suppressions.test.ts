import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from '../sending/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const path = '/v1/suppressions'
const evidence = { at: '2026-06-01T10:00:00Z', source: 'phone', wording: 'Please write to me again.' }
const send = async (email: string, purpose = 'deliver') => {
  const given = { to: { email }, purpose, subject: 'Hello', html: '<p>{{unsubscribe_url}} {{rights_url}}</p>' }
  return (await scene.call('POST', '/v1/messages', given)).json
}
const lift = (email: string, more: object = {}) => scene.call('DELETE', path, { email, evidence, ...more })
const list = async () => (await scene.call('GET', `${path}?limit=1000`)).json

/** Exports as these systems write them, the columns that identify nobody shortened. */
const exports = [
  ['listmonk', 'text/csv', 'uuid,email,name,status\n1-2,@,"Doe, Ann",blocklisted\n'],
  ['Postmark', 'text/csv', 'EmailAddress,SuppressionReason,Origin,CreatedAt\n@,HardBounce,Recipient,2026-01-02\n'],
  ['Mailgun', 'text/csv', 'address,code,error,created_at\n@,550,"said ""no""",Fri\n'],
  ['SendGrid', 'text/csv', 'status,reason,email,created\n5.1.1,unknown,@,1700000000\n'],
  ['Postmark', 'application/json', '{"Suppressions":[{"EmailAddress":"@","SuppressionReason":"ManualSuppression"}]}'],
  ['SES', 'application/json', '{"SuppressedDestinationSummaries":[{"EmailAddress":"@","Reason":"BOUNCE"}]}'],
  ['Mailgun', 'application/json', '{"items":[{"address":"@","tags":["*"]}],"paging":{}}'],
  ['SendGrid', 'application/json', '[{"created":1700000000,"email":"@","reason":"550"}]'],
  ['a bare list', 'application/json', '["@"]'],
  ['one alone', 'application/json', '{"email":"@"}'],
  ['NDJSON', 'application/x-ndjson', '{"email":"@"}\n'],
  ['NDJSON of bare addresses', 'application/x-ndjson', '"@"\n'],
] as const

describe('the list of another system', () => {
  it.each(exports)('%s, %s, is taken over: nobody on it is written to any more', async (system, type, text) => {
    const email = `p${system.length}.${text.length}@needle.example`
    const body = text.replace('@', email)
    const answer = await scene.call('POST', path, body, { 'content-type': type })
    expect([answer.status, answer.json]).toEqual([200, { imported: 1, faulty: 0, faults: [] }])
    expect(await send(email)).toMatchObject({ status: 'refused', reason: 'suppressed' })
  })

  it('may stop one purpose alone', async () => {
    await scene.call('POST', `${path}?purpose=campaign`, ['one@needle.example'])
    expect(await send('one@needle.example', 'campaign')).toMatchObject({ status: 'refused', reason: 'objected' })
    expect((await send('one@needle.example')).status).toBe('queued')
  })

  it('names each line that it cannot read by its number and a code, and takes the others', async () => {
    const csv = 'Email Address,note\ngood@needle.example,x\nnot an address,x\n\nonly one cell\nalso@needle.example,y\n'
    const answer = await scene.call('POST', path, csv)
    expect(answer.json).toEqual({
      imported: 2,
      faulty: 2,
      faults: [
        { line: 3, code: 'address_invalid' },
        { line: 5, code: 'line_columns' },
      ],
    })
    const ndjson = '{"name":"x"}\n{oops\n7\n{"email":"third@needle.example"}\n'
    const lines = await scene.call('POST', path, ndjson, { 'content-type': 'application/x-ndjson' })
    const codes = lines.json.faults.map(({ line, code }: { line: number; code: string }) => [line, code])
    expect(codes).toEqual([
      [1, 'field_missing'],
      [2, 'line_malformed'],
      [3, 'line_malformed'],
    ])
    expect(lines.json.imported).toBe(1)
  })

  it.each([
    ['a CSV without an address column', 'name,reason\nAda,x\n', 'text/csv', 422, 'header_missing'],
    ['no list at all', '{oops', 'application/json', 400, 'body_malformed'],
    ['another type', '<a/>', 'application/xml', 415, 'media_type_unknown'],
  ])('is refused when it is %s', async (_what, body, type, status, code) => {
    const answer = await scene.call('POST', path, body, { 'content-type': type })
    expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
    const unknown = await scene.call('POST', `${path}?purpose=fun`, ['a@x.example'])
    expect([unknown.status, unknown.json.code]).toEqual([422, 'purpose_unknown'])
  })

  it('reaches mail that waits and stops the hits of mail that was sent', async () => {
    const { id } = await send('waits@needle.example')
    const before = scene.board.stopped.size
    await scene.call('POST', path, ['waits@needle.example'])
    expect(scene.board.stopped.size).toBe(before + 1)
    await scene.work()
    expect((await scene.call('GET', `/v1/messages/${id}`)).json).toMatchObject({ status: 'refused' })
  })
})

describe('the list itself', () => {
  it('shows hashes and what they stop: no address, date or reason', async () => {
    const { suppressions } = await list()
    expect(suppressions.length).toBeGreaterThan(3)
    for (const entry of suppressions) {
      expect(Object.keys(entry).sort()).toEqual(['hash', 'scope'])
      expect(entry.hash).toMatch(/^[0-9a-f]{64}$/)
    }
    expect(new Set(suppressions.map(({ scope }: { scope: string }) => scope))).toEqual(new Set(['all', 'campaign']))
    expect(JSON.stringify(suppressions)).not.toContain('needle')
  })

  it('comes by pages, and says no to what is none', async () => {
    const first = (await scene.call('GET', `${path}?limit=2`)).json
    expect(first.suppressions).toHaveLength(2)
    const second = (await scene.call('GET', `${path}?limit=2&after=${first.next}`)).json
    const hashes = [...first.suppressions, ...second.suppressions].map(({ hash }: { hash: string }) => hash)
    expect(new Set(hashes).size).toBe(4)
    expect((await scene.call('GET', `${path}?after=x`)).json.code).toBe('cursor_invalid')
    expect((await scene.call('GET', `${path}?limit=0`)).json.code).toBe('field_invalid')
  })

  it('is for keys that may work on rights, or on everything', async () => {
    const made = await scene.call('POST', '/v1/api-keys', { name: 'app', scopes: ['send', 'report'] })
    const asApp = { authorization: `Bearer ${made.json.key}` }
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await scene.call(method, path, method === 'GET' ? undefined : {}, asApp)
      expect([method, answer.status, answer.json.code]).toEqual([method, 403, 'scope_missing'])
    }
  })
})

describe('an entry', () => {
  it('is lifted by the record of a new request, which is kept as the consent', async () => {
    await scene.call('POST', path, ['back@needle.example'])
    const answer = await lift('back@needle.example', { purpose: 'deliver' })
    expect([answer.status, answer.json.receipt]).toEqual([200, expect.stringMatching(/^[\w-]{22}$/)])
    expect((await send('back@needle.example')).status).toBe('queued')
    expect(await send('back@needle.example', 'campaign'), 'the rest stays').toMatchObject({ reason: 'objected' })
    const held = (await scene.call('POST', '/v1/subjects/export', { email: 'back@needle.example' })).json.data.held
    expect(held.consents).toMatchObject([{ id: answer.json.receipt, source: 'phone', wording: evidence.wording }])
  })

  it('is lifted as a whole where no purpose is named', async () => {
    await scene.call('POST', path, ['whole@needle.example'])
    expect((await lift('whole@needle.example')).status).toBe(200)
    expect((await send('whole@needle.example')).status).toBe('queued')
  })

  it.each([
    ['no evidence', { evidence: undefined }, 422, 'evidence_missing'],
    ['evidence without a date', { evidence: { ...evidence, at: undefined } }, 422, 'evidence_missing'],
    ['evidence without words', { evidence: { ...evidence, wording: ' ' } }, 422, 'evidence_missing'],
    ['evidence of no day', { evidence: { ...evidence, at: 'yesterday' } }, 422, 'consent_incomplete'],
    ['evidence from the future', { evidence: { ...evidence, at: '2999-01-01' } }, 422, 'consent_in_future'],
    ['an unknown purpose', { purpose: 'fun' }, 422, 'purpose_unknown'],
    ['an address that is none', { email: 'ada' }, 422, 'address_invalid'],
    ['somebody who is not on it', { email: 'stranger@needle.example' }, 404, 'suppression_unknown'],
  ])('is not lifted with %s', async (_what, more, status, code) => {
    await scene.call('POST', path, ['stays@needle.example'])
    const answer = await lift('stays@needle.example', more)
    expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
    expect(await send('stays@needle.example')).toMatchObject({ reason: 'suppressed' })
  })

  it('that an erasure left is lifted by nobody’s word but its person’s, and a child’s by nobody’s', async () => {
    for (const [verb, code] of [
      ['erase', 'confirmation_needed'],
      ['minor', 'suppression_final'],
    ] as const) {
      const email = `${verb}@needle.example`
      await send(email)
      expect((await scene.call('POST', `/v1/subjects/${verb}`, { email })).status).toBe(200)
      const answer = await lift(email)
      expect([answer.status, answer.json.code], answer.text).toEqual([409, code])
      expect(await send(email)).toMatchObject({ reason: 'suppressed' })
    }
  })
})
