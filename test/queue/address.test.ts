import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openQueue, queueHosts } from '../../src/queue/index.ts'
import { redisAddress } from '../../src/queue/redis-address.ts'

const bad = [
  'redis://me:hunter2@',
  'redis://me:hunter2@one:1,two:2',
  'redis://me:hunter2@one:70000',
  'redis://me:hunter2@one/three',
  'redis://me:hunter2%zz@one',
  'redis://me:hunter2@one?sslmode=off',
  'redis://me:hunter2@one?ca=/tmp/none.pem',
  'rediss://me:hunter2@one?ca=/nowhere/none.pem',
  'redis+sentinel://me:hunter2@one:26379',
  'redis+cluster://me:hunter2@one:7000/3',
  'redis+ring://me:hunter2@one:7000',
  'postgres://me:hunter2@one',
  'postgres://me:hunter2@one/queue?options=-csearch_path',
  'postgres://me:hunter2@one/queue?sslmode=require',
  'postgres://me:hunter2@one/queue?sslrootcert=/nowhere/none.pem',
]

describe('an address of the queue', () => {
  it.each(bad)('that is none is a fault with a form to follow, and without its password: %s', async (url) => {
    const fault: unknown = await openQueue(url).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: expect.stringMatching(/^queue_(address|unknown)$/) })
    const said = fault instanceof Error ? `${fault.message} ${'next' in fault ? fault.next : ''}` : ''
    expect(said).toMatch(/LETHE_QUEUE .+\./)
    expect(said).not.toContain('hunter2')
  })

  it('names the hosts that the queue speaks to, Sentinels and nodes each', () => {
    expect(queueHosts('redis://cache.example')).toEqual(['cache.example'])
    expect(queueHosts('redis+sentinel://a.example:1,b.example/mail/2')).toEqual(['a.example', 'b.example'])
    expect(queueHosts('rediss+cluster://u:p@[2001:db8::1]:7000,b.example')).toEqual(['2001:db8::1', 'b.example'])
    expect(queueHosts('postgres://u:p@db.example/queue')).toEqual(['db.example'])
    expect(queueHosts('pglite:/srv/queue')).toEqual([])
  })

  it('carries user, password, database, master, authority and prefix', () => {
    const ca = join(mkdtempSync(join(tmpdir(), 'lethe-ca-')), 'ca.pem')
    writeFileSync(ca, '-----BEGIN CERTIFICATE-----\n')
    const url = `rediss+sentinel://me:p%40ss@a:1,b/mail/2?sentinel_user=s&sentinel_password=t&prefix=shop&ca=${ca}`
    expect(redisAddress(url)).toEqual({
      shape: 'sentinel',
      ...{ username: 'me', password: 'p@ss', db: 2, master: 'mail', prefix: 'shop' },
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
      ],
      sentinel: { username: 's', password: 't' },
      tls: { ca: '-----BEGIN CERTIFICATE-----\n' },
    })
  })
})
