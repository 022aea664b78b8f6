import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintToken, newKeyRing } from '../../src/gate/index.ts'
import { openPages, type Pages } from './own-page.ts'

let page: Pages
beforeAll(async () => {
  page = await openPages()
})
afterAll(() => page.close())

const press = (path: string, action: string, more: Readonly<Record<string, string>> = {}) =>
  page.post(path, { action, ...more })
/** The page behind a fresh link, after its press. */
const opened = async (email: string) => (await press(await page.freshLink(email), 'open')).text
const caseIn = (text: string): string => /Case ([\w-]{22})/.exec(text)![1]!
const caseOf = async (id: string) => (await page.call('GET', `/v1/cases/${id}`)).json

describe('asking for the link', () => {
  it('gets the same bytes for somebody known and for a stranger, and asks the store nothing before it answers', async () => {
    await page.mailTo('known@x.example')
    page.asked.length = 0
    const answers = []
    for (const email of ['known@x.example', 'stranger@x.example']) {
      const { status, headers, text } = await page.post('/me', { email })
      answers.push({ status, text, headers: Object.fromEntries(headers) })
    }
    expect(page.asked).toEqual([])
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]).toMatchObject({ status: 200 })
    await page.rightsMail.drain()
    await page.work()
    expect((await page.letters('known@x.example')).length).toBe(2)
    expect((await page.letters('stranger@x.example')).length).toBe(0)
    expect((await page.call('POST', '/v1/subjects/export', { email: 'stranger@x.example' })).json.outcome).toBe(
      'nothing_held',
    )
  })

  it('sends one in some minutes, and says nothing of it', async () => {
    await page.mailTo('often@x.example')
    const first = await page.post('/me', { email: 'often@x.example' })
    const second = await page.post('/me', { email: ' OFTEN@x.example ' })
    expect(second.text).toBe(first.text)
    await page.rightsMail.drain()
    await page.work()
    expect((await page.letters('often@x.example')).length).toBe(2)
    await page.freshLink('often@x.example')
    expect((await page.letters('often@x.example')).length).toBe(3)
  })

  it('answers a visitor who asks for many as ever, and mails the link to whoever asks from elsewhere', async () => {
    for (const email of ['crowd@x.example', 'quiet@x.example']) await page.mailTo(email)
    page.clock.time += 600_000
    const first = await page.post('/me', { email: 'nobody@x.example' }, { 'x-visitor': 'loud' })
    for (let more = 0; more < 30; more++) {
      const again = await page.post('/me', { email: `nobody${more}@x.example` }, { 'x-visitor': 'loud' })
      expect([again.status, again.text]).toEqual([200, first.text])
    }
    await page.post('/me', { email: 'crowd@x.example' }, { 'x-visitor': 'loud' })
    await page.post('/me', { email: 'quiet@x.example' }, { 'x-visitor': 'other' })
    await page.rightsMail.drain()
    await page.work()
    const mails = [await page.letters('crowd@x.example'), await page.letters('quiet@x.example')]
    expect(mails.map(({ length }) => length)).toEqual([1, 2])
  })

  it('refuses what is no address, a header in it, and a form without one', async () => {
    for (const email of ['ada', '', 'a@x.example\r\nBcc: b@x.example', 'a@x.example,b@x.example']) {
      const { status, text } = await page.post('/me', { email })
      expect([status, text.includes('role="alert"')]).toEqual([422, true])
      if (email) expect(text).not.toContain(email)
    }
    expect((await page.post('/me', {})).status).toBe(400)
    expect((await page.get('/me', {}, 'DELETE')).status).toBe(405)
  })

  it('reaches somebody who stopped all mail, objected and is set aside; untracked and in their language', async () => {
    const email = 'stopped@x.example'
    const path = await page.mailTo(email)
    await press(path, 'unsubscribe')
    await press(path, 'withdraw')
    await page.call('POST', '/v1/subjects/restrict', { email })
    page.clock.time += 600_000
    await page.post('/me', { email }, { 'accept-language': 'de-AT, en;q=0.5' })
    await page.rightsMail.drain()
    await page.work()
    const mail = (await page.letters(email)).at(-1)!
    expect(mail.subject).toContain('Ihre Daten bei')
    expect(mail.html).toContain('<html lang="de">')
    expect(mail.html).toMatch(/\/me\/[\w-]+\?lang=de/)
    expect(mail.html).not.toMatch(/\/o\/|\/c\/|<img/)
    expect(mail.text).toContain('/me/')
    expect(mail.headers.map(({ name }) => name)).not.toContain('List-Unsubscribe')
    const text = (await press(page.pathIn(mail.html!), 'open')).text
    expect(text).toContain('Alles, was über Sie gespeichert ist')
  })

  it('gets an erased person nothing', async () => {
    const email = 'erased@x.example'
    const path = await page.mailTo(email)
    await page.call('POST', '/v1/subjects/erase', { email })
    page.clock.time += 600_000
    const before = (await page.letters(email)).length
    const answer = await page.post('/me', { email })
    const other = await press(path, 'rest', { email })
    await page.rightsMail.drain()
    await page.work()
    expect([answer.status, other.status]).toEqual([200, 200])
    expect((await page.letters(email)).length).toBe(before)
  })
})

