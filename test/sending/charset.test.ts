import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const names = ['Jürgen Müßig', 'Zoë Ångström', 'Señora Núñez', 'O’Neill & Söhne', 'Straße 5 €', 'Ada Plain']
// As a spreadsheet of Western Europe saves them: one byte each, those of € and ’ between 0x80 and 0x9f.
const latin = (text: string) => Buffer.from(text.replaceAll('€', '\x80').replaceAll('’', '\x92'), 'latin1')
const file = latin(['email,name', ...names.map((name, index) => `p${index}@cp.example,${name}`)].join('\r\n'))

const draft = async (): Promise<string> => {
  const content = { subject: 'For {{name}}', text: 'Hello {{name}}' }
  return (await scene.call('POST', '/v1/campaigns', { name: 'n', purpose: 'deliver', ...content })).json.id
}
const send = async (path: string, type: string) => {
  const response = await scene.raw('POST', path, file, { 'content-type': type })
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  return { status: response.status, json: (await response.json()) as any }
}

describe('a spreadsheet’s CSV in Windows-1252', () => {
  it('reads right where its charset is named, umlauts and euro sign included', async () => {
    const id = await draft()
    const { json } = await send(`/v1/campaigns/${id}/recipients`, 'text/csv; charset=windows-1252')
    expect(json).toEqual({ accepted: 6, duplicates: 0, refused: 0, faulty: 0, faults: [] })
    await scene.call('POST', `/v1/campaigns/${id}/start`)
    await scene.work()
    const { mails } = (await scene.call('GET', '/v1/mailbox')).json
    expect(mails.map(({ subject }: { subject: string }) => subject).sort()).toEqual(
      names.map((name) => `For ${name}`).sort(),
    )
  })

  it('is never guessed at where it is not: each such line is named, and the answer says how to name the charset', async () => {
    const id = await draft()
    const { json } = await send(`/v1/campaigns/${id}/recipients`, 'text/csv')
    expect(json).toMatchObject({ accepted: 1, faulty: 5 })
    expect(json.faults).toEqual([2, 3, 4, 5, 6].map((line) => ({ line, code: 'line_not_utf8' })))
    expect(json.next).toMatch(/5 lines are not UTF-8.*charset=windows-1252/)
    // The same file again, named: whoever was taken is a duplicate.
    const again = await send(`/v1/campaigns/${id}/recipients`, 'text/csv; charset=windows-1252')
    expect(again.json).toMatchObject({ accepted: 5, duplicates: 1, faulty: 0 })
  })

  it('is read for certificates and suppression lists as well', async () => {
    const query = 'template=classic&title=Knots&issuer=Harbour'
    const made = await send(`/v1/certificates?${query}`, 'text/csv; charset=windows-1252')
    expect(made.json, JSON.stringify(made.json.faults)).toMatchObject({ accepted: 6, faulty: 0 })
    const unnamed = await send(`/v1/certificates?${query}`, 'text/csv')
    expect(unnamed.json).toMatchObject({ faulty: 5, next: expect.stringContaining('charset=windows-1252') })
    const list = await send('/v1/suppressions', 'text/csv; charset=windows-1252')
    expect(list.json).toMatchObject({ imported: 6, faulty: 0 })
    expect((await send('/v1/suppressions', 'text/csv; charset=klingon')).json.code).toBe('charset_unknown')
  })
})
