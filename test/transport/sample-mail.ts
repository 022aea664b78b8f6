import type { Mail } from '../../src/transport/index.ts'

/** A mail with everything in it that has gone wrong somewhere: leading dots, long lines, many scripts, odd blanks. */
export const hardHtml = [
  '<html><body>',
  '.',
  '..two dots',
  `<p>${'long '.repeat(600)}</p>`,
  '<p>Grüße, 日本語, العربية, 🦊 = &amp; trailing blanks   ',
  'From the start of a line\t',
  'x'.repeat(2000),
  '</body></html>',
].join('\r\n')

export const sampleMail = (changes: Partial<Mail> = {}): Mail => ({
  envelope: { from: 'news@acme.example', to: 'reader@mail.example' },
  from: { address: 'news@acme.example', name: 'Acme Nëws' },
  to: { address: 'reader@mail.example', name: 'Reader, "The" Ünïcode' },
  replyTo: 'help@acme.example',
  subject: 'Your certificate: Größe 日本 🦊',
  messageId: '<0123456789abcdef@acme.example>',
  date: new Date('2026-11-21T12:00:00Z'),
  html: hardHtml,
  text: 'Plain\r\n.dot\r\nGrüße',
  headers: [
    { name: 'List-Unsubscribe', value: `<https://track.acme.example/u/${'A'.repeat(200)}>` },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ],
  attachments: [],
  ...changes,
})
