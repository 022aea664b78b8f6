import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { describe, expect, it } from 'vitest'
import { realClock } from '../../src/base/index.ts'
import { newDkimSigner } from '../../src/transport/dkim.ts'
import { type DkimKey, dkimRecord, type Mail, openTransport, readDkimKey } from '../../src/transport/index.ts'
import { corpusText, haveCorpora } from '../corpora.ts'
import { sampleMail } from './sample-mail.ts'

const pem = (key: ReturnType<typeof generateKeyPairSync>['privateKey'] | string): string =>
  typeof key === 'string' ? key : key.export({ type: 'pkcs8', format: 'pem' }).toString()
const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
const ed25519 = pem(generateKeyPairSync('ed25519').privateKey)
const keys = [readDkimKey('acme.example', 'r1', rsa), readDkimKey('acme.example', 'e1', ed25519)]

const zone = (all: readonly DkimKey[]): Readonly<Record<string, string>> =>
  Object.fromEntries(all.map((key) => [`${key.selector}._domainkey.${key.domain}`, dkimRecord(key)]))

/** What an outside verifier finds: the result of each signature, in order, and what it covers. */
async function verified(raw: string | Buffer, records: Readonly<Record<string, string>>) {
  const resolver = async (name: string, type: string) => {
    const record = records[name]
    if (type !== 'TXT' || !record) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' })
    return [[record]]
  }
  const { results } = await dkimVerify(Buffer.from(raw), { resolver })
  return results.map(({ status, algo, signingHeaders }) => ({
    result: status.result,
    algorithm: algo,
    covers: String(signingHeaders?.keys ?? '').toLowerCase(),
  }))
}

async function sent(mail: Mail): Promise<string> {
  const transport = await openTransport('capture:', { clock: realClock, dkim: keys })
  try {
    expect(await transport.deliver(mail)).toEqual({ outcome: 'delivered' })
    return (await transport.mailbox!.list())[0]!.raw
  } finally {
    await transport.close()
  }
}

const spaces = '<p>trailing   \t \r\n\r\n\r\n two  spaces\u00a0and ünïcödé 🦊</p>\r\n\r\n\r\n'
const attachment = { filename: 'a b.bin', contentType: 'application/octet-stream', content: Buffer.alloc(90_000, 0xa5) }
const mails: readonly (readonly [string, Partial<Mail>])[] = [
  ['a mail in two parts', {}],
  ['odd blanks and lines', { html: spaces, text: ' \r\n\t\r\nx \r\n.\r\n..\r\n' }],
  ['nothing but a text', { html: null, text: 'x' }],
  ['more than one slice', { html: `<p>${'ä'.repeat(60_000)}</p>` }],
  ['an attachment', { attachments: [attachment] }],
  [
    'a subject and a name that are encoded',
    { subject: 'Grüße '.repeat(30), to: { address: 'b@mail.example', name: 'Þórr 🦊' } },
  ],
]

describe('a signed mail', () => {
  it.each(mails)('with %s verifies by both keys, elsewhere, as it arrived', async (_what, changes) => {
    const found = await verified(await sent(sampleMail(changes)), zone(keys))
    expect(found.map(({ result, algorithm }) => [result, algorithm])).toEqual([
      ['pass', 'rsa-sha256'],
      ['pass', 'ed25519-sha256'],
    ])
  })

  it('covers what unsubscribing and feedback rely on, and lets nobody add a second From', async () => {
    const headers = ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id', 'Feedback-ID'].map((name) => ({
      name,
      value: '<x@acme.example>',
    }))
    const raw = await sent(sampleMail({ headers }))
    const [first] = await verified(raw, zone(keys))
    for (const { name } of headers) expect(first!.covers).toContain(name.toLowerCase())
    const doubled = await verified(`From: Mallory <m@elsewhere.example>\r\n${raw}`, zone(keys))
    expect(doubled.map(({ result }) => result)).toEqual(['fail', 'fail'])
  })

  it('that was changed on the way verifies no more', async () => {
    const raw = await sent(sampleMail({ text: 'Pay 10', html: null }))
    const found = await verified(raw.replace('Pay 10', 'Pay 99'), zone(keys))
    expect(found.map(({ result }) => result)).not.toContain('pass')
  })

  it('of a domain that has no key goes as it is, one of a domain below is signed', async () => {
    const octets = (from: string) => Buffer.from(`From: ${from}\r\nSubject: x\r\n\r\nx\r\n`)
    const sign = newDkimSigner(keys)
    for (const [from, count] of [
      ['a@elsewhere.example', 0],
      ['a@notacme.example', 0],
      ['a@news.ACME.example', 2],
    ] as const) {
      expect(
        (await verified(await sign(octets(from), from, 1), zone(keys))).filter(({ result }) => result === 'pass'),
      ).toHaveLength(count)
    }
  })
})

