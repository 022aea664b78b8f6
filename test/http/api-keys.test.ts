import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from '../sending/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const create = async (...scopes: readonly string[]) =>
  (await scene.call('POST', '/v1/api-keys', { name: 'A key', scopes })).json as { id: string; key: string }
const status = async (key: string, method: string, path: string, body?: unknown) =>
  (await scene.call(method, path, body, bearer(key))).status

describe('an API key', () => {
  it('is shown once and kept as a memory-hard hash', async () => {
    const { id, key } = await create('send')
    expect(key).toMatch(/^lethe_[\w-]{22}_[\w-]{43}$/)
    const list = await scene.call('GET', '/v1/api-keys')
    expect(list.text).toContain(id)
    expect(list.text).not.toContain(key.slice(29))
    expect((await scene.ledger.apiKey(id))!.hash).toMatch(/^\$argon2id\$/)
  })

  it.each([
    ['send', ['POST', '/v1/campaigns'], 422],
    ['report', ['POST', '/v1/campaigns'], 403],
    ['report', ['GET', '/metrics'], 200],
    ['send', ['GET', '/metrics'], 403],
    ['report', ['GET', '/v1/mailbox'], 403],
    ['report', ['GET', '/v1/messages/AAAAAAAAAAAAAAAAAAAAAA'], 404],
    ['report', ['GET', '/v1/messages/AAAAAAAAAAAAAAAAAAAAAA/events'], 403],
    ['reveal', ['GET', '/v1/messages/AAAAAAAAAAAAAAAAAAAAAA/events'], 404],
    ['reveal', ['GET', '/v1/mailbox'], 200],
    ['reveal', ['GET', '/v1/api-keys'], 403],
    ['rights', ['POST', '/v1/consents'], 422],
    ['rights', ['POST', '/v1/purge'], 403],
    ['admin', ['GET', '/v1/api-keys'], 200],
    ['admin', ['GET', '/v1/mailbox'], 403],
  ] as const)('with the scope %s answers %j with %i', async (scope, [method, path], expected) => {
    const { key } = await create(scope)
    expect(await status(key, method, path, method === 'POST' ? {} : undefined)).toBe(expected)
  })

  it('ends at once when it is revoked, and its hash with it', async () => {
    const { id, key } = await create('report')
    expect(await status(key, 'GET', '/metrics')).toBe(200)
    const revoked = await scene.call('DELETE', `/v1/api-keys/${id}`)
    expect(revoked.json.revokedAt).toMatch(/^\d{4}-/)
    expect(await status(key, 'GET', '/metrics')).toBe(401)
    expect((await scene.ledger.apiKey(id))!.hash).toBeNull()
    expect((await scene.call('DELETE', '/v1/api-keys/nobody')).status).toBe(404)
  })

  it('of the right form with a wrong secret opens nothing, before and after the right one', async () => {
    const { key } = await create('report')
    const wrong = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
    expect(await status(wrong, 'GET', '/metrics')).toBe(401)
    expect(await status(key, 'GET', '/metrics')).toBe(200)
    expect(await status(wrong, 'GET', '/metrics')).toBe(401)
    expect(await status(key, 'GET', '/metrics')).toBe(200)
  })

  it.each([
    ['no scope', { name: 'x', scopes: [] }],
    ['an unknown scope', { name: 'x', scopes: ['send', 'root'] }],
    ['an address for a name', { name: 'mira@example.org', scopes: ['send'] }],
  ])('is not made with %s', async (_what, body) => {
    const answer = await scene.call('POST', '/v1/api-keys', body)
    expect([answer.status, answer.json.code]).toEqual([422, 'api_key_invalid'])
  })

  it('leaves an entry in the audit log for what it reveals, by its id, and none for daily work', async () => {
    const { id, key } = await create('reveal', 'report')
    const before = (await scene.ledger.logHead())!.sequence
    await status(key, 'GET', '/metrics')
    expect((await scene.ledger.logHead())!.sequence).toBe(before)
    await status(key, 'GET', '/v1/mailbox')
    await status(key, 'GET', '/v1/messages/AAAAAAAAAAAAAAAAAAAAAA/events')
    expect((await scene.call('GET', `/v1/audit-log?after=${before}`)).json.entries).toMatchObject([
      { actor: id, action: 'GET /v1/mailbox', object: null },
      { actor: id, action: 'GET /v1/messages/{id}/events', object: 'AAAAAAAAAAAAAAAAAAAAAA' },
    ])
  })
})
