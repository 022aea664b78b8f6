import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { type Agent, circumstanceRules, classify, openReaders, userAgentRules } from '../../src/tracking/index.ts'
import { corpusJson, corpusText, figure, haveCorpora, ratio } from '../corpora.ts'
import { evidence } from '../gate/scene.ts'

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'
const chrome = `${windows} Chrome/126.0.0.0 Safari/537.36`
const gmail = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const isMachine = (userAgent: string): boolean => !['person', 'unknown'].includes(classify(userAgent))

describe('the rules', () => {
  test('have an id of their own and a reason each', () => {
    const all = [...userAgentRules, ...circumstanceRules]
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    for (const { id, reason } of all) expect([id, reason.length > 20]).toEqual([id, true])
  })

  test('take no longer for a hostile text', () => {
    // Every pattern runs over what a stranger sends: none may do more than walk along it a few times.
    for (const part of ['a', ' ', '-', '(', 'a@', 'a.', 'compatible; ', 'Mozilla/5.0 ', 'at ', '\\', '[', 'links ']) {
      const text = part.repeat(512).slice(0, 512)
      const started = process.cpuUsage()
      for (let round = 0; round < 20; round++) classify(`${text}!`)
      const { user } = process.cpuUsage(started)
      expect([part, user < 2_000_000]).toEqual([part, true])
    }
  })
})

