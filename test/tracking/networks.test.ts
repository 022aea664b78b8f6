import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { BlockList, isIP, SocketAddress } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { type NetworkKind, putNetworkSet, readNetworks } from '../../src/tracking/index.ts'
import { wordsOf } from '../../src/tracking/networks/address.ts'
import { openNetworks } from '../../src/tracking/networks/open.ts'
import { corpusText, figure, haveCorpora } from '../corpora.ts'

const today = '2026-11-22'
const read = (text: string, kind?: NetworkKind) => readNetworks(text, { today, ...(kind ? { kind } : {}) })
const fileIn = (): string => join(mkdtempSync(join(tmpdir(), 'lethe-networks-')), 'networks.json')

/** What an update with this text makes of addresses. */
function updatedWith(text: string, kind?: NetworkKind) {
  const path = fileIn()
  putNetworkSet(path, read(text, kind))
  return openNetworks(path)
}

test('an address is read as Node reads it, whatever text it is', () => {
  // A fixed sequence, so that a failure can be seen again.
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const pieces = ['0', '1', 'ff', 'FFFF', 'abcd', '12345', 'g', '', '255', '256', '01', '10.0.0.1', '1.2.3']
  const joints = [':', ':', ':', '::', '.', ':::']
  let good = 0
  for (let round = 0; round < 60_000; round++) {
    let text = random(5) === 0 ? '::' : ''
    const length = 1 + random(9)
    for (let n = 0; n < length; n++) {
      text += pieces[random(pieces.length)]! + (n < length - 1 ? joints[random(random(2) ? 3 : 6)]! : '')
    }
    if (random(6) === 0) text = Array.from({ length: 4 }, () => String(random(280))).join('.')
    const words = wordsOf(text)
    expect([text, words !== null]).toEqual([text, isIP(text) !== 0])
    if (words === null) continue
    good++
    const spelled =
      words.length === 1
        ? [24, 16, 8, 0].map((shift) => (words[0]! >>> shift) & 255).join('.')
        : words.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':')
    const normal = (each: string) =>
      new SocketAddress({ address: each, family: isIP(each) === 4 ? 'ipv4' : 'ipv6' }).address.replace(
        /^::ffff:(?=\d+\.)/,
        '',
      )
    expect(normal(spelled)).toBe(normal(text))
  }
  expect(good).toBeGreaterThan(3000)
})

describe('the networks that are shipped', () => {
  const { kindOf, sets } = openNetworks()

  test.each<[string, NetworkKind | null]>([
    ['172.225.9.9', 'relay'],
    ['2a02:26f7::9', 'relay'],
    ['66.249.84.1', 'image-proxy'],
    ['40.94.16.7', 'microsoft'],
    ['40.107.235.4', 'microsoft'],
    ['2a01:111:f400::25', 'microsoft'],
    ['148.163.130.1', 'scanner'],
    ['35.190.0.1', 'cloud'],
    ['::ffff:172.225.9.9', 'relay'],
    ['198.51.100.7', null],
    ['2001:db8::7', null],
    ['', null],
    ['nonsense', null],
    ['999.1.1.1', null],
    ['1.2.3.4.5', null],
  ])('know %s as %s', (address, kind) => {
    expect(kindOf(address)).toBe(kind)
  })

  test('say of which day they are', () => {
    for (const { date } of sets) expect(date).toMatch(/^20\d\d-\d\d-\d\d$/)
  })

  test.runIf(haveCorpora)('cover what Apple publishes', () => {
    const listed = ['ip/icloud-relay-ipv4.txt', 'ip/icloud-relay-ipv6.txt'].flatMap((path) => lines(corpusText(path)))
    const found = listed.filter((range) => kindOf(range.split('/')[0]!) === 'relay')
    expect(figure('relay ranges, shipped', found.length, listed.length)).toBeGreaterThan(0.999)
  })
})

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => /^[\da-f]/i.test(line))

