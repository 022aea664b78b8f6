import { describe, expect, it } from 'vitest'
import { judge, readReturned } from '../../src/sending/feedback/index.ts'

const fields = 'Final-Recipient: rfc822; jo@example.org\nAction: failed\nStatus: 5.1.1\n'
const refusal = '550 5.1.1 <jo@example.org>: Recipient address rejected: User unknown (in reply to RCPT TO command)'
const person = 'From: Jo Reader <jo@example.org>\nSubject: Re: Our news\n'

async function kindOf(head: string, body: string): Promise<string> {
  const mail = await readReturned(Buffer.from(`${head}\n${body}\n`.replaceAll('\n', '\r\n')))
  const verdict = mail && judge(mail)
  return verdict?.kind === 'bounce' ? verdict.class : (verdict?.kind ?? 'unreadable')
}

describe('a bounce that somebody quotes', () => {
  it.each([
    ['as fields behind an absence', 'Auto-Submitted: auto-replied\nX-Autoreply: yes\n', fields],
    ['with an empty return path, as answering machines have it', 'Return-Path: <>\nPrecedence: auto_reply\n', fields],
    ['as words', 'Auto-Submitted: auto-replied (vacation)\n', refusal],
  ])('in an automatic reply says nothing of the delivery (%s)', async (_, head, quoted) => {
    expect(await kindOf(person + head, `I am away.\n\n${quoted}`)).toBe('autoreply')
  })

  it('in an automatic reply says nothing as a part of its own either', async () => {
    const head = `${person}Auto-Submitted: auto-replied\nContent-Type: multipart/mixed; boundary="b"\n`
    const part = (type: string, text: string) => `--b\nContent-Type: ${type}\n\n${text}\n`
    const body = `${part('text/plain', 'I am away.')}${part('message/delivery-status', fields)}--b--`
    expect(await kindOf(head, body)).toBe('autoreply')
  })

  it.each([
    ['a list', 'List-Id: <postmasters.example.net>\nPrecedence: list\n', fields],
    ['a list, with marks', 'List-Id: <postmasters.example.net>\n', fields.replaceAll(/^/gm, '> ')],
    ['an answer', 'In-Reply-To: <1@example.com>\n', `Why did I get this?\n> ${refusal}`],
    ['a help desk', 'References: <1@example.com>\n', `"${refusal}" means: your mail could not be delivered.`],
    ['a letter', '', `Please use this address, my old one bounces: ${refusal}`],
  ])('by %s is no bounce', async (_, head, body) => {
    expect(await kindOf(person + head, body)).toBe('other')
  })

  it('writes nobody off where nothing says that a mail system wrote it, and does where something does', async () => {
    const forward = 'From: Jo Reader <jo@example.org>\nSubject: Undelivered Mail Returned to Sender\n'
    expect(await kindOf(forward, refusal)).toBe('soft')
    expect(await kindOf(forward, fields)).toBe('soft')
    const noReply = 'From: noreply@mx.example.net\nSubject: Undelivered Mail Returned to Sender\n'
    expect(await kindOf(`Return-Path: <>\n${noReply}`, refusal)).toBe('hard')
    expect(await kindOf(`Return-Path: <MAILER-DAEMON@mx.example.net>\n${noReply}`, refusal)).toBe('hard')
    expect(await kindOf(`${noReply}X-Failed-Recipients: jo@example.org\n`, refusal)).toBe('hard')
    const daemon = 'From: MAILER-DAEMON@mx.example.net\nSubject: failure notice\nIn-Reply-To: <1@example.com>\n'
    expect(await kindOf(`${daemon}List-Id: <news.example.com>\n`, refusal)).toBe('hard')
  })
})

describe('an automatic reply', () => {
  it.each([
    'Automatiskt svar',
    'Automaattinen vastaus',
    'Automatikus válasz',
    'Automatski odgovor',
    'Răspuns automat',
    'Otomatik yanıt',
    'Автоматична відповідь',
    'Αυτόματη απάντηση',
    '자동 회신',
    'תשובה אוטומטית',
    'رد تلقائي',
    'Trả lời tự động',
  ])('is known by its subject: %s', async (words) => {
    const subject = Buffer.from(`${words}: Our news`).toString('base64')
    expect(await kindOf(`From: jo@example.org\nSubject: =?utf-8?B?${subject}?=\n`, 'Our news')).toBe('autoreply')
  })

  it('is known by what made it: an inbox’s rule, or a machine that answers a mail', async () => {
    const generated = 'Auto-Submitted: auto-generated\n'
    const answering = `${generated}In-Reply-To: <1@example.com>\n`
    expect(await kindOf(`${person}X-MS-Exchange-Inbox-Rules-Loop: jo@example.org\n`, 'Hello')).toBe('autoreply')
    expect(await kindOf(person + answering, 'Ticket 7 is open.')).toBe('autoreply')
    expect(await kindOf(person + generated, 'Ticket 7 is open.')).toBe('other')
    const gateway = 'Return-Path: <>\nFrom: gateway@mx.example.net\nSubject: Undeliverable: Our news\n'
    expect(await kindOf(gateway + answering, refusal)).toBe('hard')
    expect(await kindOf(`From: MAILER-DAEMON@mx.example.net\n${answering}`, refusal)).toBe('hard')
  })
})

describe('a provider’s notice by mail', () => {
  it('is judged by its fields, also in the wrapping of SNS', async () => {
    const recipient = { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }
    const bounce = { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [recipient] }
    const notice = JSON.stringify({ notificationType: 'Bounce', bounce })
    const head = 'From: no-reply@sns.example\nSubject: AWS Notification Message\n'
    for (const body of [notice, JSON.stringify({ Type: 'Notification', Message: notice }, null, 2)]) {
      expect(await kindOf(head, body)).toBe('hard')
    }
  })
})
