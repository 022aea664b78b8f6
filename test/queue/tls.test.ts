import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openQueue } from '../../src/queue/index.ts'
import { someEvents } from './events.ts'
import { freePort, haveRedis, sayWithoutRedis } from './redis.ts'
import { startServer } from './redis-fleet.ts'
import { until } from './until.ts'

const able = haveRedis && spawnSync('openssl', ['version']).status === 0

/** A certificate for loopback that is its own authority. */
function certificate(): { readonly cert: string; readonly key: string } {
  const dir = mkdtempSync(join(tmpdir(), 'lethe-tls-'))
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
  execFileSync('openssl', [...made, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { cert, key }
}

if (!able) it('is not tried here', () => sayWithoutRedis('the queue on Redis with TLS'))

it.runIf(able)(
  'works over TLS with the authority that the address names, and refuses a stranger',
  async () => {
    const { cert, key } = certificate()
    const port = await freePort()
    const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert]
    const server = await startServer([...files, '--tls-port', String(port), '--tls-auth-clients', 'no'])
    await server.ask('acl', 'setuser', 'worker', 'on', '>p@ss', '~*', '&*', '+@all')
    const place = `rediss://worker:p%40ss@127.0.0.1:${port}/3`
    await expect(openQueue(place)).rejects.toMatchObject({ code: 'queue_away' })
    await expect(openQueue(`${place.replace('p%40ss', 'wrong')}?ca=${cert}`)).rejects.toMatchObject({
      code: 'queue_denied',
    })
    const queue = await openQueue(`${place}?ca=${cert}`)
    let seen = 0
    queue.workEvents(async (wires) => {
      seen += wires.length
    }, 1)
    await queue.commitEvents(someEvents(3))
    await until(() => seen === 3, 30_000)
    await queue.board.follow(() => {})
    expect(String(await server.ask('info', 'keyspace'))).toContain('db3:')
    await queue.close()
    await server.kill()
  },
  120_000,
)
