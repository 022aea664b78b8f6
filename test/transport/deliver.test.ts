import { describe, expect, it } from 'vitest'
import { realClock } from '../../src/base/index.ts'
import { openTransport } from '../../src/transport/index.ts'
import { newMailbox } from '../../src/transport/mailbox.ts'
import { transportContract } from '../contracts/transport.ts'
import { sampleMail } from './sample-mail.ts'
import { openScripted } from './scripted-server.ts'

const clock = realClock

describe('smtp://', () => {
  transportContract(async () => {
    const server = await openScripted()
    const transport = await openTransport(server.url, { clock })
    const arrived = async () => server.contents.map((content) => content.replace(/^\.\./gm, '.'))
    return { transport, arrived, close: () => transport.close().then(server.close) }
  })
})

describe('capture:', () => {
  transportContract(async () => {
    const transport = await openTransport('capture:', { clock })
    const arrived = async () => (await transport.mailbox!.list()).map(({ raw }) => raw)
    return { transport, arrived, close: transport.close }
  })

  it('finds the mails of one address, oldest first, and forgets them when told', async () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    const transport = await openTransport('capture:', { clock: { now: () => now, shift: 0 } })
    for (const to of ['a@mail.example', 'b@mail.example', 'a@mail.example']) {
      await transport.deliver(sampleMail({ envelope: { from: 'news@acme.example', to }, subject: `for ${to}` }))
    }
    const mailbox = transport.mailbox!
    const found = await mailbox.list({ to: 'A@mail.example' })
    expect([mailbox.count, found.length]).toEqual([3, 2])
    expect(found[0]).toMatchObject({
      at: '2026-11-21T12:00:00.000Z',
      to: 'a@mail.example',
      subject: 'for a@mail.example',
    })
    expect(found[0]!.headers.map(({ name }) => name)).toContain('List-Unsubscribe')
    mailbox.clear()
    expect([mailbox.count, await mailbox.list()]).toEqual([0, []])
    await transport.close()
  })

  it('takes an address in any script', async () => {
    const transport = await openTransport('capture:', { clock })
    const to = 'þórr@mail.example'
    const mail = sampleMail({ envelope: { from: 'news@acme.example', to }, to: { address: to, name: null } })
    expect(await transport.deliver(mail)).toEqual({ outcome: 'delivered' })
    expect((await transport.mailbox!.list())[0]!.to).toBe(to)
    await transport.close()
  })
})

describe('the mailbox in memory', () => {
  it('lets the oldest go when its room is full', async () => {
    const { mailbox, keep } = newMailbox(clock, 100)
    for (const subject of ['one', 'two', 'three']) {
      keep({ from: 'a@x.example', to: 'b@x.example', raw: Buffer.from(`Subject: ${subject}\r\n\r\n${'x'.repeat(20)}`) })
    }
    expect([mailbox.count, (await mailbox.list()).map(({ subject }) => subject)]).toEqual([2, ['two', 'three']])
  })
})

describe('the URL of a transport', () => {
  it.each(['http://mail.example', 'smtp:', 'mail.example:25', ''])('%j is refused, and not repeated', async (url) => {
    const refused = openTransport(url, { clock })
    await expect(refused).rejects.toMatchObject({ code: 'smtp_url_invalid' })
    if (url) await expect(refused).rejects.not.toThrow(url)
  })

  it('names the host that mail is handed to', async () => {
    const transport = await openTransport('smtp://user:secret@relay.acme.example:2525', { clock, maxConnections: 3 })
    expect([transport.hosts, transport.concurrency]).toEqual([['relay.acme.example'], 3])
    await transport.close()
  })
})
