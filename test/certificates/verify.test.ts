import { describe, expect, it } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { mintCertificate, newKeyRing } from '../../src/gate/index.ts'
import { newPages, type PageParts } from '../../src/http/pages/app.ts'
import { handClock } from '../ledger/mail.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

const clock = handClock()
const [first, second] = [1, 2].map((byte) => ({ id: `k${byte}`, key: Buffer.alloc(32, byte), revoked: false })) as [
  { id: string; key: Buffer; revoked: boolean },
  { id: string; key: Buffer; revoked: boolean },
]
const facts = () => ({ id: newId(), title: 'Master of <Weaving>', issuer: 'Harbour & Co', date: 20_516 })
const minted = (holder: string, more = {}) => mintCertificate(newKeyRing([first]), { ...facts(), ...more }, holder, 1)

const notHere = async () => {
  throw new Error('not asked for here')
}
function pages(given: Partial<PageParts> = {}) {
  return newPages({
    ...{ ring: newKeyRing([first]), book: bookOf(policyOf()), clock, confirm: notHere },
    ...{ unsubscribe: notHere, withdraw: notHere, revoked: async () => null },
    notice: () => ({ html: '', digest: '', effective: '' }),
    own: {} as PageParts['own'], // no page of somebody's own is asked for here
    ...given,
  })
}

async function ask(app: ReturnType<typeof pages>, token: string, name?: string, language = 'en') {
  const body = name === undefined ? {} : { method: 'POST', body: new URLSearchParams({ name }) }
  const response = await app.request(`/v/${token}`, { ...body, headers: { 'accept-language': language } })
  return { status: response.status, text: await response.text(), headers: response.headers }
}
const yes = 'Yes, this is the holder'
const no = 'That is not the name'

describe('the page behind the code of a certificate', () => {
  it('shows title, issuer, date and number to anybody, escaped, and the holder to nobody', async () => {
    const facts = { id: newId(), title: 'Master of <Weaving>' }
    const { status, text, headers } = await ask(pages(), minted('Ada Lovelace', facts))
    expect(status).toBe(200)
    for (const shown of ['Master of &lt;Weaving&gt;', 'Harbour &amp; Co', 'March 4, 2026', facts.id]) {
      expect(text).toContain(shown)
    }
    expect(text).not.toMatch(/Ada|Lovelace|<script|src=/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect([headers.get('set-cookie'), headers.get('cache-control')]).toEqual([null, 'no-store'])
  })

  it.each([
    ['Ada Lovelace', 'ADA  lovelace '],
    ['Zoë Kovač', 'Zoe\u0308 Kovac\u030c'],
    ['Siobhán O’Neill', "siobhán o'neill"],
    ['Strauß', 'STRAUSS'],
    ['Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
    ['علوی\u200cنژاد', 'علوینژاد'],
    ['محمد بن موسى', '\u202bمحمد بن موسى\u202c'],
    ['王小明', ' 王小明\u3000'],
    ['Zoë ❤️', 'zoë ❤'],
  ])('confirms %s to whoever types %s', async (holder, typed) => {
    expect((await ask(pages(), minted(holder), typed)).text).toContain(yes)
  })

  it.each(['Ada', 'Ada Lovelac', 'Lovelace Ada', 'Ada Lovelace Jr', 'Bda Lovelace'])('denies %s', async (typed) => {
    const { status, text } = await ask(pages(), minted('Ada Lovelace'), typed)
    expect([status, text.includes(no)]).toEqual([200, true])
    expect(text).not.toContain(`value="${typed}"`)
  })

  it.each([
    ['en', 'This certificate was issued here'],
    ['de', 'Diese Urkunde wurde hier ausgestellt'],
    ['fr', 'Ce certificat a été délivré ici'],
    ['es', 'Este certificado se expidió aquí'],
  ])('speaks %s', async (language, heading) => {
    expect((await ask(pages(), minted('Ada'), undefined, language)).text).toContain(heading)
  })

  it('knows one certificate from another of the same holder, and from any other link', async () => {
    const [a, b] = [minted('Ada'), minted('Ada')]
    expect(a.slice(7)).not.toBe(b.slice(7))
    for (const wrong of [`${a}A`, a.slice(0, -1), `${a.slice(0, -4)}AAAA`, 'x']) {
      expect((await ask(pages(), wrong)).status).toBe(404)
    }
  })

  it('stops comparing after too many wrong names, and begins again an hour later; right ones never count', async () => {
    const app = pages({ visitor: () => 'somebody' })
    const token = minted('Ada')
    for (let tries = 0; tries < 40; tries++) expect((await ask(app, token, 'Ada')).text).toContain(yes)
    for (let tries = 0; tries < 20; tries++) expect((await ask(app, token, `Name ${tries}`)).status).toBe(200)
    const stopped = await ask(app, token, 'Ada')
    expect([stopped.status, stopped.headers.get('retry-after')]).toEqual([429, '3600'])
    expect((await ask(app, minted('Bo'), 'Bo')).status).toBe(429)
    clock.pass(3_600_000)
    expect((await ask(app, token, 'Ada')).text).toContain(yes)
  })

  it('limits wrong names about one certificate also where they come from many', async () => {
    let visitor = 0
    const app = pages({ visitor: () => String(visitor++) })
    const token = minted('Ada')
    for (let tries = 0; tries < 60; tries++) await ask(app, token, `Name ${tries}`)
    expect((await ask(app, token, 'Ada')).status).toBe(429)
  })

  it('still answers for what a rotated key sealed, and vouches for nothing that a stolen one did', async () => {
    const token = minted('Ada')
    const rotated = pages({ ring: newKeyRing([second, first]) })
    expect((await ask(rotated, token, 'Ada')).text).toContain(yes)
    const revoked = await ask(pages({ ring: newKeyRing([second, { ...first, revoked: true }]) }), token, 'Ada')
    expect([revoked.status, revoked.text.includes('cannot vouch')]).toEqual([410, true])
    expect(revoked.text).not.toContain('Weaving')
    expect((await ask(pages({ ring: newKeyRing([second]) }), token)).status).toBe(404)
  })

  it('says when a certificate was taken back, and confirms nobody then', async () => {
    const app = pages({ revoked: async () => Date.UTC(2026, 4, 6, 7, 8) })
    for (const name of [undefined, 'Ada']) {
      const { status, text } = await ask(app, minted('Ada'), name)
      expect([status, text.includes('taken back'), text.includes('May 6, 2026'), text.includes(yes)]).toEqual([
        ...[410, true, true, false],
      ])
    }
  })

  it('vouches for nothing while it cannot ask whether it was taken back', async () => {
    expect((await ask(pages({ revoked: notHere }), minted('Ada'), 'Ada')).status).toBe(503)
  })

  it('answers an empty or endless name, and any other method, without comparing', async () => {
    const token = minted('Ada')
    expect((await ask(pages(), token, ' ')).text).toContain('Name on the certificate')
    expect((await ask(pages(), token, 'x'.repeat(501))).status).toBe(400)
    expect((await ask(pages(), token, 'x'.repeat(20_000))).status).toBe(413)
    expect((await pages().request(`/v/${token}`, { method: 'PUT' })).status).toBe(405)
  })
})