describe('the link in a mail', () => {
  it('objects to one purpose at a time, and to none that the policy does not name', async () => {
    const email = 'object@x.example'
    const path = await page.mailTo(email)
    expect((await press(path, 'object', { purpose: 'fun' })).status).toBe(400)
    expect((await press(path, 'object')).status).toBe(400)
    expect((await press(path, 'object', { purpose: 'campaign' })).text).toContain('Your objection counts')
    const { objections } = await page.held(email)
    expect(objections.map(({ purpose }: { purpose: string }) => purpose)).toEqual(['campaign'])
  })

  it('shows nothing of anybody, and does nothing but stop and mail', async () => {
    const path = await page.mailTo('shy@x.example')
    const { text } = await page.get(path)
    expect(text).not.toMatch(/shy@|Ada/)
    for (const action of ['open', 'erase', 'name', 'address', 'restrict', 'concern', 'confirm']) {
      expect([action, (await press(path, action, { name: 'N', about: 'x' })).status]).toEqual([action, 400])
    }
    expect((await page.get(`${path}/erase`)).status).toBe(404)
  })

  it('has a fresh link mailed to the address it went to', async () => {
    const email = 'fresh@x.example'
    const path = await page.mailTo(email)
    const { status, text } = await press(path, 'rest')
    expect(status).toBe(200)
    expect(text).not.toContain(email)
    await page.rightsMail.drain()
    await page.work()
    expect((await page.letters(email)).length).toBe(2)
  })
})

