import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { openSink } from '../journeys/sink.ts'
import { openScene } from './scene.ts'

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

/** A server that offers STARTTLS with a certificate that nobody vouches for. */
async function selfSigned() {
  const taken: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData: (stream, session, done) => {
      stream.resume()
      stream.on('end', () => {
        taken.push(session.envelope.rcptTo[0]!.address)
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo // a TCP server's address
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

const mail = { to: { email: 'a@x.example' }, purpose: 'deliver', subject: 'Hi', text: 'Hello' }

describe('where TLS is required', () => {
  it('a server without it gets nothing: the message waits, and its recipient is not to blame', async () => {
    const sink = await openSink()
    const scene = await openScene({ smtp: sink.url, tls: 'required' })
    closers.push(sink.close, scene.close)
    const { json } = await scene.call('POST', '/v1/messages', mail)
    await scene.work()
    expect(sink.mails).toEqual([])
    const seen = await scene.call('GET', `/v1/messages/${json.id}`)
    expect(seen.json).toMatchObject({ status: 'queued', reason: 'tls', attempts: 0 })
    expect(scene.lanes.pausedUntil()).not.toBeNull()
    // Still so after the pause; only the policy's own deadline ends it.
    scene.clock.time += 60_000
    await scene.work()
    expect((await scene.call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({ status: 'queued', attempts: 0 })
    expect(sink.mails).toEqual([])
  })

  it('a certificate that nobody vouches for is none', async () => {
    const server = await selfSigned()
    const scene = await openScene({ smtp: server.url, tls: 'required' })
    closers.push(server.close, scene.close)
    const { json } = await scene.call('POST', '/v1/messages', mail)
    await scene.work()
    expect(server.taken).toEqual([])
    expect((await scene.call('GET', `/v1/messages/${json.id}`)).json).toMatchObject({ status: 'queued', reason: 'tls' })
  })

  it('and only there: an opportunistic policy hands the same mail to both', async () => {
    const [sink, server] = [await openSink(), await selfSigned()]
    const [plain, wrapped] = [
      await openScene({ smtp: sink.url, tls: 'opportunistic' }),
      await openScene({ smtp: server.url, tls: 'opportunistic' }),
    ]
    closers.push(sink.close, server.close, plain.close, wrapped.close)
    for (const scene of [plain, wrapped]) {
      await scene.call('POST', '/v1/messages', mail)
      await scene.work()
    }
    expect([sink.mails.length, server.taken.length]).toEqual([1, 1])
  })
})