describe("an owner's file", () => {
  test.each<[string, string, string, string, string]>([
    [
      "Apple's, with its places",
      '172.224.226.0/27,GB,GB-EN,London,\n2a02:26f7:b3c0::/64,FR,FR-IDF,Paris,\n',
      '172.224.226.9',
      'apple-private-relay relay',
      today,
    ],
    [
      "Google's",
      JSON.stringify({
        syncToken: '1',
        creationTime: '2026-10-30T12:00:03.7',
        prefixes: [{ ipv4Prefix: '198.51.100.0/24' }, { ipv6Prefix: '2001:db8::/32', service: 'x' }],
      }),
      '2001:db8::9',
      'google-cloud cloud',
      '2026-10-30',
    ],
    [
      "Amazon's",
      JSON.stringify({
        createDate: '2026-11-02-10-03-12',
        prefixes: [{ ip_prefix: '198.51.100.0/24', region: 'x' }],
        ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/32' }],
      }),
      '198.51.100.9',
      'amazon cloud',
      '2026-11-02',
    ],
    [
      "Azure's tags",
      JSON.stringify({ changeNumber: 1, values: [{ properties: { addressPrefixes: ['198.51.100.0/24'] } }] }),
      '198.51.100.9',
      'microsoft microsoft',
      today,
    ],
    [
      "Microsoft 365's",
      JSON.stringify([
        { id: 1, serviceArea: 'Exchange', ips: ['198.51.100.0/24'] },
        { id: 2, serviceArea: 'X' },
      ]),
      '198.51.100.9',
      'microsoft-365 microsoft',
      today,
    ],
  ])('%s is read as it is published', (_, text, address, what, date) => {
    const set = read(text)
    expect([`${set.name} ${set.kind}`, set.date]).toEqual([what, date])
    expect(updatedWith(text).kindOf(address)).toBe(set.kind)
  })

  test.each<[string, string, string]>([
    ['nothing', '# only a comment\n', 'networks_malformed'],
    ['a sentence', 'this is no list\n', 'networks_malformed'],
    ['host bits', '198.51.100.7/24\n', 'networks_malformed'],
    ['a prefix too long', '198.51.100.0/33\n', 'networks_malformed'],
    ['half of a file', '{"prefixes": [{"ipv4Prefix": "198.51', 'networks_malformed'],
    ['another JSON', '{"users": [1, 2]}', 'networks_malformed'],
    ['everything', '0.0.0.0/0\n', 'networks_malformed'],
    ['everything, version 6', '::/0\n', 'networks_malformed'],
  ])('with %s is refused whole', (_, text, code) => {
    expect(() => read(text, 'cloud')).toThrow(expect.objectContaining({ code }))
  })

  test('names the entry that is wrong, and quotes nothing', () => {
    const text = '198.51.100.0/24\n# a comment\n\nada@example.org\n'
    expect(() => read(text, 'cloud')).toThrow(/^Entry 4 of the file is no CIDR range\.$/)
  })

  test('of a plain list wants to be told what it is of', () => {
    expect(() => read('198.51.100.0/24\n')).toThrow(expect.objectContaining({ code: 'networks_kind_missing' }))
  })

  test.runIf(haveCorpora)('of thousands of ranges answers for each of them, and for nothing beside', () => {
    const files: readonly (readonly [string, NetworkKind])[] = [
      ['ip/icloud-relay-ipv4.txt', 'relay'],
      ['ip/icloud-relay-ipv6.txt', 'relay'],
      ['ip/microsoft-ipv4.txt', 'microsoft'],
      ['ip/amazon-ipv4.txt', 'cloud'],
      ['ip/amazon-ipv6.txt', 'cloud'],
      ['ip/misp/censys-scanning.json', 'scanner'],
    ]
    let agree = 0
    let total = 0
    for (const [path, kind] of files) {
      const text = corpusText(path)
      const { kindOf } = updatedWith(text, kind)
      const ranges = text.startsWith('{') ? (JSON.parse(text) as { list: string[] }).list : lines(text)
      // Node's own list as the other opinion, asked beside each range as well.
      const oracle = new BlockList()
      for (const range of ranges) {
        const [address, bits] = range.split('/')
        oracle.addSubnet(
          address!,
          Number(bits ?? (address!.includes(':') ? 128 : 32)),
          address!.includes(':') ? 'ipv6' : 'ipv4',
        )
      }
      for (const range of ranges.filter((_, index) => index % 9 === 0)) {
        const first = range.split('/')[0]!
        const six = first.includes(':')
        const beside = six ? first.replace(/^[^:]+/, '2001') : first.replace(/^\d+/, '198')
        for (const address of [first, beside]) {
          total++
          const listed = oracle.check(address, six ? 'ipv6' : 'ipv4')
          // An address beside may be of another kind that is shipped.
          if (listed ? kindOf(address) !== null : kindOf(address) === openNetworks().kindOf(address)) agree++
        }
      }
    }
    expect(figure('addresses in and beside owners’ ranges', agree, total)).toBe(1)
  })
})

