import { describe, expect, it } from 'vitest'
import { judge, readReturned } from '../../src/sending/feedback/index.ts'
import { arf } from './reports.ts'

async function kindOf(raw: Buffer): Promise<string> {
  const mail = await readReturned(raw)
  const verdict = mail && judge(mail)
  return verdict?.kind === 'bounce' ? verdict.class : (verdict?.kind ?? 'unreadable')
}

const daemon = 'From: MAILER-DAEMON@mx.example.net\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n'
const refused = (answer: string) =>
  kindOf(Buffer.from(`${daemon}<jo@example.org>: host mx.example.org said: ${answer}`))

describe('a refusal', () => {
  it.each([
    '554 5.7.1 <out.example.com>: Helo command rejected: Host not found (in reply to RCPT TO command)',
    '550 EHLO out.example.com: no such domain (in reply to RCPT TO command)',
    '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: host not found (in reply to RCPT TO command)',
    '550 Return path address does not exist (in reply to RCPT TO command)',
    '550 a link in this mail leads to an unknown host (in reply to end of DATA command)',
  ])('that is about the sending side writes nobody off: %s', async (answer) => {
    expect(await refused(answer)).toBe('soft')
  })

  it.each([
    '550 <jo@gone.example>: Host not found (in reply to RCPT TO command)',
    '>>> EHLO out.example.com\r\n>>> RCPT TO:<jo@example.org>\r\nThere is no such user here',
  ])('that is about the address does: %s', async (answer) => {
    expect(await refused(answer)).toBe('hard')
  })
})

describe('a feedback report', () => {
  it.each([
    ['abuse', 'complaint'],
    ['(by a button) Abuse (in the list view)', 'complaint'],
    ['something-new', 'complaint'],
    ['not-spam (user moved message to inbox)', 'other'],
    ['(RFC 6591) Auth-Failure', 'other'],
  ])('of the type "%s" is judged as %s, whatever its comments', async (type, kind) => {
    expect(await kindOf(arf('Subject: Hello', type))).toBe(kind)
  })
})
