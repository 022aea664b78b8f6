import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lethe } from './lethe.ts'
import { openTarget, type Target } from './target.ts'

let target: Target
let lethe: Lethe
beforeAll(async () => {
  target = await openTarget()
  lethe = target.lethe
}, 120_000)
afterAll(() => target.close())

describe('JSON that is meant to harm', () => {
  const post = async (body: string, type = 'application/json', path = '/v1/messages') => {
    const headers = { authorization: `Bearer ${lethe.env.LETHE_API_KEY}`, 'content-type': type }
    const answer = await fetch(`http://${lethe.env.LETHE_API}${path}`, { method: 'POST', headers, body })
    const text = await answer.text()
    return { status: answer.status, json: JSON.parse(text) as Record<string, unknown>, text }
  }
  const message = (data: string, text = 'x') =>
    `{"to":{"email":"j@x.example"},"subject":"s","text":"${text}","purpose":"deliver","data":${data}}`

  it('pollutes no prototype: nobody else has a field from it', async () => {
    for (const data of [
      '{"__proto__":{"v":"p"}}',
      '{"__proto__":"p","constructor":"c"}',
      '{"constructor":{"prototype":{"v":"p"}}}',
    ]) {
      expect([202, 422]).toContain((await post(message(data))).status)
    }
    expect((await post('{"__proto__":{"to":{"email":"p@x.example"}},"subject":"s"}')).json.code).toMatch(
      /unknown_field|field_missing/,
    )
    const names = ['v', '__proto__', 'constructor', 'toString', 'hasOwnProperty']
    for (const name of names) {
      expect((await post(message('{}', `{{${name}}}`))).json.code, name).toBe('merge_field_missing')
    }
  })

  it('is refused deep, wide, doubled, in other encodings and compressed, each with a code', async () => {
    const deep = (pairs: number) => '['.repeat(pairs) + ']'.repeat(pairs)
    expect((await post(deep(200_000))).status).toBe(422)
    expect((await post(message(`{"v":${deep(100_000)}}`))).status).toBe(422)
    const wide = await post(`{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join(',')}}`)
    expect([wide.status, (wide.json.errors as readonly object[]).length]).toEqual([422, 50])
    expect((await post(message('{"v":1e999}'))).status).toBe(422)
    expect((await post('')).json.code).toBe('body_malformed')
    const utf16 = new TextDecoder('latin1').decode(Buffer.from(message('{}'), 'utf16le'))
    expect((await post(utf16)).status).toBe(400)
    const packed = await lethe.call('POST', '/v1/messages', { subject: 's' }, { 'content-encoding': 'gzip' })
    expect([packed.status, packed.json.code]).toEqual([415, 'media_type_unknown'])
  })

  it("is not said back: a key that is somebody's address stays out of the answer", async () => {
    const answer = await post('{"ada@secret.example":1,"to":{"ada@secret.example":1}}')
    expect(answer.status).toBe(422)
    expect(answer.text).not.toContain('secret')
  })

  it('as a million lines costs the lines at fault and nothing else', async () => {
    const { json } = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
      name: 'n',
      subject: 's',
      text: 't',
      purpose: 'deliver',
    })
    const long = `{"email":"${'a'.repeat(1_100_000)}@x.example"}`
    const nested = `{"email":"n@x.example","v":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    const bomb = [
      long,
      nested,
      '{"__proto__":{"email":"p@x.example"}}',
      '{"email":"good@x.example"}',
      'null',
      '[]',
      '{}',
      ...Array(20_000).fill('{"email":1}'),
    ]
    const answer = await post(
      `${bomb.join('\n')}\n{"email":"last@x.example"}`,
      'application/x-ndjson',
      `/v1/campaigns/${json.id}/recipients`,
    )
    expect(answer.json).toMatchObject({ accepted: 2, duplicates: 0, refused: 0, faulty: 20_006 })
    const faults = answer.json.faults as readonly { line: number; code: string }[]
    expect(faults).toHaveLength(1_000)
    expect(faults.slice(0, 6).map(({ line, code }) => [line, code])).toEqual([
      [1, 'line_too_long'],
      [2, 'field_invalid'],
      [3, 'field_invalid'],
      [5, 'line_malformed'],
      [6, 'line_malformed'],
      [7, 'address_invalid'],
    ])
  }, 240_000)
})
