import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openAtlas, placeOf } from '../../src/tracking/country.ts'
import { openReaders } from '../../src/tracking/index.ts'
import { corpus, corpusJson, figure, haveCorpora } from '../corpora.ts'

const readers = openReaders()
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'
const chrome = `${windows} Chrome/126.0.0.0 Safari/537.36`

/** The first address of a network; IPv4 as such, where a source writes it into IPv6. */
const normalOf = (network: string): string => network.split('/')[0]!.replace(/^::(?=\d+\.)/, '')

describe('the country of an address', () => {
  test('comes from the bundled database without any configuration', () => {
    expect(readers.place('8.8.8.8').country).toBe('US')
    expect(readers.place('2001:4860:4860::8888').country).toBe('US')
    expect(readers.place('193.136.1.1').country).toBe('PT')
    expect(readers.fault).toBeNull()
  })

  test('is null for what is nowhere', () => {
    for (const address of ['', '127.0.0.1', '10.1.2.3', '::1', 'fe80::1']) {
      expect(readers.place(address)).toEqual({ country: null, region: null })
    }
  })

  test('is null, and readiness can tell, when the database is missing or broken', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-geo-'))
    const garbage = join(folder, 'garbage.mmdb')
    writeFileSync(garbage, Buffer.alloc(5000, 'no database '))
    for (const geoFile of [join(folder, 'absent.mmdb'), garbage, folder]) {
      const broken = openReaders({ geoFile })
      expect(broken.place('8.8.8.8')).toEqual({ country: null, region: null })
      expect(broken.fault).toBe('geo_unreadable')
      expect(broken.client(chrome).browser).toBe('Chrome')
    }
  })

  test.runIf(haveCorpora)('is what the test databases say, with the region where they have one', () => {
    const city = openReaders({ geoFile: corpus('mmdb/test-data/GeoIP2-City-Test.mmdb') })
    expect(city.place('81.2.69.142')).toEqual({ country: 'GB', region: 'GB-ENG' })
    const country = openReaders({ geoFile: corpus('mmdb/test-data/GeoIP2-Country-Test.mmdb') })
    expect(country.place('81.2.69.142')).toEqual({ country: 'GB', region: null })
  })

  test.runIf(haveCorpora)('is what their sources say of every network, cut to country and region', () => {
    interface Placed {
      readonly country?: { readonly iso_code?: string }
      readonly subdivisions?: readonly { readonly iso_code?: string }[]
    }
    let agree = 0
    let total = 0
    const wrong: string[] = []
    for (const name of readdirSync(corpus('mmdb/source-data'))) {
      const file = corpus(`mmdb/test-data/${name.replace('.json', '.mmdb')}`)
      // Three networks of one source are in no database: of theirs only the cutting can be seen.
      const atlas = existsSync(file) ? openAtlas(file) : null
      expect(atlas?.fault ?? null).toBeNull()
      const source = corpusJson<readonly Readonly<Record<string, Placed>>[]>(`mmdb/source-data/${name}`)
      for (const [network, record] of source.flatMap((entry) => Object.entries(entry))) {
        const country = record.country?.iso_code ?? null
        const part = record.subdivisions?.[0]?.iso_code
        const region = country !== null && part !== undefined ? `${country}-${part}` : null
        const address = normalOf(network)
        const place = atlas ? atlas.place(address) : placeOf(record)
        total++
        if (place.country === country && place.region === region) agree++
        else wrong.push(`${name} ${network}: ${JSON.stringify(place)}, not ${country} ${region}`)
      }
    }
    figure('networks of the MaxMind sources', agree, total)
    expect(wrong).toEqual([])
    expect(total).toBeGreaterThanOrEqual(5073)
  })

  test.runIf(haveCorpora)('harms no request, whatever file is given', () => {
    const files = readdirSync(corpus('mmdb/test-data')).filter((name) => name.endsWith('.mmdb'))
    for (const name of files) {
      const odd = openReaders({ geoFile: corpus(`mmdb/test-data/${name}`) })
      for (const address of ['81.2.69.142', '1.1.1.32', '2001:218::1', '::', 'nonsense', '999.1.1.1', '']) {
        expect(Object.keys(odd.place(address))).toEqual(['country', 'region'])
      }
    }
  })
})

describe('the client behind a user agent', () => {
  test.each([
    [chrome, 'Chrome', 'Windows', 'desktop'],
    [`${chrome} Edg/126.0.0.0`, 'Edge', 'Windows', 'desktop'],
    ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox', 'Linux', 'desktop'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
      'Safari',
      'macOS',
      'desktop',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari',
      'iOS',
      'mobile',
    ],
    [
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
      'Chrome',
      'Android',
      'mobile',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.9.0', 'Thunderbird', 'Linux', 'desktop'],
  ])('%s', (userAgent, browser, os, device) => {
    expect(readers.client(userAgent)).toEqual({ browser, os, device })
  })

  test('is null rather than wrong for proxies, machines and text that says nothing', () => {
    for (const userAgent of [
      'RamblerMail/6.0 (incompatible; ImageProxy/6.0)',
      'Mozilla/5.0',
      '',
      'someone@example.org',
      'x'.repeat(100_000),
    ]) {
      expect(readers.client(userAgent)).toEqual({ browser: null, os: null, device: null })
    }
  })

  test('says only words of a short list, so that no header text gets through', () => {
    const words = new Set<string>()
    for (const name of ['Zephyrine', 'Chrome', 'ada@example.org']) {
      const { browser, os, device } = readers.client(
        `Mozilla/5.0 (${name}; ${name}) AppleWebKit/5 ${name}/1.0 Safari/5`,
      )
      for (const word of [browser, os, device]) if (word !== null) words.add(word)
    }
    for (const word of words) expect(['Chrome', 'Safari']).toContain(word)
  })

  test('is the same from the cache, over more agents than the cache remembers', () => {
    const small = openReaders({ remembered: 3 })
    const agents = Array.from({ length: 20 }, (_, n) => `${windows} Chrome/${100 + n}.0.0.0 Safari/537.36`)
    for (const userAgent of [...agents, ...agents, chrome, chrome])
      expect(small.client(userAgent).browser).toBe('Chrome')
  })
})
