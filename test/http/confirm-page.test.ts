import { beforeEach, describe, expect, it } from 'vitest'
import { dayOf, newHandle, newId } from '../../src/base/index.ts'
import { type Claims, mintToken, newKeyRing } from '../../src/gate/index.ts'
import { newPages, type PageParts } from '../../src/http/pages/app.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

const keys = [{ id: 'one', key: Buffer.alloc(32, 7), revoked: false }]
const ring = newKeyRing(keys)
const noon = Date.UTC(2026, 2, 10, 12)
const claims: Claims = {
  ...{ policy: 1, issued: dayOf(noon), message: newId(), handle: newHandle(), link: 0, target: '' },
}
const token = mintToken(ring, 'confirm', claims)
const notHere = async () => {
  throw new Error('not asked for here')
}

let confirmed: Claims[]
let answer: () => Promise<boolean>
let now: number
beforeEach(() => {
  confirmed = []
  answer = async () => true
  now = noon
})

function pages(given: Partial<PageParts> = {}) {
  return newPages({
    ...{ ring, book: bookOf(policyOf()), clock: { shift: 0, now: () => now } },
    notice: () => ({ html: '', digest: '', effective: '' }),
    ...{ unsubscribe: notHere, withdraw: notHere, revoked: async () => null },
    confirm: async (each) => {
      confirmed.push(each)
      return answer()
    },
    own: {} as PageParts['own'], // no page of somebody's own is asked for here
    ...given,
  })
}

const get = (path: string, init: RequestInit = {}, app = pages()) => app.request(path, init)

describe('the page behind the link of a confirmation mail', () => {
  it('changes nothing when it is opened, scanned or asked for by HEAD, and confirms on a press', async () => {
    for (const method of ['GET', 'HEAD', 'GET']) expect((await get(`/confirm/${token}`, { method })).status).toBe(200)
    expect(confirmed).toEqual([])
    const pressed = await get(`/confirm/${token}`, { method: 'POST' })
    expect([pressed.status, confirmed]).toEqual([200, [claims]])
    expect(await pressed.text()).toContain('Your consent is confirmed')
  })

  it.each([
    ['en', 'Do you confirm?'],
    ['de', 'Bestätigen Sie das?'],
    ['fr', 'Confirmez-vous ?'],
    ['es', '¿Lo confirma?'],
  ])('speaks %s: the language of the mail before the browser’s', async (language, heading) => {
    const headers = { 'accept-language': language === 'en' ? 'de' : 'en' }
    const text = await (await get(`/confirm/${token}?lang=${language}`, { headers })).text()
    expect(text).toContain(heading)
    expect(text).toContain(`<html lang="${language}">`)
    const own = await get(`/confirm/${token}`, { headers: { 'accept-language': language } })
    expect(await own.text()).toContain(heading)
  })

  it('needs no script, sets no cookie and tells nobody where it was read', async () => {
    const page = await get(`/confirm/${token}`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('set-cookie')).toBeNull()
    expect(await page.text()).not.toMatch(/<script|src=/)
  })

  it('says that there is nothing to confirm once the policy’s days are over, or what was asked is gone', async () => {
    answer = async () => false
    const gone = await get(`/confirm/${token}`, { method: 'POST' })
    expect(gone.status).toBe(410)
    expect(await gone.text()).toContain('privacy@example.com')
    now += 15 * 86_400_000
    expect((await get(`/confirm/${token}`)).status).toBe(410)
  })

  it('says 503 when it could not be saved', async () => {
    answer = notHere
    expect((await get(`/confirm/${token}`, { method: 'POST' })).status).toBe(503)
  })

  it('takes no forged, foreign, re-spelled or stolen link', async () => {
    const stranger = newKeyRing([{ id: 'two', key: Buffer.alloc(32, 9), revoked: false }])
    const after = newKeyRing([
      ...keys.map((each) => ({ ...each, revoked: true })),
      { id: 'n', key: Buffer.alloc(32, 8), revoked: false },
    ])
    const odd = [
      `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`,
      mintToken(stranger, 'confirm', claims),
      mintToken(ring, 'unsubscribe', claims),
      token.replace(/./, (first) => `%${first.charCodeAt(0).toString(16)}`),
      'x',
    ]
    for (const each of odd) expect((await get(`/confirm/${each}`, { method: 'POST' })).status).toBe(404)
    const stolen = pages({ ring: after })
    expect((await get(`/confirm/${token}`, { method: 'POST' }, stolen)).status).toBe(404)
    expect((await get(`/confirm/${token}`, { method: 'PUT' })).status).toBe(405)
    expect(confirmed).toEqual([])
  })
})
