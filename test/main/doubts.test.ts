import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { doubts } from '../../src/main/doubts.ts'

const told = (env: Readonly<Record<string, string>>) => doubts(env).map(({ code, next }) => `${code}: ${next}`)
const sourceOf = (path: string): string => readFileSync(join(packageRoot(), path), 'utf8')

describe('a setting that nobody reads', () => {
  test.each([
    ['LETHE_SMPT', 'Did you mean LETHE_SMTP?'],
    ['LETHE_PUBLICURL', 'Did you mean LETHE_PUBLIC_URL?'],
    ['LETHE_SURPRISE', 'Leave it out; README.md names every setting.'],
  ])('is told: %s', (name, next) => {
    expect(told({ [name]: 'x' })).toEqual([`setting_unknown: ${next}`])
  })

  test('is none of a purpose, of Kubernetes, of the suites, of another program, or empty', () => {
    const links = { LETHE_API_SERVICE_HOST: '10.0.0.1', LETHE_API_PORT: 'tcp://x', LETHE_API_PORT_8081_TCP: 'tcp://x' }
    const others = { LETHE_REQUIRE_REDIS: '1', LETHE_TEST_SHAPE: 'x', SMPT: 'x', LETHE_SMPT: ' ' }
    expect(
      told({ LETHE_FROM_CAMPAIGN: 'a@x.example', LETHE_REPLY_TO_DELIVER: 'a@x.example', ...links, ...others }),
    ).toEqual([])
  })

  test('is none that the sources read, and none of the README', () => {
    const files = readdirSync(join(packageRoot(), 'src/main')).filter((name) => name.endsWith('.ts'))
    const read = files.flatMap((name) => [...sourceOf(`src/main/${name}`).matchAll(/value\('(LETHE_\w+)'\)/g)])
    const table = [...sourceOf('README.md').matchAll(/^\| .*?\|/gm)].flatMap(([cell]) => [
      ...cell.matchAll(/`(LETHE_\w+)`/g),
    ])
    const names = new Set([...read, ...table].map(([, name]) => name!))
    expect(names.size).toBeGreaterThan(30)
    expect(told(Object.fromEntries([...names].map((name) => [name, 'x'])))).toEqual([])
  })
})

describe('links that lead to where no tracker listens', () => {
  const elsewhere = 'public_url_elsewhere: Set LETHE_PUBLIC_URL to the address that readers reach it at.'

  test.each(['127.0.0.1:18290', '0.0.0.0:80', '192.0.2.1:8080', '[::1]:0'])(
    'are told, with the tracker on %s',
    (tracker) => {
      expect(told({ LETHE_TRACKER: tracker })).toEqual([elsewhere])
      expect(told({ LETHE_TRACKER: tracker, LETHE_PUBLIC_URL: 'https://mail.example.org' })).toEqual([])
    },
  )

  test.each(['127.0.0.1:8080', '0.0.0.0:8080', '[::]:8080', 'nowhere'])(
    'are none with the tracker on %s',
    (tracker) => {
      expect(told({ LETHE_TRACKER: tracker })).toEqual([])
    },
  )
})