describe('a fresh link', () => {
  it('shows nothing and changes nothing for those who only follow it, as often as they like', async () => {
    const email = 'scanned@x.example'
    await page.mailTo(email)
    const path = await page.freshLink(email)
    const before = await page.held(email)
    const cases = async () => (await page.ledger.logEntries(0, 1000)).length
    const noted = await cases()
    for (const method of ['GET', 'HEAD', 'GET']) {
      const { status, text } = await page.get(path, {}, method)
      expect(status).toBe(200)
      expect(text).not.toContain(email)
      expect((await page.get(path.replace('?', '/erase?'), {}, method)).status).toBe(200)
    }
    expect(await cases()).toBe(noted)
    expect(await page.held(email)).toEqual(before)
    expect((await press(path, 'open')).text).toContain(email)
  })

  it('opens once: the second press, and the link of a page that was used, are told so and do nothing', async () => {
    const email = 'once@x.example'
    await page.mailTo(email)
    const path = await page.freshLink(email)
    const text = (await press(path, 'open')).text
    const again = await press(path, 'open')
    expect([again.status, again.text.includes('link_used'), again.text.includes(email)]).toEqual([410, true, false])
    expect((await page.get(path)).status).toBe(410)
    const [one, two] = await Promise.all([press(page.next(text), 'erase'), press(page.next(text), 'erase')])
    expect([one.status, two.status].sort()).toEqual([200, 410])
    expect(Object.keys(await page.held(email))).toEqual(['suppressions'])
  })

  it('is over after an hour, and what follows from it with it', async () => {
    const email = 'hour@x.example'
    await page.mailTo(email)
    const path = await page.freshLink(email)
    const other = page.next((await press(path, 'open')).text)
    page.clock.time += 3_600_000
    for (const each of [path, other]) {
      expect((await page.get(each)).status).toBe(410)
      expect((await press(each, 'erase')).status).toBe(410)
    }
    expect((await page.held(email)).messages.length).toBeGreaterThan(0)
  })

  it('is nothing when it is forged, of another deployment, of another kind, or stolen with its key', async () => {
    await page.mailTo('forged@x.example')
    const [path = ''] = (await page.freshLink('forged@x.example')).split('?')
    const foreign = newKeyRing([{ id: 'x', key: Buffer.alloc(32, 99), revoked: false }])
    const claims = { policy: 1, issued: 20_000, message: 'A'.repeat(22), handle: null, link: 0, target: 'open' }
    const tokens = [
      `${path.slice(0, -2)}AA`,
      `/me/${mintToken(foreign, 'access', claims)}`,
      `/me/${mintToken(page.ring, 'unsubscribe', claims)}`,
      `/me/${mintToken(page.ring, 'confirm', claims)}`,
      `${path}=`,
    ]
    for (const each of tokens) {
      expect((await page.get(each)).status).toBe(404)
      expect((await press(each, 'open')).status).toBe(404)
      expect((await page.get(`${each}/erase`)).status).toBe(404)
    }
    const unknown = `/me/${mintToken(page.ring, 'access', claims)}`
    expect((await press(unknown, 'open')).status).toBe(410)
    expect((await press(path, 'confirm')).status).toBe(400)
    expect((await press(path, 'nonsense')).status).toBe(400)
    expect((await press(path, 'open')).status).toBe(200)
  })
})

