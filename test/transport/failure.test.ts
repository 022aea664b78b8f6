import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { realClock } from '../../src/base/index.ts'
import { type Delivery, openTransport, type TransportOptions } from '../../src/transport/index.ts'
import { sampleMail } from './sample-mail.ts'
import { type Act, openScripted, type Script, type ScriptedServer } from './scripted-server.ts'

const patience = { connect: 400, silence: 400, mail: 5_000 }
const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

interface Attempted {
  readonly delivery: Delivery
  readonly server: ScriptedServer
}

async function attempt(
  script: Script,
  mail = sampleMail(),
  options: Partial<TransportOptions> = {},
): Promise<Attempted> {
  const server = await openScripted(script)
  const url = server.url.replace('//', '//user:secret@')
  const transport = await openTransport(url, { clock: realClock, patience, ...options })
  open.push(server, transport)
  return { delivery: await transport.deliver(mail), server }
}

const big = () => sampleMail({ html: `<p>${'lorem ipsum '.repeat(400_000)}</p>` })

describe('an answer decides by the step it was given at', () => {
  const cases: readonly [what: string, script: Script, expected: Delivery][] = [
    ['451 after the content', { end: '451 4.3.0 try again' }, { outcome: 'later', code: 'smtp_451_4.3.0' }],
    [
      '421 after the content',
      { end: '421 4.3.2 closing' },
      { outcome: 'later', code: 'smtp_421_4.3.2', slowDown: 'recipient' },
    ],
    [
      '421 at RCPT',
      { rcpt: '421 4.7.0 slow down' },
      { outcome: 'later', code: 'smtp_421_4.7.0', slowDown: 'recipient' },
    ],
    [
      'a rate limit at RCPT',
      { rcpt: '450 4.7.28 rate' },
      { outcome: 'later', code: 'smtp_450_4.7.28', slowDown: 'recipient' },
    ],
    ['greylisting at RCPT', { rcpt: '450 4.7.1 greylisted' }, { outcome: 'later', code: 'smtp_450_4.7.1' }],
    ['552 after the content', { end: '552 5.3.4 too big' }, { outcome: 'rejected', code: 'smtp_552_5.3.4' }],
    ['550 5.7.1 after the content', { end: '550 5.7.1 spam' }, { outcome: 'rejected', code: 'smtp_550_5.7.1' }],
    ['550 5.1.1 after the content', { end: '550 5.1.1 nobody' }, { outcome: 'never', code: 'smtp_550_5.1.1' }],
    ['450 at RCPT', { rcpt: '450 4.2.1 greylisted' }, { outcome: 'later', code: 'smtp_450_4.2.1' }],
    ['550 5.1.1 at RCPT', { rcpt: '550 5.1.1 nobody' }, { outcome: 'never', code: 'smtp_550_5.1.1' }],
    ['550 5.1.10 at RCPT', { rcpt: '550 5.1.10 nobody' }, { outcome: 'never', code: 'smtp_550_5.1.10' }],
    ['550 without a finer code at RCPT', { rcpt: '550 no such user' }, { outcome: 'never', code: 'smtp_550' }],
    [
      'a multiline 550 at RCPT',
      { rcpt: '550-5.1.1 no\r\n550 5.1.1 such' },
      { outcome: 'never', code: 'smtp_550_5.1.1' },
    ],
    ['550 5.7.1 at RCPT', { rcpt: '550 5.7.1 relaying denied' }, { outcome: 'transport', code: 'smtp_550_5.7.1' }],
    ['554 5.7.0 at RCPT', { rcpt: '554 5.7.0 blocked' }, { outcome: 'transport', code: 'smtp_554_5.7.0' }],
    ['a full mailbox at RCPT', { rcpt: '552 5.2.2 full' }, { outcome: 'rejected', code: 'smtp_552_5.2.2' }],
    ['503 at RCPT', { rcpt: '503 5.5.1 order' }, { outcome: 'transport', code: 'smtp_503_5.5.1' }],
    ['550 at MAIL', { mail: '550 5.7.1 not you' }, { outcome: 'transport', code: 'smtp_550_5.7.1' }],
    ['451 at MAIL', { mail: '451 4.7.1 later' }, { outcome: 'later', code: 'smtp_451_4.7.1' }],
    ['552 at MAIL', { mail: '552 5.3.4 too big' }, { outcome: 'rejected', code: 'smtp_552_5.3.4' }],
    ['535 at AUTH', { auth: '535 5.7.8 wrong' }, { outcome: 'transport', code: 'smtp_535_5.7.8' }],
    ['454 at AUTH', { auth: '454 4.7.0 later' }, { outcome: 'later', code: 'smtp_454_4.7.0' }],
    ['554 instead of a greeting', { greeting: '554 5.3.2 go away' }, { outcome: 'transport', code: 'smtp_554_5.3.2' }],
    [
      '421 instead of a greeting',
      { greeting: '421 4.3.2 busy' },
      { outcome: 'later', code: 'smtp_421_4.3.2', slowDown: 'transport' },
    ],
    ['554 at DATA', { data: '554 5.5.1 no' }, { outcome: 'rejected', code: 'smtp_554_5.5.1' }],
    ['451 at DATA', { data: '451 4.3.0 no' }, { outcome: 'later', code: 'smtp_451_4.3.0' }],
  ]
  it.each(cases)('%s', async (_what, script, expected) => {
    expect((await attempt(script)).delivery).toEqual(expected)
  })
})

