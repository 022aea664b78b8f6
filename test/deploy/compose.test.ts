import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { readConfig, roles } from '../../src/main/config.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { compose, isSecret, isVariable, read, type Service } from './manifests.ts'

const files = [['docker-compose.yml'], ['examples', 'compose', 'simple.yml']] as const
const isLethe = ({ image }: Service): boolean => image.startsWith('lethe:')
const policy = loadPolicy(join(packageRoot(), 'examples', 'compose', 'policy.yaml'))

const secrets = {
  LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  LETHE_API_KEY: '0123456789abcdef0123456789abcdef',
  QUEUE_PASSWORD: 'queue-secret',
  STORE_PASSWORD: 'store-secret',
}
/** As compose would: a value from the environment, or the default behind `:-`. */
const filled = (text: string): string =>
  String(text).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, how: string, rest: string) =>
    name in secrets ? String(Reflect.get(secrets, name)) : how === '-' ? rest : '',
  )
const volumeOf = (mount: string): string => mount.split(':')[0]!

describe.each(files.map((path) => ({ path, name: path.at(-1)!, file: compose(...path) })))(
  '$name',
  ({ path, file }) => {
    const services = Object.entries(file.services)
    const ours = services.filter(([, service]) => isLethe(service))

    it('runs every role once, and gives each settings that it can start with', () => {
      const running = ours.flatMap(([, { command }]) => {
        const words = [command ?? []].flat()
        const at = words.indexOf('--roles')
        return at >= 0 ? (words[at + 1] ?? '').split(',') : words.includes('migrate') ? [] : [...roles]
      })
      expect(running.sort()).toEqual([...roles].sort())
      for (const [name, { environment = {} }] of ours) {
        expect(
          Object.keys(environment).filter((each) => !isVariable(each)),
          name,
        ).toEqual([])
        const env = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)]))
        expect(readConfig({ ...env, LETHE_DATA: '/data' }).policy, name).toBe('/policy/policy.yaml')
      }
    })

    it('holds no secret and no default for one', () => {
      for (const [name, { environment = {} }] of services) {
        for (const [key, value] of Object.entries(environment).filter(([each]) => isSecret(each))) {
          // A setting of a mail server without a password is none.
          if (key === 'LETHE_SMTP' && /^\$\{LETHE_SMTP:-(capture:|smtp:\/\/127\.0\.0\.1:1025)\}$/.test(value)) continue
          expect(value, `${name}.${key}`).toMatch(/\$\{\w+:\?[^}]+\}/)
          expect(value, `${name}.${key}`).not.toMatch(/:-/)
        }
      }
      for (const [, name = ''] of read(...path).matchAll(/\$\{(\w*(?:PASSWORD|KEYS?))(?!\w|:\?)/g))
        expect(name).toBe('')
    })

    it('runs without rights that it does not need, and writes to volumes alone', () => {
      for (const [name, { read_only, cap_drop, security_opt, stop_grace_period, ...service }] of services) {
        expect({ read_only, cap_drop, security_opt }, name).toEqual({
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
        })
        if (isLethe({ ...service })) expect(stop_grace_period, name).toBe('60s')
        const mounts = (service.volumes ?? []).map(volumeOf).filter((each) => !each.startsWith('.'))
        for (const mount of mounts) expect(Object.keys(file.volumes), `${name}: ${mount}`).toContain(mount)
      }
      const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map(volumeOf))
      expect(Object.keys(file.volumes).filter((each) => !mounted.includes(each))).toEqual([])
    })

    it('publishes ports on loopback only, and such as Lethe serves', () => {
      const exposed = /^EXPOSE (.*)$/m.exec(read('Dockerfile'))?.[1]?.split(' ')
      for (const [name, { ports = [] }] of services) {
        for (const port of ports) {
          expect(port, name).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
          expect([...(exposed ?? []), '8025'], name).toContain(port.split(':').at(-1))
        }
      }
    })

    it.runIf(spawnSync('docker-compose', ['version']).status === 0)(
      'is a file that compose reads, and only with its secrets',
      () => {
        const words = ['--project-directory', packageRoot(), '-f', join(packageRoot(), ...path), 'config', '-q']
        const env = { PATH: process.env.PATH, HOME: '/nonexistent' }
        const good = spawnSync('docker-compose', words, { env: { ...env, ...secrets }, encoding: 'utf8' })
        expect([good.status, good.stderr]).toEqual([0, ''])
        expect(spawnSync('docker-compose', words, { env, encoding: 'utf8' }).status).not.toBe(0)
      },
    )
  },
)

describe('the composed shape', () => {
  const { services } = compose('docker-compose.yml')

  it('keeps keys apart from the store, and gives a tracker neither', () => {
    const stored = Object.entries(services).filter(([, { environment }]) => environment?.LETHE_STORE)
    expect(stored.map(([name]) => name).sort()).toEqual(['api', 'migrate', 'record', 'send', 'upkeep'])
    for (const [name, { volumes = [] }] of stored) expect(volumes.map(volumeOf), name).toContain('keys')
    const { environment, volumes = [] } = services.tracker!
    expect([environment?.LETHE_STORE, volumes.map(volumeOf).includes('keys')]).toEqual([undefined, false])
    expect(services.store?.volumes?.map(volumeOf)).toEqual(['store'])
  })

  it('waits for engines that are healthy and for the schema, and asks each engine how it is', () => {
    for (const [name, { depends_on, command }] of Object.entries(services).filter(([, each]) => isLethe(each))) {
      for (const engine of name === 'tracker' ? ['queue'] : ['queue', 'store']) {
        expect(depends_on?.[engine]?.condition, `${name} after ${engine}`).toBe('service_healthy')
      }
      if (![command].flat().includes('migrate')) {
        expect(depends_on?.migrate?.condition, name).toBe('service_completed_successfully')
      }
    }
    for (const engine of ['queue', 'store']) expect(services[engine]?.healthcheck?.test, engine).toBeTruthy()
  })

  it('talks to no host that its policy does not name', () => {
    const declared = policy.processors.flatMap(({ hosts }) => hosts)
    const urls = Object.values(services).flatMap(({ environment = {} }) =>
      ['LETHE_STORE', 'LETHE_QUEUE', 'LETHE_SMTP'].flatMap((name) => environment[name] ?? []),
    )
    const hosts = urls.map((url) => URL.parse(filled(url))?.hostname ?? '').filter((host) => !host.startsWith('127.'))
    expect([...new Set(hosts)].sort()).toEqual([...declared].sort())
    for (const host of new Set(hosts)) expect(Object.keys(services)).toContain(host)
  })

  it('keeps what the queue was told: written through, never evicted, and readable by a search', () => {
    for (const words of [
      '--appendonly yes',
      '--appendfsync always',
      '--maxmemory-policy noeviction',
      '--rdbcompression no',
    ])
      expect(services.queue?.command).toContain(words)
  })
})