describe('an update', () => {
  test('is taken up at the next look, and leaves what was when it is broken', () => {
    const path = fileIn()
    const networks = openNetworks(path)
    expect(networks.kindOf('198.51.100.9')).toBeNull()
    putNetworkSet(path, read('198.51.100.0/24\n', 'scanner'))
    networks.refresh()
    expect([networks.kindOf('198.51.100.9'), networks.fault]).toEqual(['scanner', null])
    writeFileSync(path, '{"version":1,"sets":[{"name":"x"}]}')
    networks.refresh()
    expect([networks.kindOf('198.51.100.9'), networks.fault]).toEqual(['scanner', 'networks_unreadable'])
    expect(openNetworks(path).fault).toBe('networks_unreadable')
  })

  test('takes the place of the set of its name, and of no other', () => {
    const path = fileIn()
    putNetworkSet(path, read('198.51.100.0/24\n', 'scanner'))
    putNetworkSet(path, read('203.0.113.0/24\n', 'cloud'))
    putNetworkSet(path, read('192.0.2.0/24\n', 'scanner'))
    const { kindOf, sets } = openNetworks(path)
    expect([kindOf('198.51.100.9'), kindOf('203.0.113.9'), kindOf('192.0.2.9')]).toEqual([null, 'cloud', 'scanner'])
    expect(sets.filter(({ name }) => name === 'list-scanner').length).toBe(1)
  })

  test('comes from the command line, beside nothing that runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-data-'))
    const list = join(folder, 'list.txt')
    writeFileSync(list, '198.51.100.0/24\n203.0.113.0/24\n')
    const said: string[] = []
    const terminal = { out: (text: string) => void said.push(text), err: (text: string) => void said.push(text) }
    const before = process.env.LETHE_DATA
    process.env.LETHE_DATA = join(folder, 'data')
    const run = (...words: string[]) => main(words, { ...terminal, input: process.stdin, interactive: false })
    try {
      expect(await run('data', 'update', '--from', list)).toBe(1)
      expect(said.pop()).toContain('networks_kind_missing')
      expect(await run('data', 'update', '--from', list, '--kind', 'moon')).toBe(1)
      expect(said.pop()).toContain('networks_kind_unknown')
      expect(await run('data', 'update', '--from', join(folder, 'absent'))).toBe(1)
      expect(await run('data', 'update')).toBe(2)
      expect(await run('data', 'update', '--from', list, '--date', '2026-02-30')).toBe(2)
      expect(await run('data', 'update', '--from', list, '--kind', 'scanner', '--date', '2026-10-01', '--json')).toBe(0)
      const line = { name: 'list-scanner', kind: 'scanner', date: '2026-10-01', from: 'updated', ranges: 2 }
      expect(JSON.parse(said.pop()!)).toEqual(line)
      expect(await run('data', 'list', '--json')).toBe(0)
      expect(JSON.parse(said.pop()!).networks).toContainEqual(line)
    } finally {
      if (before === undefined) delete process.env.LETHE_DATA
      else process.env.LETHE_DATA = before
    }
    expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('new'))).toEqual([])
    expect(statSync(join(folder, 'data', 'networks.json')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'data', 'networks.json'), 'utf8')).toContain('198.51.100.0-198.51.100.255')
  })
})
