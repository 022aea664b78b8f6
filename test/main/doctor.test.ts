import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { examine, type Outside } from '../../src/main/doctor/index.ts'
import { readConfig } from '../../src/main/index.ts'
import { dkimRecord, readDkimKey } from '../../src/transport/index.ts'

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const key = readDkimKey('harbour.example', 'mail', pem)

interface World {
  txt: Record<string, string[]>
  mx: Record<string, string[]>
  addresses: Record<string, string[]>
  names: Record<string, string[]>
  status: number
}

/** A world in which everything is as it should be; each test breaks one thing of it. */
const well = (): World => ({
  txt: {
    'harbour.example': ['v=spf1 include:relay.example -all', 'site-verification=x'],
    'mail._domainkey.harbour.example': [dkimRecord(key)],
    '_dmarc.harbour.example': ['v=DMARC1; p=reject'],
  },
  mx: { 'harbour.example': ['mx.harbour.example'] },
  addresses: { 'smtp.relay.example': ['192.0.2.1'], 'out1.relay.example': ['192.0.2.1'] },
  names: { '192.0.2.1': ['out1.relay.example'] },
  status: 200,
})

const outside = (world: World): Outside => ({
  txt: async (name) => world.txt[name] ?? [],
  mx: async (name) => world.mx[name] ?? [],
  addresses: async (host) => world.addresses[host] ?? [],
  names: async (address) => world.names[address] ?? [],
  status: async () => world.status,
})

const env = {
  LETHE_DATA: '/tmp/none',
  LETHE_FROM: 'Harbour <letters@harbour.example>',
  LETHE_SMTP: 'smtp://smtp.relay.example:587',
  LETHE_PUBLIC_URL: 'https://mail.harbour.example',
}

async function found(world: World, more: Record<string, string> = {}, keys = [key]) {
  const findings = await examine({ ...readConfig({ ...env, ...more }), returnPath: null }, keys, outside(world))
  return Object.fromEntries(findings.map(({ check, state }) => [check, state]))
}

describe('the doctor', () => {
  it('finds nothing where everything is as it should be', async () => {
    expect(new Set(Object.values(await found(well())))).toEqual(new Set(['ok']))
  })

  const broken: readonly (readonly [string, string, string, (world: World) => void])[] = [
    ['no SPF', 'SPF of harbour.example', 'fail', ({ txt }) => delete txt['harbour.example']],
    ['two SPF records', 'SPF of harbour.example', 'fail', ({ txt }) => txt['harbour.example']!.push('v=spf1 -all')],
    [
      'SPF for everybody',
      'SPF of harbour.example',
      'fail',
      ({ txt }) => txt['harbour.example']!.splice(0, 1, 'v=spf1 +all'),
    ],
    [
      'SPF without an end',
      'SPF of harbour.example',
      'warn',
      ({ txt }) => txt['harbour.example']!.splice(0, 1, 'v=spf1 mx'),
    ],
    [
      'no DKIM record',
      'DKIM mail of harbour.example',
      'fail',
      ({ txt }) => delete txt['mail._domainkey.harbour.example'],
    ],
    [
      'the key of another',
      'DKIM mail of harbour.example',
      'fail',
      ({ txt }) => txt['mail._domainkey.harbour.example']!.splice(0, 1, 'v=DKIM1; k=ed25519; p=AAAA'),
    ],
    ['no DMARC', 'DMARC of harbour.example', 'fail', ({ txt }) => delete txt['_dmarc.harbour.example']],
    [
      'DMARC that only watches',
      'DMARC of harbour.example',
      'warn',
      ({ txt }) => txt['_dmarc.harbour.example']!.splice(0, 1, 'v=DMARC1; p=none'),
    ],
    ['no MX', 'MX of harbour.example', 'warn', ({ mx }) => delete mx['harbour.example']],
    ['no PTR', 'PTR of smtp.relay.example', 'warn', ({ names }) => delete names['192.0.2.1']],
    [
      'a name that leads elsewhere',
      'PTR of smtp.relay.example',
      'warn',
      ({ addresses }) => addresses['out1.relay.example']!.splice(0, 1, '192.0.2.9'),
    ],
    [
      'a server that is nowhere',
      'PTR of smtp.relay.example',
      'fail',
      ({ addresses }) => delete addresses['smtp.relay.example'],
    ],
    ['a public side that is not reached', 'HTTPS', 'fail', (world) => Object.assign(world, { status: 502 })],
  ]
  it.each(broken)('says %s, and of nothing else', async (_what, check, state, breaks) => {
    const world = well()
    breaks(world)
    const states = await found(world)
    expect(states[check]).toBe(state)
    expect(Object.entries(states).filter(([name, each]) => name !== check && each !== 'ok')).toEqual([])
  })

  it('takes the DMARC record of a domain above', async () => {
    const states = await found(
      {
        ...well(),
        txt: { ...well().txt, 'news.harbour.example': ['v=spf1 -all'] },
        mx: { 'news.harbour.example': ['mx.example'] },
      },
      { LETHE_FROM: 'letters@news.harbour.example' },
    )
    expect(states['DMARC of news.harbour.example']).toBe('ok')
  })

  it('says when nothing speaks for the From domain', async () => {
    const config = readConfig(env)
    const findings = await examine({ ...config, returnPath: 'bounces.elsewhere.example' }, [], outside(well()))
    const state = (check: string) => findings.find((each) => each.check === check)?.state
    expect([state('DKIM of harbour.example'), state('DMARC of harbour.example')]).toEqual(['warn', 'fail'])
    expect(state('MX of bounces.elsewhere.example')).toBe('fail')
  })

  it('warns of a link host elsewhere, and of a proxy whose log it cannot see', async () => {
    const states = await found(well(), {
      LETHE_PUBLIC_URL: 'https://t.elsewhere.example',
      LETHE_TRUST_PROXY: '10.0.0.0/8',
    })
    expect([states['link host'], states.logs]).toEqual(['warn', 'warn'])
  })

  it('asks nobody about the sender while no mail leaves', async () => {
    const states = await found(well(), { LETHE_SMTP: 'capture:', LETHE_PUBLIC_URL: 'http://127.0.0.1:8080' })
    expect(states).toEqual({ 'mail server': 'warn', links: 'warn', logs: 'ok' })
  })

  it('takes no answer for no good one', async () => {
    const away = async (): Promise<never> => {
      throw new Error('ETIMEOUT')
    }
    const nobody: Outside = { txt: away, mx: away, addresses: away, names: away, status: away }
    const findings = await examine({ ...readConfig(env), returnPath: null }, [key], nobody)
    expect(findings.filter(({ state }) => state === 'ok').map(({ check }) => check)).toEqual(['logs'])
    expect(findings.filter(({ state }) => state === 'unknown').length).toBeGreaterThan(4)
  })

  it('has a next step for whatever is not right', async () => {
    const world = well()
    for (const [, , , breaks] of broken) {
      try {
        breaks(world)
      } catch {
        // broken already by another
      }
    }
    const findings = await examine({ ...readConfig(env), returnPath: null }, [key], outside(world))
    for (const each of findings) if (each.state !== 'ok') expect(each.next, each.check).toBeTruthy()
  })
})