describe('the page behind it', () => {
  const email = 'page@x.example'

  it('shows everything held, and hands it over as files that can be read again and change nothing', async () => {
    await page.mailTo(email, { subject: 'A subject to show' })
    const text = await opened(email)
    for (const part of [email, 'Emails to you', 'Your consents', 'Count me', 'Links to this page']) {
      expect(text).toContain(part)
    }
    expect(await caseOf(caseIn(text))).toMatchObject({ right: 'export', status: 'done' })
    const [data, receipt] = [...text.matchAll(/href="([\w-]{90,})" download/g)].map(([, token]) => `/me/${token}`)
    for (const _again of [1, 2]) {
      const file = await page.get(data!)
      expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="my-data\.json"$/)
      expect(file.headers.get('content-type')).toContain('application/json')
      expect(JSON.parse(file.text).data.held).toEqual(await page.held(email))
    }
    const signed = JSON.parse((await page.get(receipt!)).text)
    expect(page.signer.verify(signed)).toBe(true)
    expect((await press(data!, 'open')).status).toBe(400)
    page.clock.time += 3_600_000
    expect([(await page.get(data!)).status, (await page.get(receipt!)).status]).toEqual([410, 410])
  })

  it('corrects a name, and refuses a header, a card number and nothing at all without losing the way back', async () => {
    let text = await opened(email)
    const wrong = [
      ['A\nBcc: b@x.example', 'header_injection'],
      ['4111 1111 1111 1111', 'card_number'],
      [' ', 'field_missing'],
    ]
    for (const [name = '', code = ''] of wrong) {
      text = (await press(page.next(text), 'name', { name })).text
      expect(text).toContain(code)
    }
    text = (await press(page.next(text), 'name', { name: 'Adele' })).text
    expect(text).toContain('It is corrected')
    expect(await caseOf(caseIn(text))).toMatchObject({ right: 'rectify', status: 'done' })
    expect((await press(page.next(text), 'open')).text).toContain(email)
  })

  it('takes a new address only from whoever reads its mail', async () => {
    const [old, fresh] = ['old@x.example', 'new@x.example']
    await page.mailTo(old)
    const text = await opened(old)
    const answer = await press(page.next(text), 'address', { email: fresh })
    expect(answer.text).toContain('mailbox of the new address')
    await page.work()
    expect((await page.held(old)).subjects).toHaveLength(1)
    expect(Object.keys(await page.held(fresh))).toEqual([])
    const [mail] = await page.letters(fresh)
    const link = page.pathIn(mail!.html!)
    for (const method of ['GET', 'HEAD']) expect((await page.get(link, {}, method)).status).toBe(200)
    expect((await press(link, 'open')).status).toBe(400)
    expect(Object.keys(await page.held(fresh))).toEqual([])
    const recent = await press(page.next(answer.text), 'address', { email: 'third@x.example' })
    expect(recent.text).toContain('a few minutes ago')
    expect((await press(link, 'confirm')).text).toContain('It is corrected')
    expect((await press(link, 'confirm')).status).toBe(410)
    expect((await page.held(fresh)).subjects).toHaveLength(1)
    expect(Object.keys(await page.held(old))).toEqual([])
    // The mailbox that was given up opens nothing any more.
    expect((await press(page.next(recent.text), 'open')).status).toBe(410)
  })

  it('makes no one of two people, and tells nobody whose address is known', async () => {
    await page.mailTo('one@x.example')
    await page.mailTo('two@x.example')
    const taken = await press(page.next(await opened('one@x.example')), 'address', { email: 'two@x.example' })
    const free = await press(page.next(await opened('two@x.example')), 'address', { email: 'nobody@x.example' })
    const same = (text: string) => text.replace(/action="[^"]+"/g, '')
    expect(same(taken.text)).toBe(same(free.text))
    await page.work()
    const mail = (await page.letters('two@x.example')).find(({ subject }) => subject.includes('confirm'))!
    expect((await press(page.pathIn(mail.html!), 'confirm')).text).toContain('address_taken')
    expect((await page.held('one@x.example')).subjects).toHaveLength(1)
  })

  it('objects, grants and takes back, as the policy allows, with what was read', async () => {
    const someone = 'choices@x.example'
    await page.mailTo(someone)
    let text = await opened(someone)
    text = (await press(page.next(text), 'object', { purpose: 'campaign' })).text
    expect(await caseOf(caseIn(text))).toMatchObject({ right: 'object' })
    text = (await press(page.next(text), 'withdraw', { purpose: 'insight' })).text
    expect(text).toContain('Your consent is taken back')
    text = (await press(page.next(text), 'grant', { purpose: 'insight' })).text
    expect(text).toContain('your consent is recorded')
    for (const [action, purpose] of [
      ['grant', 'deliver'],
      ['grant', 'campaign'],
      ['withdraw', 'campaign'],
      ['grant', 'x'],
    ]) {
      text = (await press(page.next(text), action!, { purpose: purpose! })).text
      expect([action, purpose, text.includes('choice_unknown')]).toEqual([action, purpose, true])
    }
    const { consents, objections } = await page.held(someone)
    expect(consents.filter(({ source }: { source: string }) => source === 'recipient-page')).toHaveLength(2)
    expect(objections).toHaveLength(1)
  })

  it('sets data aside and takes it up again, and keeps a concern sealed until it is answered', async () => {
    const someone = 'aside@x.example'
    await page.mailTo(someone)
    let text = await opened(someone)
    text = (await press(page.next(text), 'restrict')).text
    expect(await caseOf(caseIn(text))).toMatchObject({ right: 'restrict' })
    expect((await page.held(someone)).subjects[0].state).toBe('restricted')
    text = (await press(page.next(text), 'unrestrict')).text
    expect((await page.held(someone)).subjects[0].state).toBe('active')
    text = (await press(page.next(text), 'concern', { about: '  ' })).text
    expect(text).toContain('field_missing')
    text = (await press(page.next(text), 'concern', { about: 'Why <b>me</b>?\r\nReally' })).text
    expect((await page.call('GET', '/v1/cases')).json.cases.map((each: { case: string }) => each.case)).toContain(
      caseIn(text),
    )
    expect((await press(page.next(text), 'open')).text).toContain('Why &lt;b&gt;me&lt;/b&gt;?')
  })

  it('loses nobody’s link while the store is away', async () => {
    const someone = 'later@x.example'
    const path = await page.mailTo(someone)
    const fresh = await page.freshLink(someone)
    page.away.add('standings')
    const later = await press(fresh, 'open')
    expect([later.status, later.headers.get('retry-after')]).toEqual([503, '30'])
    expect(later.text).toContain('not_durable')
    page.away.delete('standings')
    expect((await press(page.next(later.text), 'open')).text).toContain(someone)
    page.away.add('contactOf')
    expect((await page.get(path)).text).toContain('name="email"')
    page.away.delete('contactOf')
  })

  it('asks again before an erasure, and leaves nothing to go on with', async () => {
    const someone = 'erase@x.example'
    await page.mailTo(someone)
    const text = await opened(someone)
    const question = await page.get(`${page.next(text)}/erase`)
    expect(question.text).toContain('This cannot be undone')
    expect(question.text).toContain(`action="../${page.next(text).slice(4)}"`)
    const done = await press(page.next(text), 'erase')
    expect(done.text).toContain('Your data is erased')
    expect(done.text).not.toContain('<form')
    expect(await caseOf(caseIn(done.text))).toMatchObject({ right: 'erase' })
    const receipt = /href="([\w-]{90,})" download/.exec(done.text)![1]
    expect(JSON.parse((await page.get(`/me/${receipt}`)).text)).toMatchObject({ right: 'erase' })
    expect((await press(page.next(text), 'erase')).status).toBe(410)
    expect(Object.keys(await page.held(someone))).toEqual(['suppressions'])
    await page.rights.finishErasures()
  })
})

