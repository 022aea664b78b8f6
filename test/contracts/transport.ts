import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isFault } from '../../src/base/index.ts'
import type { OpenedTransport } from '../../src/transport/index.ts'
import { hardHtml, sampleMail } from '../transport/sample-mail.ts'

export interface TransportUnderTest {
  readonly transport: OpenedTransport
  /** Raw mails as they arrived, dot-stuffing undone. */
  arrived(): Promise<readonly string[]>
  close(): Promise<void>
}

/** What every transport does with a server that behaves. Call inside a `describe`. */
export function transportContract(open: () => Promise<TransportUnderTest>): void {
  let subject: TransportUnderTest
  beforeAll(async () => {
    subject = await open()
  })
  afterAll(() => subject.close())

  const deliverOne = async (changes: Parameters<typeof sampleMail>[0] = {}): Promise<string> => {
    const before = (await subject.arrived()).length
    expect(await subject.transport.deliver(sampleMail(changes))).toEqual({ outcome: 'delivered' })
    const arrived = await subject.arrived()
    expect(arrived.length).toBe(before + 1)
    return arrived.at(-1)!
  }

  it('delivers html and text byte for byte, whatever dots, long lines and scripts are in them', async () => {
    const mail = await PostalMime.parse(await deliverOne())
    expect(mail.html?.replace(/\r?\n/g, '\r\n').trimEnd()).toBe(hardHtml)
    expect(mail.text?.replace(/\r?\n/g, '\r\n').trimEnd()).toBe('Plain\r\n.dot\r\nGrüße')
  })

  it('keeps every line under 998 octets and to ASCII', async () => {
    const raw = await deliverOne()
    expect(Math.max(...raw.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThan(998)
    expect(/^[\t\r\n -~]*$/.test(raw)).toBe(true)
  })

  it('writes the unsubscribe headers in one line each, neither folded nor encoded', async () => {
    const lines = (await deliverOne()).split('\r\n')
    expect(lines).toContain(`List-Unsubscribe: <https://track.acme.example/u/${'A'.repeat(200)}>`)
    expect(lines).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  })

  it('keeps subject, names, Message-ID and Date as they were composed', async () => {
    const mail = await PostalMime.parse(await deliverOne())
    expect(mail.subject).toBe('Your certificate: Größe 日本 🦊')
    expect(mail.from).toMatchObject({ address: 'news@acme.example', name: 'Acme Nëws' })
    expect(mail.to).toMatchObject([{ address: 'reader@mail.example', name: 'Reader, "The" Ünïcode' }])
    expect(mail.replyTo).toMatchObject([{ address: 'help@acme.example' }])
    expect(mail.messageId).toBe('<0123456789abcdef@acme.example>')
    expect(new Date(mail.date!).toISOString()).toBe('2026-11-21T12:00:00.000Z')
  })

  it('says nothing of the software that sent it', async () => {
    expect(await deliverOne()).not.toMatch(/nodemailer|X-Mailer/i)
  })

  it('carries attachments through unchanged', async () => {
    const content = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256))
    const attachments = [{ filename: 'Zeugnis für Zoë.pdf', contentType: 'application/pdf', content }]
    const mail = await PostalMime.parse(await deliverOne({ attachments }), { attachmentEncoding: 'base64' })
    expect(mail.attachments[0]).toMatchObject({
      filename: 'Zeugnis für Zoë.pdf',
      mimeType: 'application/pdf',
      content: content.toString('base64'),
    })
  })

  it('sends a text-only mail as it is', async () => {
    const mail = await PostalMime.parse(await deliverOne({ html: null }))
    expect([mail.html ?? null, mail.text?.trim()]).toEqual([null, 'Plain\r\n.dot\r\nGrüße'.replaceAll('\r\n', '\n')])
  })

  it('has one recipient a mail: a list in the envelope is a defect', async () => {
    const before = (await subject.arrived()).length
    for (const to of ['a@x.example, b@x.example', 'a@x.example\r\nRCPT TO:<b@x.example>', '<a@x.example>', '']) {
      const refused = await subject.transport
        .deliver(sampleMail({ envelope: { from: 'news@acme.example', to } }))
        .catch((cause: unknown) => cause)
      expect(isFault(refused) && refused.code).toBe('mail_invalid')
    }
    expect((await subject.arrived()).length).toBe(before)
  })

  it('does not open a file or a URL that a content names', async () => {
    const mail = await PostalMime.parse(await deliverOne({ html: 'file:///etc/passwd', text: '/etc/passwd' }))
    expect([mail.html?.trim(), mail.text?.trim()]).toEqual(['file:///etc/passwd', '/etc/passwd'])
  })

  it('delivers many mails at once, each exactly once', async () => {
    const before = (await subject.arrived()).length
    const ids = Array.from({ length: 60 }, (_, index) => `<many-${index}@acme.example>`)
    const sent = await Promise.all(ids.map((messageId) => subject.transport.deliver(sampleMail({ messageId }))))
    expect(sent.every(({ outcome }) => outcome === 'delivered')).toBe(true)
    const seen = (await subject.arrived()).slice(before).map((raw) => /^Message-ID: (.*)$/im.exec(raw)![1])
    expect(seen.toSorted()).toEqual(ids.toSorted())
  })
}