describe('a connection that dies', () => {
  it('before the greeting is tried later', async () => {
    const { delivery } = await attempt({ greeting: (socket) => socket.destroy() })
    expect(delivery).toEqual({ outcome: 'later', code: 'connection_lost' })
  })

  it('at RCPT is tried later', async () => {
    const { delivery } = await attempt({ rcpt: (socket) => socket.destroy() })
    expect(delivery).toEqual({ outcome: 'later', code: 'connection_lost' })
  })

  it('in the middle of the content is tried later: the final dot was never sent', async () => {
    const { delivery, server } = await attempt({ content: (socket) => socket.destroy() }, big())
    expect(delivery).toEqual({ outcome: 'later', code: 'connection_lost' })
    expect(server.contents).toEqual([])
  })

  it('after the final dot leaves an unknown outcome, and the mail is not sent again behind our back', async () => {
    const { delivery, server } = await attempt({ end: (socket) => socket.destroy() })
    expect(delivery).toEqual({ outcome: 'unknown', code: 'connection_lost' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect([server.contents.length, server.connections]).toEqual([1, 1])
  })

  it('after the final dot on a connection that served before is not sent again either', async () => {
    let mails = 0
    const server = await openScripted({
      end: (socket) => {
        mails += 1
        if (mails === 1) socket.write('250 2.0.0 taken\r\n')
        else socket.destroy()
      },
    })
    const transport = await openTransport(server.url, { clock: realClock, patience, maxConnections: 1 })
    open.push(server, transport)
    expect(await transport.deliver(sampleMail())).toEqual({ outcome: 'delivered' })
    expect(await transport.deliver(sampleMail())).toEqual({ outcome: 'unknown', code: 'connection_lost' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect([server.contents.length, server.connections]).toEqual([2, 1])
  })

  it('after a half answer to the final dot leaves an unknown outcome', async () => {
    const half = (socket: { write(text: string, done: () => void): void; destroy(): void }) =>
      socket.write('25', () => socket.destroy())
    expect((await attempt({ end: half })).delivery).toEqual({ outcome: 'unknown', code: 'connection_lost' })
  })

  it('with nobody listening is tried later', async () => {
    const server = await openScripted()
    await server.close()
    const transport = await openTransport(server.url, { clock: realClock, patience })
    open.push(transport)
    expect(await transport.deliver(sampleMail())).toEqual({ outcome: 'later', code: 'connection_refused' })
  })

  it('while it was idle costs nothing: the next mail goes over a fresh one', async () => {
    const server = await openScripted({
      end: (socket) => {
        socket.write('250 2.0.0 taken\r\n')
        setTimeout(() => socket.end(), 20)
      },
    })
    const transport = await openTransport(server.url, { clock: realClock, patience, maxConnections: 1 })
    open.push(server, transport)
    for (const _ of [1, 2, 3]) {
      expect(await transport.deliver(sampleMail())).toEqual({ outcome: 'delivered' })
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    expect([server.contents.length, server.connections]).toEqual([3, 3])
  })
})

describe('a server that hangs', () => {
  it('at its greeting is given up and tried later', async () => {
    expect((await attempt({ greeting: null })).delivery).toEqual({ outcome: 'later', code: 'timeout' })
  })

  it('after the final dot leaves an unknown outcome', async () => {
    expect((await attempt({ end: null })).delivery).toEqual({ outcome: 'unknown', code: 'timeout' })
  })

  it('by trickling an answer for ever is given up at the mail’s own deadline', async () => {
    const trickle: Script = {
      end: (socket) => {
        const timer = setInterval(() => socket.write('250-\r\n'), 100)
        socket.on('close', () => clearInterval(timer))
      },
    }
    const { delivery } = await attempt(trickle, sampleMail(), { patience: { ...patience, mail: 800 } })
    expect(delivery).toEqual({ outcome: 'unknown', code: 'timeout' })
  })
})

describe('a server that talks nonsense', () => {
  it('before the content is tried later', async () => {
    expect((await attempt({ rcpt: 'banana' })).delivery.outcome).toBe('later')
  })

  it('after the final dot leaves an unknown outcome', async () => {
    expect((await attempt({ end: 'banana' })).delivery).toEqual({ outcome: 'unknown', code: 'protocol' })
  })

  it('that begins like an answer after the final dot leaves an unknown outcome', async () => {
    expect((await attempt({ end: '25' })).delivery).toEqual({ outcome: 'unknown', code: 'protocol' })
  })

  it('in one line without end is cut off', async () => {
    const flood: Script = { greeting: (socket) => socket.write(`220 ${'x'.repeat(3_000_000)}`) }
    expect((await attempt(flood)).delivery).toEqual({ outcome: 'later', code: 'protocol' })
  })
})

describe('a server that names its reader', () => {
  it('does not get its words out, whatever the step', async () => {
    for (const step of ['auth', 'mail', 'rcpt', 'data', 'end'] as const) {
      const { delivery } = await attempt({ [step]: '550 5.1.1 <reader@mail.example> 192.0.2.7 unknown' })
      expect(JSON.stringify(delivery)).not.toMatch(/reader|192|unknown"/)
      expect(delivery).toMatchObject({ code: 'smtp_550_5.1.1' })
    }
  })
})

describe('TLS', () => {
  it('that is required and not offered sends nothing, and is the transport’s fault', async () => {
    const { delivery, server } = await attempt({}, sampleMail(), { tls: 'required' })
    expect(delivery).toEqual({ outcome: 'transport', code: 'tls' })
    expect(server.commands.some((line) => /^(?:MAIL|AUTH)/.test(line))).toBe(false)
  })

  async function openEncrypting() {
    const secured: boolean[] = []
    const server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      logger: false,
      onData: (stream, session, done) => {
        secured.push(session.secure)
        stream.on('end', done).resume()
      },
    })
    server.on('error', () => {})
    server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    open.push({ close: () => new Promise<void>((resolve) => server.close(resolve)) })
    const { port } = server.server.address() as AddressInfo // TCP
    return { secured, url: `smtp://127.0.0.1:${port}` }
  }

  it('that is offered is used, though nobody vouches for the certificate', async () => {
    const { url, secured } = await openEncrypting()
    const transport = await openTransport(url, { clock: realClock })
    open.push(transport)
    expect(await transport.deliver(sampleMail())).toEqual({ outcome: 'delivered' })
    expect(secured).toEqual([true])
  })

  it('that is required wants a certificate that somebody vouches for', async () => {
    const { url, secured } = await openEncrypting()
    const transport = await openTransport(url, { clock: realClock, tls: 'required' })
    open.push(transport)
    expect(await transport.deliver(sampleMail())).toEqual({ outcome: 'transport', code: 'tls' })
    expect(secured).toEqual([])
  })
})

describe('a mailbox name in another script', () => {
  it('that a server refuses for its script is not written off as a wrong address', async () => {
    const to = 'þórr@mail.example'
    const mail = sampleMail({ envelope: { from: 'news@acme.example', to }, to: { address: to, name: null } })
    expect((await attempt({ rcpt: '553 5.6.7 no SMTPUTF8' }, mail)).delivery.outcome).toBe('rejected')
    expect((await attempt({ rcpt: '553 mailbox name not allowed' }, mail)).delivery.outcome).toBe('rejected')
  })
})

describe('a server that fails at random', () => {
  it('gets no mail twice that it took, and loses none that was called delivered', async () => {
    const acts: readonly Act[] = [
      '250 ok',
      '451 4.3.0 later',
      null,
      (socket) => socket.destroy(),
      'banana',
      '550 5.7.1 no',
    ]
    const say = (what: Act, socket: Socket): void => {
      if (typeof what === 'function') what(socket, 0)
      else if (what) socket.write(`${what}\r\n`)
    }
    const taken: string[] = []
    const server = await openScripted({
      end: (socket, turn) => {
        const what = acts[turn % acts.length]!
        if (what === '250 ok') taken.push(/^Message-ID: (.*)$/im.exec(server.contents.at(-1)!)![1]!)
        say(what, socket)
      },
    })
    const transport = await openTransport(server.url, { clock: realClock, patience, maxConnections: 5 })
    open.push(server, transport)
    const ids = Array.from({ length: 80 }, (_, index) => `<random-${index}@acme.example>`)
    const sent = await Promise.all(
      ids.map(async (messageId) => ({ messageId, ...(await transport.deliver(sampleMail({ messageId }))) })),
    )
    const delivered = sent.filter(({ outcome }) => outcome === 'delivered').map(({ messageId }) => messageId)
    expect(taken.toSorted()).toEqual(delivered.toSorted())
    expect(server.contents.length).toBe(
      new Set(server.contents.map((text) => /^Message-ID: (.*)$/im.exec(text)![1])).size,
    )
    expect(new Set(sent.map(({ outcome }) => outcome))).toContain('unknown')
  })
})