describe('where the policy keeps no address', () => {
  it('the reader types it, it must be the one that the mail went to, and everything behind the link works', async () => {
    const strict = await openPages('strict')
    const [email, other] = ['unkept@x.example', 'other@x.example']
    const path = await strict.mailTo(email, { consent: undefined })
    await strict.mailTo(other, { consent: undefined })
    expect((await strict.held(email)).subjects[0].address).toBeUndefined()
    expect((await strict.get(path)).text).toContain('name="email"')
    const asked = async (typed: string) => {
      const { status, text } = await strict.post(path, { action: 'rest', email: typed })
      await strict.rightsMail.drain()
      await strict.work()
      const mails = [...(await strict.letters(email)), ...(await strict.letters(other))]
      return { status, text, mails: mails.length }
    }
    expect((await asked('no address')).status).toBe(422)
    const wrong = await asked(other)
    const stranger = await asked('stranger@x.example')
    const right = await asked(email)
    expect([wrong.mails, stranger.mails, right.mails]).toEqual([2, 2, 3])
    expect([wrong.text, stranger.text]).toEqual([right.text, right.text])
    const mail = (await strict.letters(email)).at(-1)!
    const page = await strict.post(strict.pathIn(mail.html!), { action: 'open' })
    expect(page.text).toContain('Emails to you')
    const done = await strict.post(strict.next(page.text), { action: 'erase' })
    expect(done.text).toContain('Your data is erased')
    expect(Object.keys(await strict.held(email))).toEqual(['suppressions'])
    expect((await strict.held(other)).messages).toHaveLength(1)
    await strict.rights.finishErasures()
    await strict.close()
  })
})

it('says nothing of anybody in the log', () => {
  expect(page.lines.join('')).not.toMatch(/@x\.example|Ada/)
})
