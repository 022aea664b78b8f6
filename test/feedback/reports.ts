/** Returned mails as servers write them, about whoever a test wants. */
export const dsn = (given: {
  readonly to: string
  readonly status?: string
  readonly action?: string
  readonly diagnostic?: string
  readonly original?: string
}): Buffer =>
  Buffer.from(
    [
      'From: MAILER-DAEMON@mx.example.net (Mail Delivery System)',
      `To: ${given.to}`,
      'Subject: Undelivered Mail Returned to Sender',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'Your message could not be delivered to Needle-Reader <needle.reader@example.org>.',
      '',
      '--b1',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.net',
      '',
      'Final-Recipient: rfc822; needle.reader@example.org',
      `Action: ${given.action ?? 'failed'}`,
      `Status: ${given.status ?? '5.1.1'}`,
      `Diagnostic-Code: smtp; ${given.diagnostic ?? '550 5.1.1 <needle.reader@example.org>: Recipient address rejected: User unknown'}`,
      '',
      '--b1',
      'Content-Type: message/rfc822',
      '',
      given.original ?? 'Subject: Needle-Returned-Subject\r\nTo: needle.reader@example.org\r\n\r\nNeedle-Returned-Body',
      '',
      '--b1--',
      '',
    ].join('\r\n'),
  )

/** RFC 5965, with the original's headers as CFBL returns them. */
export const arf = (headers: string, type = 'abuse'): Buffer =>
  Buffer.from(
    [
      'From: feedback@provider.example',
      'To: complaints@bounces.example.com',
      'Subject: FW: your mail',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=feedback-report; boundary="b2"',
      '',
      '--b2',
      'Content-Type: text/plain',
      '',
      'This is an email abuse report.',
      '',
      '--b2',
      'Content-Type: message/feedback-report',
      '',
      `Feedback-Type: ${type}`,
      'User-Agent: Provider/1.0',
      'Version: 1',
      '',
      '--b2',
      'Content-Type: text/rfc822-headers',
      '',
      headers,
      '',
      '--b2--',
      '',
    ].join('\r\n'),
  )

export const outOfOffice = (to: string): Buffer =>
  Buffer.from(
    `From: needle.reader@example.org\r\nTo: ${to}\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday. 550 5.1.1 user unknown\r\n`,
  )
