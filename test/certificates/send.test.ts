import { execFileSync } from 'node:child_process'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCertificate } from '../../src/gate/index.ts'
import { findNeedles } from '../journeys/needles.ts'
import { openScene, type Scene } from '../sending/scene.ts'
import { havePdfTools, linesIn } from './poppler.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const given = { template: 'classic', title: 'Master of {{craft}}', issuer: 'Harbour Academy', date: '2026-03-04' }
const holder = { to: { email: 'ada@x.example', name: 'Ada Needle-Lovelace' }, data: { craft: 'Weaving' } }
const ask = (changes: object = {}, headers = {}) =>
  scene.call('POST', '/v1/certificates', { ...given, ...holder, ...changes }, headers)
const csv = (text: string, headers = {}) =>
  scene.call('POST', `/v1/certificates?${new URLSearchParams(given)}`, text, headers)

/** The mails in the box, with the certificate of each and what its code would say. */
async function mails() {
  const received = await scene.transport.mailbox!.list()
  return Promise.all(
    received.map(async ({ raw, text, to, subject }) => {
      const { attachments } = await PostalMime.parse(raw)
      const token = /\/v\/([\w-]+)/.exec(text ?? '')?.[1] ?? ''
      const files = attachments.map(({ content, filename, mimeType }) => ({
        ...{ filename, mimeType },
        bytes: Buffer.from(content as ArrayBuffer), // parsed without an encoding, it is always bytes
      }))
      return { to, subject, files, opened: openCertificate(scene.ring, token), token }
    }),
  )
}