describe('a key', () => {
  const small = pem(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey)
  const curve = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  it.each([
    ['no PEM', 'acme.example', 's', 'secret words'],
    ['RSA of 512 bits', 'acme.example', 's', small],
    ['another curve', 'acme.example', 's', curve],
    ['a selector that is none', 'acme.example', 's\r\nBcc: x', ed25519],
    ['a domain that is none', 'acme example', 's', ed25519],
  ])('that is %s is refused, and the fault repeats nothing of it', (_what, domain, selector, text) => {
    const attempt = () => readDkimKey(domain, selector, text)
    expect(attempt).toThrow(expect.objectContaining({ code: 'dkim_key_invalid' }))
    expect(attempt).not.toThrow(/secret|BEGIN|Bcc/)
  })
})

describe.runIf(haveCorpora)('the example of RFC 8463', () => {
  // Appendix A.1 gives the secret; PKCS #8 puts these sixteen octets before it (RFC 8410 section 7).
  const seed = 'nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A='
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'base64')])
  const key = readDkimKey(
    'football.example.com',
    'brisbane',
    `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----`,
  )
  const message = [
    'From: Joe SixPack <joe@football.example.com>',
    'To: Suzie Q <suzie@shopping.example.net>',
    'Subject: Is dinner ready?',
    'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
    'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
    '',
    'Hi.',
    '',
    'We lost the game.  Are you hungry yet?',
    '',
    'Joe.',
    '',
  ].join('\r\n')

  it('has the public key and the body hash of its text, and our signature over it verifies', async () => {
    const rfc = haveCorpora ? corpusText('vectors/rfc/rfc8463.txt') : ''
    expect(rfc).toContain(dkimRecord(key).replace('v=DKIM1; ', ''))
    const signed = await newDkimSigner([key])(Buffer.from(message), 'joe@football.example.com', 1_528_637_909)
    expect(rfc.replace(/\s/g, '')).toContain(/bh=[^;]+/.exec(signed.toString())![0].replace(/\s/g, ''))
    expect((await verified(signed, zone([key]))).map(({ result }) => result)).toEqual(['pass'])
  })
})

const dkimpy = spawnSync('/usr/bin/python3', ['-c', 'import dkim, nacl']).status === 0
if (!dkimpy) console.log('dkimpy: not installed (Debian: python3-dkim python3-nacl); mailauth verifies alone')

describe.runIf(dkimpy || process.env.LETHE_REQUIRE_DKIM === '1')('a second verifier, dkimpy', () => {
  const script = `
import dkim, json, sys
records = json.loads(sys.argv[1])
raw = sys.stdin.buffer.read()
print(json.dumps([dkim.DKIM(raw).verify(idx=i, dnsfunc=lambda name, timeout=5: records[name.decode().rstrip('.')].encode()) for i in range(2)]))
`
  it.each(mails)('agrees on %s', async (_what, changes) => {
    const raw = await sent(sampleMail(changes))
    const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script, JSON.stringify(zone(keys))], {
      input: Buffer.from(raw, 'latin1'),
    })
    expect(stdout.toString().trim(), stderr.toString()).toBe('[true, true]')
  })
})
