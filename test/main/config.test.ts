import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../src/main/check.ts'
import { type Config, ConfigFault, furtherFaults, readConfig } from '../../src/main/index.ts'

type Environment = Readonly<Record<string, string>>

const fresh = (): string => mkdtempSync(join(tmpdir(), 'lethe-config-'))

/** The codes and sentences of everything that is wrong with the environment. */
function faultsOf(
  env: Environment,
): readonly { readonly code: string; readonly message: string; readonly next: string }[] {
  try {
    checkConfig(readConfig({ LETHE_DATA: fresh(), ...env }, furtherFaults))
    return []
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
}

const codes = (env: Environment) => faultsOf(env).map(({ code }) => code)
const read = (env: Environment = {}): Config => readConfig(env)

describe('the configuration', () => {
  it('needs no setting at all', () => {
    const config = read()
    expect(config).toMatchObject({
      data: join(process.cwd(), 'data'),
      store: `sqlite:${join(process.cwd(), 'data', 'lethe.db')}`,
      queue: `pglite:${join(process.cwd(), 'data', 'queue')}`,
      policy: 'strict',
      waysOut: [{ url: 'capture:', host: null, weight: 1, warmUp: null }],
      tracker: { host: '127.0.0.1', port: 8080 },
      api: { host: '127.0.0.1', port: 8081 },
      apiKey: null,
      keys: null,
      trustProxy: '',
      geo: null,
      log: null,
    })
    expect(config.publicUrl.href).toBe('http://127.0.0.1:8080/')
    expect([...config.roles]).toEqual(['tracker', 'api', 'send', 'record', 'upkeep'])
    expect(config.clock.shift).toBe(0)
  })

  it('takes an empty variable for none, and blanks at the edges for nothing', () => {
    expect(read({ LETHE_POLICY: '', LETHE_KEYS: '  ', LETHE_API: ' 127.0.0.1:9 ' })).toMatchObject({
      policy: 'strict',
      keys: null,
      api: { port: 9 },
    })
  })

  it('keeps store and queue in the data folder that it is given', () => {
    expect(read({ LETHE_DATA: '/srv/lethe' })).toMatchObject({
      store: 'sqlite:/srv/lethe/lethe.db',
      queue: 'pglite:/srv/lethe/queue',
      epochs: '/srv/lethe/epochs',
    })
  })

  it('takes hosts in IPv6, roles in any order, and a shifted clock', () => {
    const config = read({ LETHE_API: '[::1]:9000', LETHE_ROLES: 'send, tracker', LETHE_CLOCK: '+P90D' })
    expect(config.api).toEqual({ host: '::1', port: 9000 })
    expect([...config.roles]).toEqual(['tracker', 'send'])
    expect(config.clock.shift).toBe(90 * 86_400_000)
  })

  it('cannot be changed once it is read', () => {
    expect(Object.isFrozen(read())).toBe(true)
  })

  it('names everything that is wrong at once, each with its next step', () => {
    const faults = faultsOf({
      LETHE_SMTP: 'ftp://relay.example',
      LETHE_STORE: 'mysql://x',
      LETHE_QUEUE: 'amqp://x',
      LETHE_FROM: 'nobody',
      LETHE_PUBLIC_URL: 'mail.example.org',
      LETHE_TRACKER: '8080',
      LETHE_API: '127.0.0.1:70000',
      LETHE_API_KEY: 'short',
      LETHE_ROLES: 'cook',
      LETHE_CLOCK: 'tomorrow',
      LETHE_POLICY: 'nosuch',
      LETHE_KEYS: 'k1:too-short',
      LETHE_TRUST_PROXY: '10.0.0.0/64',
      LETHE_LOG: '/nowhere/at/all/lethe.log',
    })
    const said = faults.map(({ code, message }) => `${code} ${message}`).join('\n')
    const named = ['SMTP', 'STORE', 'QUEUE', 'FROM', 'PUBLIC_URL', 'TRACKER', 'API', 'API_KEY', 'ROLES', 'CLOCK']
    for (const name of named) expect(said).toContain(`LETHE_${name} `)
    for (const code of ['policy_unknown', 'keys_malformed', 'trust_proxy_malformed', 'log_unwritable']) {
      expect(said).toContain(code)
    }
    expect(faults).toHaveLength(14)
    for (const { next } of faults) expect(next).toMatch(/^[A-Z].{10,}\.$/)
  })

  it('says nothing of a key or a password that it refuses', () => {
    const secret = 'hunter2-hunter2-hunter2'
    const faults = faultsOf({
      LETHE_KEYS: `k1:${secret}`,
      LETHE_API_KEY: secret,
      LETHE_SMTP: `smtq://me:${secret}@relay.example`,
    })
    expect(faults).toHaveLength(3 + 1) // the sender is missing as well
    expect(JSON.stringify(faults.map(({ code, message, next }) => [code, message, next]))).not.toContain(secret)
  })

  it.each([
    ['http://localhost:8080', []],
    ['http://127.8.9.1', []],
    ['http://[::1]:8080', []],
    ['https://127.0.0.1', []],
    ['http://mail.example.org', ['config_invalid']],
    ['http://localhost.example.org', ['config_invalid']],
    ['http://192.168.0.7', ['config_invalid']],
    ['https://mail.example.org', ['slot_unfilled']],
    ['https://mail.example.org/?a=b', ['config_invalid']],
    ['https://user@mail.example.org', ['config_invalid']],
    ['javascript:alert(1)', ['config_invalid']],
  ])('with links at %s has the faults %j', (url, expected) => {
    expect(codes({ LETHE_PUBLIC_URL: url })).toEqual(expected)
  })

  it.each([
    ['smtp://127.0.0.1:1025', []],
    ['smtp://localhost', []],
    ['smtps://[::1]:465', []],
    ['smtp://relay.example.net', ['processor_undeclared']],
    ['smtp://127.0.0.1.example.net', ['processor_undeclared']],
    ['smtp://me:secret@127.0.0.1@relay.example.net', ['processor_undeclared']],
    ['smtp://', ['config_invalid']],
  ])('with a relay at %s has the faults %j', (url, expected) => {
    expect(codes({ LETHE_SMTP: url, LETHE_FROM: 'Ada <ada@x.example>' })).toEqual(expected)
  })

  it('needs a sender for a real relay, and a real one', () => {
    expect(codes({ LETHE_SMTP: 'smtp://127.0.0.1' })).toEqual(['config_invalid'])
    expect(codes({ LETHE_SMTP: 'smtp://127.0.0.1', LETHE_FROM: 'a@x.example\nBcc: b@x.example' })).toEqual([
      'config_invalid',
    ])
  })

  it('does not let the public side and the private side share a port', () => {
    expect(codes({ LETHE_TRACKER: '127.0.0.1:9', LETHE_API: '0.0.0.0:9' })).toEqual(['config_invalid'])
  })

  it('says of a port past the last one that the port is wrong, and of no address that it is none', () => {
    const said = (tracker: string) => faultsOf({ LETHE_TRACKER: tracker }).map(({ message }) => message)
    expect(said('127.0.0.1:99999')).toEqual(['LETHE_TRACKER names a port past 65535, the last there is.'])
    expect(said('127.0.0.1:123456')).toEqual(said('127.0.0.1:99999'))
    expect(said('8080')).toEqual(['LETHE_TRACKER is not host:port.'])
  })

  it('makes no key before all of it is right', () => {
    for (const more of [{ LETHE_POLICY: 'nosuch' }, { LETHE_SMTP: 'x' }]) {
      const data = join(fresh(), 'data')
      expect(codes({ LETHE_DATA: data, ...more })).not.toEqual([])
      expect(readdirSync(data)).toEqual([])
    }
  })

  it('refuses keys of which none may sign', () => {
    const key = Buffer.alloc(32, 1).toString('base64')
    expect(codes({ LETHE_KEYS: `k1:${key}:revoked` })).toEqual(['keys_missing'])
    expect(codes({ LETHE_KEYS: `k1:${key},k1:${key}` })).toEqual(['keys_repeated'])
    expect(codes({ LETHE_KEYS: `k1:${key}:revoked,k2:${key}` })).toEqual([])
  })

  it('refuses a data folder that is none, and one that cannot be made, without waiting for ever', () => {
    const file = join(fresh(), 'file')
    writeFileSync(file, '')
    for (const folder of [file, join(file, 'below'), '/proc/lethe', '/proc/1/lethe/data']) {
      expect(codes({ LETHE_DATA: folder }), folder).toEqual(['data_unwritable'])
    }
  })

  it.each([
    ['smtp://127.0.0.1:1025 capture:', 'built-in mailbox'],
    ['smtp://127.0.0.1?weight=0', 'weight'],
    ['smtp://127.0.0.1?weight=2.5', 'weight'],
    ['smtp://127.0.0.1?warmup=50,100', 'warm-up'],
    ['smtp://127.0.0.1?warmup=2026-02-31x:50', 'warm-up'],
    ['smtp://127.0.0.1?warmup=2026-12-01:', 'warm-up'],
    ['smtp://me:secret@127.0.0.1?burst=1', 'unknown setting'],
  ])('refuses %s as a way out, and repeats nothing of it', (text, word) => {
    const found = faultsOf({ LETHE_SMTP: text, LETHE_FROM: 'a@x.example' })
    expect(found.map(({ code }) => code)).toEqual(['config_invalid'])
    expect(found[0]!.message).toContain(word)
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  it('takes several ways out, each with its weight and its warm-up', () => {
    const text = 'smtp://me:secret@127.0.0.1:1025?weight=3  smtps://localhost?warmup=2026-12-01:50,100'
    const { waysOut } = readConfig({ LETHE_SMTP: text, LETHE_FROM: 'a@x.example', LETHE_DATA: fresh() })
    expect(waysOut).toEqual([
      { url: 'smtp://me:secret@127.0.0.1:1025', host: '127.0.0.1', weight: 3, warmUp: null },
      { url: 'smtps://localhost', host: 'localhost', weight: 1, warmUp: { from: 20_788, perDay: [50, 100] } },
    ])
  })

  it('takes senders by purpose, and refuses one that is none', () => {
    const senders = { LETHE_FROM_CAMPAIGN: 'News <news@x.example>', LETHE_REPLY_TO_CAMPAIGN: 'desk@x.example' }
    const config = readConfig({ ...senders, LETHE_REPLY_TO_DELIVER: 'help@x.example', LETHE_DATA: fresh() })
    expect(Object.fromEntries(config.senders)).toEqual({
      campaign: { from: 'News <news@x.example>', replyTo: 'desk@x.example' },
      deliver: { from: null, replyTo: 'help@x.example' },
    })
    expect(codes({ LETHE_FROM_CAMPAIGN: 'x\r\nBcc: y@x.example' })).toEqual(['config_invalid'])
  })

  it('refuses DKIM keys that cannot be read', () => {
    expect(codes({ LETHE_DKIM: 'example.org' })).toEqual(['dkim_invalid'])
    expect(codes({ LETHE_DKIM: 'example.org:s:/nowhere/key.pem' })).toEqual(['dkim_key_invalid'])
  })
})