describe('a certificate', () => {
  it('is accepted with its number, drawn when it is sent, and attached', async () => {
    const { status, json } = await ask()
    expect([status, json.status]).toEqual([202, 'queued'])
    await scene.work()
    const [mail] = await mails()
    expect(mail).toMatchObject({ to: 'ada@x.example', subject: 'Your certificate: Master of Weaving' })
    expect(mail!.files).toMatchObject([{ filename: 'certificate.pdf', mimeType: 'application/pdf' }])
    if (havePdfTools) expect(linesIn(mail!.files[0]!.bytes)).toContain('Ada Needle-Lovelace')
    const { opened } = mail!
    expect(opened).toMatchObject({
      state: 'genuine',
      certificate: { id: json.certificate, title: 'Master of Weaving', issuer: 'Harbour Academy', date: 20_516 },
    })
    expect(opened.state === 'genuine' && opened.heldBy('ada  needle-lovelace ')).toBe(true)
    expect(opened.state === 'genuine' && opened.heldBy('Ada Lovelace')).toBe(false)
    expect(json.certificate).not.toBe(json.id)
    expect((await scene.call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({
      status: 'sent',
      purpose: 'deliver',
    })
  })

  it('leaves neither its holder nor itself in the store, waiting or sent', async () => {
    await ask()
    const needles = ['Ada Needle-Lovelace', 'ada@x.example', 'Master of Weaving']
    expect(findNeedles([scene.folder], needles)).toEqual([])
    await scene.work()
    const [mail] = await mails()
    expect(findNeedles([scene.folder], [...needles, mail!.token, '%PDF-1.7'])).toEqual([])
  })

  it('carries the name as it was corrected while it waited', async () => {
    await ask()
    await scene.call('POST', '/v1/subjects/rectify', { email: 'ada@x.example', name: 'Ada King' })
    await scene.work()
    const [{ opened }] = (await mails()) as [Awaited<ReturnType<typeof mails>>[number]]
    expect(opened.state === 'genuine' && opened.heldBy('Ada King')).toBe(true)
  })

  it('is one for a repeated request, with the same number, also after it was sent', async () => {
    const headers = { 'idempotency-key': 'certificate-1' }
    const first = await ask({}, headers)
    await scene.work()
    const again = await ask({}, headers)
    expect([again.json.id, again.json.certificate]).toEqual([first.json.id, first.json.certificate])
    await scene.work()
    expect(await mails()).toHaveLength(1)
    expect((await ask({ title: 'Other' }, headers)).json.code).toBe('idempotency_conflict')
  })

  it('is not sent to whoever may not be written to, which is no fault', async () => {
    await scene.call('POST', '/v1/subjects/erase', { email: 'ada@x.example' })
    await ask()
    await scene.call('POST', '/v1/subjects/erase', { email: 'ada@x.example' })
    const { status, json } = await ask()
    expect([status, json.status, json.reason]).toEqual([202, 'refused', 'suppressed'])
  })

  it('is exported with what waits, and nothing of it after it was sent', async () => {
    const { json } = await ask()
    const before = await scene.call('POST', '/v1/subjects/export', { email: 'ada@x.example' })
    expect(before.json.data.held.messages[0].content.content.certificate.id).toBe(json.certificate)
    await scene.work()
    const after = await scene.call('POST', '/v1/subjects/export', { email: 'ada@x.example' })
    expect(JSON.stringify(after.json)).not.toContain(json.certificate)
  })

  it.each([
    ['a name that does not fit', { to: { ...holder.to, name: 'Needle '.repeat(60) } }, 'name_does_not_fit'],
    ['a name that no font can draw', { to: { ...holder.to, name: 'ไทย' } }, 'name_not_drawable'],
    ['no name', { to: { ...holder.to, name: ' ' } }, 'name_missing'],
    ['a line break in the name', { to: { ...holder.to, name: 'Ada\nBcc: x' } }, 'header_injection'],
    ['a missing field', { data: {} }, 'merge_field_missing'],
    ['no title', { title: '' }, 'certificate_facts_missing'],
    ['a title that no code can carry', { title: 'x'.repeat(300) }, 'certificate_facts_too_long'],
    ['a day that is none', { date: '2026-02-30' }, 'certificate_date_invalid'],
    ['a template that is not there', { template: 'nowhere' }, 'template_unknown'],
    ['an unknown purpose', { purpose: 'fun' }, 'purpose_unknown'],
    ['a card number', { data: { craft: '4111 1111 1111 1111' } }, 'card_number'],
    ['an address that is none', { to: { email: 'ada', name: 'Ada' } }, 'address_invalid'],
  ])('with %s is refused at once, without saying what it was', async (_what, changes, code) => {
    const { status, json, text } = await ask(changes)
    expect([status, json.code], text).toEqual([422, code])
    expect(json.next).toMatch(/\w/)
    expect(text).not.toMatch(/Needle|ไทย|4111|ada@/)
  })
})

describe('a file of certificates', () => {
  it('names each faulty line and sends the others, a formula as the text that it is', async () => {
    const { status, json } = await csv(
      `email,name,Craft\na@x.example,Ada,Weaving\nb@x.example,"=HYPERLINK(""http://x"")",Law\nc@x.example,${'long '.repeat(60)},Law\nd@x.example,,Law\nno,Ada,Law\n`,
    )
    expect([status, json.accepted, json.faulty]).toEqual([202, 2, 3])
    expect(json.faults).toEqual([
      { line: 4, code: 'name_does_not_fit' },
      { line: 5, code: 'name_missing' },
      { line: 6, code: 'address_invalid' },
    ])
    expect(json.certificates.map(({ line }: { line: number }) => line)).toEqual([2, 3])
    // Whatever a spreadsheet would run is in no answer: lines and numbers are all there is.
    expect(JSON.stringify(json)).not.toContain('HYPERLINK')
    await scene.work()
    const sent = await mails()
    expect(sent.map(({ to }) => to).sort()).toEqual(['a@x.example', 'b@x.example'])
    const formula = sent.find(({ to }) => to === 'b@x.example')!
    if (havePdfTools) expect(linesIn(formula.files[0]!.bytes)).toContain('=HYPERLINK("http://x")')
  })

  it('names the fields of the template that a line has no value for', async () => {
    const { json } = await csv('email,name,craft\na@x.example,Ada,\nb@x.example,Bo,Law\n')
    expect([json.accepted, json.faults]).toEqual([1, [{ line: 2, code: 'merge_field_missing', fields: ['craft'] }]])
  })

  it('brings nobody a second one when it is sent twice under one key', async () => {
    const text = 'email,name,craft\na@x.example,Ada,Weaving\nb@x.example,Bo,Law\n'
    const first = await csv(text, { 'idempotency-key': 'file-1' })
    const again = await csv(text, { 'idempotency-key': 'file-1' })
    expect([first.json.accepted, again.json.accepted, again.json.duplicates]).toEqual([2, 0, 2])
    expect(again.json.certificates.map(({ certificate }: { certificate: string }) => certificate)).toEqual(
      first.json.certificates.map(({ certificate }: { certificate: string }) => certificate),
    )
    await scene.work()
    expect(await mails()).toHaveLength(2)
  })
})

describe('a template that was put', () => {
  const template = (colour: string) => ({
    template: `title: From the template\nissuer: Harbour\nbackground: b.svg\nfields:\n  - { text: "{{name}}", x: 20, y: 60, width: 200, size: 30 }\ncode: { x: 20, y: 100, size: 40 }\nmail: { subject: "{{title}}", text: "Hello {{name}}: {{verify_url}}" }\n`,
    files: {
      'b.svg': Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="${colour}"/></svg>`,
      ).toString('base64'),
    },
  })
  const put = (colour: string) => scene.call('PUT', '/v1/certificate-templates/weaving', template(colour))
  const send = () => scene.call('POST', '/v1/certificates', { template: 'weaving', to: holder.to })

  it('is used by its name; what is queued keeps the one that it was accepted with', async () => {
    const [one] = [await put('#ffffff'), await send()]
    const [two] = [await put('#00ff00'), await send()]
    expect(one.json.digest).not.toBe(two.json.digest)
    await scene.work()
    const sent = await mails()
    expect(sent.map(({ subject }) => subject)).toEqual(['From the template', 'From the template'])
    if (!havePdfTools) return
    const corners = sent.map(({ files }) => {
      const args = ['-r', '20', '-x', '2', '-y', '2', '-W', '1', '-H', '1', '-']
      return [...execFileSync('pdftoppm', args, { input: files[0]!.bytes }).subarray(-3)].join(' ')
    })
    expect(corners.sort()).toEqual(['0 255 0', '255 255 255'])
  })

  it('is refused when a file that it names is not there, and by a name that is none', async () => {
    const { template: text } = template('#ffffff')
    const missing = await scene.call('PUT', '/v1/certificate-templates/weaving', { template: text })
    expect([missing.status, missing.json.code]).toEqual([422, 'template_file_missing'])
    const name = await scene.call('PUT', '/v1/certificate-templates/We%20aving', template('#ffffff'))
    expect([name.status, name.json.code]).toEqual([422, 'template_name_invalid'])
  })
})

describe('a revocation', () => {
  it('needs the number alone, says the first instant again, and knows a slip of the pen', async () => {
    const { json } = await ask()
    const first = await scene.call('POST', `/v1/certificates/${json.certificate}/revoke`)
    expect(first).toMatchObject({ status: 200, json: { id: json.certificate } })
    scene.clock.time += 5000
    expect((await scene.call('POST', `/v1/certificates/${json.certificate}/revoke`)).json).toEqual(first.json)
    const slip = `${json.certificate.slice(0, -2)}${json.certificate.endsWith('AA') ? 'QA' : 'AA'}`
    for (const wrong of [slip, json.id, 'x']) {
      const answer = await scene.call('POST', `/v1/certificates/${wrong}/revoke`)
      expect([answer.status, answer.json.code]).toEqual([404, 'certificate_unknown'])
    }
    const log = await scene.ledger.logEntries(0, 100)
    expect(log).toContainEqual(
      expect.objectContaining({ action: 'POST /v1/certificates/{id}/revoke', object: json.certificate }),
    )
  })
})