describe('the class of a user agent', () => {
  test.each<[string, Agent]>([
    ['Mozilla/5.0', 'prefetch'],
    ['Mozilla/5.0 AppleWebKit/605.1.15 (KHTML, like Gecko)', 'unknown'],
    [gmail, 'proxy'],
    ['YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html', 'proxy'],
    ['RamblerMail/6.0 (incompatible; ImageProxy/6.0)', 'proxy'],
    ['Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b', 'scanner'],
    ['Barracuda Sentinel (EE)', 'scanner'],
    ['curl/8.5.0', 'scanner'],
    ['SomeCompany-LinkVerifier/2', 'scanner'],
    [`${chrome} (compatible; Acme Mail Guard; +https://acme.example/guard)`, 'scanner'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'scanner'],
    ['', 'scanner'],
    ['Mozilla/4.0 (compatible; ms-office; MSOffice 16)', 'person'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.9.0', 'person'],
    ['Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)', 'person'],
    [
      'Mozilla/5.0 (Linux; Android 8.0.0; CUBOT_P20) AppleWebKit/537.36 Chrome/70.0.3538.110 Mobile Safari/537.36',
      'person',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36', 'person'],
    [chrome, 'person'],
    ['Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1.20348.1', 'scanner'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) wkhtmltopdf Safari/538.1', 'scanner'],
    ['Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/22.0.0', 'scanner'],
    ['Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) HappyDOM/12.0.0', 'scanner'],
    ['Symfony BrowserKit', 'scanner'],
    ['Offline Explorer/6.9', 'scanner'],
    ['Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 2.0.50727.9151)', 'scanner'],
    ['Acme Update (Windows; U; 64bit)', 'scanner'],
    ['Microsoft Windows Network Diagnostics', 'scanner'],
    ['GetRight/6.5', 'scanner'],
    [
      'Mozilla/5.0 (Linux; Android 6.0; Acme Discovery 3 Build/MRA58K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.91 Mobile Safari/537.36',
      'person',
    ],
    ['Mozilla/4.5 (compatible; iCab 3.0.5; Macintosh; U; PPC)', 'person'],
    ['Mozilla/4.0 (compatible; Dillo 2.2)', 'person'],
    ['Dillo/3.1.0', 'person'],
    ['NetSurf/3.10 (Linux)', 'person'],
    ['Mozilla/5.0 (X11; Linux x86_64) NetSurf/3.10', 'person'],
    ['Sylpheed 3.8.0beta1 (GTK+ 2.24.33; x86_64-pc-linux-gnu)', 'person'],
    ['Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; SpamBlockerUtility 4.8.0; GetRight 6.5)', 'person'],
    ['Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; EmbeddedWB 14.5 from: http://www.bsalsa.com/; x)', 'person'],
  ])('%s is a %s', (userAgent, agent) => {
    expect(classify(userAgent)).toBe(agent)
  })
})

describe('what surrounds a hit', () => {
  const readers = (sinceDelivery: number | null = null) => openReaders({ sinceDelivery: () => sinceDelivery })
  const agent = (
    of: ReturnType<typeof readers>,
    given: {
      kind?: 'open' | 'click'
      address?: string
      userAgent?: string
      method?: string
      prefetch?: boolean
      message?: string
      link?: number
      at?: number
    },
  ) => {
    const { kind = 'click', message = newId(), link = kind === 'click' ? 1 : 0, ...rest } = given
    return of.agent({ ...evidence, userAgent: chrome, ...rest }, { kind, message, link, shared: false })
  }

  test('makes a HEAD a scanner, whatever it calls itself', () => {
    expect(agent(readers(), { method: 'HEAD' })).toBe('scanner')
  })

  test('makes a prefetch of what a browser says it fetches ahead, and blames no reader for it', () => {
    const of = readers()
    const message = newId()
    const ahead = [1, 2, 3, 4].map((link) => agent(of, { message, link, prefetch: true }))
    expect(ahead).toEqual(['prefetch', 'prefetch', 'prefetch', 'prefetch'])
    expect(agent(of, { message, link: 2, at: evidence.at + 1000 })).toBe('person')
    expect(agent(of, { kind: 'open', prefetch: true })).toBe('prefetch')
    expect(agent(of, { method: 'HEAD', prefetch: true })).not.toBe('person')
  })

  test("from Microsoft is a scanner's click, and may be a reader's picture", () => {
    for (const address of ['40.94.16.7', '40.107.235.9', '2603:1000::7']) {
      expect(agent(readers(), { address })).toBe('scanner')
      expect(agent(readers(), { address, kind: 'open' })).toBe('person')
      expect(agent(readers(), { address, kind: 'open', userAgent: 'Mozilla/5.0' })).toBe('proxy')
    }
  })

  test('never makes a scanner of a proxy or of a prefetch', () => {
    for (const [userAgent, expected] of [
      ['Mozilla/5.0', 'prefetch'],
      [gmail, 'proxy'],
    ] as const) {
      for (const address of ['34.120.0.1', '3.120.0.1', '172.225.1.1', '162.142.125.3']) {
        const of = readers(500)
        expect(agent(of, { userAgent, address, kind: 'open' })).toBe(expected)
      }
    }
  })

  test('weighs hints, none of which decides alone', () => {
    expect(agent(readers(), { address: '3.120.0.1' })).toBe('person')
    expect(agent(readers(3000), {})).toBe('person')
    expect(agent(readers(30_000), { address: '3.120.0.1' })).toBe('person')
    expect(agent(readers(3000), { address: '3.120.0.1' })).toBe('unknown')
  })

  test('calls three links of one mail within seconds a scanner, and two hours a reader', () => {
    const of = readers()
    const message = newId()
    const at = (link: number, seconds: number) => agent(of, { message, link, at: evidence.at + seconds * 1000 })
    expect([at(1, 0), at(2, 3), at(3, 6), at(4, 8)]).toEqual(['person', 'person', 'scanner', 'scanner'])
    expect([at(1, 7200), at(2, 7230), at(3, 7260)]).toEqual(['person', 'person', 'person'])
    expect(at(3, 7261)).toBe('person')
  })

  test('doubts who repeats a click from elsewhere at once', () => {
    const of = readers()
    const message = newId()
    const first = agent(of, { message, address: '198.51.100.7' })
    const second = agent(of, { message, address: '203.0.113.77', at: evidence.at + 12_000 })
    const third = agent(of, { message: newId(), address: '203.0.113.77' })
    expect([first, second, third]).toEqual(['person', 'person', 'person'])
    const late = readers(9000)
    agent(late, { message, address: '198.51.100.7' })
    expect(agent(late, { message, address: '203.0.113.77', at: evidence.at + 12_000 })).toBe('unknown')
  })
})

const listed = (path: string): readonly string[] =>
  corpusText(path)
    .split('\n')
    .flatMap((line) => /^ {2}- (.*)$/.exec(line)?.[1] ?? [])
    .map(unquoted)

function unquoted(text: string): string {
  const bare = text.trim()
  if (bare.startsWith("'")) return bare.slice(1, bare.lastIndexOf("'")).replaceAll("''", "'")
  return bare.startsWith('"') ? String(JSON.parse(bare.slice(0, bare.lastIndexOf('"') + 1))) : bare
}

function parsed(): readonly { readonly userAgent: string; readonly family: string }[] {
  const text = corpusText('ua/uap-core/test_ua.yaml')
  return [...text.matchAll(/- user_agent_string: (.*)\n(?:\s*#.*\n)*\s+family: (.*)/g)].map(([, agent, family]) => ({
    userAgent: unquoted(agent!),
    family: unquoted(family!),
  }))
}

// By the families that uap-core itself gives: what no one could read a mail with.
const machineFamily =
  /bot|crawl|spider|slurp|scan|scrap|monitor|synthetic|index|fetch|headless|phantomjs|archiv|inspection|preview|gomez|zyborg|httrack|rival|catchpoint|proxy|nutch|daumoa|mediapartners|vagabondo|qwantify|lycos|clumboot|goodzer|genieo|kraken|paxle|peew|infohelfer|infuz|charlotte|webthumb|webcrunch|pathdefender|yahooseeker|holmes|ichiro|^008$|thumbshots|baidumobaider|wise|steeler|java-client|urllib|sniffer|nextcloud|qgis|web preview/i

// isbot files these under browsers because its pattern does not find them; what they are, they say themselves.
const misfiled =
  /Google Web Preview|Slurp|Lucidworks|Laravel Reaver|kendra|^MyLib|^pinterest\/0|Amzn-User|PG_SLEEP|<\?=|GTmetrix|Miniature\.io/

interface Sets {
  readonly machines: readonly string[]
  readonly people: readonly string[]
}

function corpora(): Sets {
  type Known = readonly { readonly instances: readonly string[] }[]
  type Listed = readonly { readonly instances: { readonly accepted: readonly string[] } }[]
  const known = corpusJson<Known>('ua/bots/monperrus-crawler-user-agents.json').flatMap(({ instances }) => instances)
  const more = corpusJson<Listed>('ua/bots/arcjet-well-known-bots.json').flatMap(({ instances }) => instances.accepted)
  const families = parsed()
  const browsers = families.filter(
    ({ userAgent, family }) => /^Mozilla|^Opera/.test(userAgent) && !machineFamily.test(family),
  )
  const robots = families.filter(({ family }) => /bot\b|crawl|spider/i.test(family)).map(({ userAgent }) => userAgent)
  const people = [...listed('ua/isbot/browsers.yml'), ...browsers.map(({ userAgent }) => userAgent)]
  return {
    machines: [...new Set([...listed('ua/isbot/crawlers.yml'), ...known, ...more, ...robots])],
    people: [...new Set(people)],
  }
}

describe.runIf(haveCorpora)('the corpora', () => {
  test('of uap-core, isbot and bots together are told apart', () => {
    const { machines, people } = corpora()
    const recall = figure('machines found by user agent', machines.filter(isMachine).length, machines.length)
    const wrong = people.filter(isMachine)
    figure('people taken for machines, misfiled ones included', wrong.length, people.length)
    const right = people.filter((each) => !misfiled.test(each))
    const mistaken = right.filter(isMachine)
    figure('people taken for machines', mistaken.length, right.length)
    expect(recall).toBeGreaterThan(0.98)
    expect(ratio(wrong.length, people.length)).toBeLessThan(0.02)
    expect([ratio(mistaken.length, right.length) <= 0.005, mistaken]).toEqual([true, mistaken])
  })

  test('are told apart as well in the half that the words were not chosen from', () => {
    // By a hash of the text. The words of the tables come from the other half, and from what the two have in common.
    const kept = (text: string) => (createHash('sha1').update(text).digest()[0]! & 1) === 1
    const { machines, people } = corpora()
    const [hidden, seen] = [machines.filter(kept), machines.filter((each) => !kept(each))]
    figure('machines found, half looked at', seen.filter(isMachine).length, seen.length)
    const recall = figure('machines found, half held out', hidden.filter(isMachine).length, hidden.length)
    const right = people.filter((each) => kept(each) && !misfiled.test(each))
    const wrong = figure('people taken for machines, half held out', right.filter(isMachine).length, right.length)
    expect(recall).toBeGreaterThan(0.975)
    expect(wrong).toBeLessThanOrEqual(0.007)
  })

  test('of what was observed in the wild are right, or unknown where only timing can tell', () => {
    interface Observed {
      readonly who: string
      readonly ua: string
      readonly expect: string
    }
    const { rows } = corpusJson<{ readonly rows: readonly Observed[] }>('ua/observed-in-issues.json')
    const right = rows.filter(({ ua, expect: said }) => {
      const agent = classify(ua.replace(' (bare or stripped WebKit)', '').replace('(various)', ''))
      if (/only IP|UA alone cannot tell/.test(said)) return agent === 'person' || agent === 'unknown'
      if (/image proxy/.test(said)) return agent === 'proxy'
      if (/not a bot crawler|delivery-window/.test(said)) return agent === 'prefetch' || agent === 'unknown'
      if (/Microsoft-owned/.test(said)) {
        const microsoft = { ...evidence, address: '40.94.16.7', userAgent: chrome }
        const [open, click] = (['open', 'click'] as const).map((kind) =>
          openReaders().agent(microsoft, { kind, message: newId(), link: 1, shared: false }),
        )
        return open !== 'scanner' && click === 'scanner'
      }
      return agent === 'scanner'
    })
    expect(figure('observed in issues', right.length, rows.length)).toBe(1)
  })
})
