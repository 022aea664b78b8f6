import { describe, expect, it } from 'vitest'
import { domainOf, parseAddress } from '../../src/base/index.ts'
import { corpusText, figure, haveCorpora } from '../corpora.ts'

describe('an address', () => {
  it.each([
    ['plain', 'ada@x.example', 'ada@x.example'],
    ['with a tag', 'ada+news@x.example', 'ada+news@x.example'],
    ['with an apostrophe', "o'hara@x.example", "o'hara@x.example"],
    ['in letters of its own script', 'зоя@пример.example', 'зоя@xn--e1afmkfd.example'],
    ['with a domain in capitals and full-width letters', 'ada@Ｘ.EXAMPLE', 'ada@x.example'],
    ['with the ideographic full stop', 'ada@x。example', 'ada@x.example'],
  ])('%s is one mailbox', (_what, text, wire) => {
    expect(parseAddress(text)?.text).toBe(wire)
  })

  it('is the same person in any case and in either composition of its letters', () => {
    const [a, b] = [parseAddress('ZO\u00cb@X.example'), parseAddress('zoe\u0308@x.example')]
    expect(a?.normal).toBe(b?.normal)
    expect(a?.text, 'what goes out keeps the spelling of the owner').toBe('ZO\u00cb@x.example')
  })

  it.each([
    ['nothing', ''],
    ['no local part', '@x.example'],
    ['no domain', 'ada@'],
    ['a host of this network', 'ada@localhost'],
    ['a number', 'ada@192.0.2.1'],
    ['a number in disguise', 'ada@0x7f.1'],
    ['a literal', 'ada@[192.0.2.1]'],
    ['two of them', 'ada@x.example,eve@x.example'],
    ['two of them, the other way', 'ada@x.example;eve@x.example'],
    ['a name around it', 'Ada <ada@x.example>'],
    ['a comment', 'ada(x)@x.example'],
    ['a quoted local part', '"a b"@x.example'],
    ['a path behind the domain', 'ada@x.example/eve'],
    ['a query behind the domain', 'ada@x.example?cc=eve'],
    ['a fragment behind the domain', 'ada@x.example#'],
    ['a backslash', 'ada@x.example\\@y.example'],
    ['a port', 'ada@x.example:25'],
    ['a percent sign that hides a dot', 'ada@x%2eexample'],
    ['a line break', 'ada@x.example\r\nRCPT TO:<eve@x.example>'],
    ['a line feed at the end', 'ada@x.example\n'],
    ['a NUL', 'ada\0@x.example'],
    ['a line separator', 'ada\u2028@x.example'],
    ['a no-break space', 'ada\u00a0@x.example'],
    ['a turned direction', 'ada@\u202eelpmaxe.x'],
    ['a width of zero', 'a\u200bda@x.example'],
    ['half a character', 'a\ud800@x.example'],
    ['a full-width at sign', 'ada＠x.example'],
    ['a dot that unfolds to dots', 'ada@x\u2025example'],
    ['a dot at an edge', '.ada@x.example'],
    ['two dots in a row', 'a..b@x.example'],
    ['a hyphen at an edge', 'ada@-x.example'],
    ['a local part of 65 octets', `${'a'.repeat(65)}@x.example`],
    ['a local part of 66 octets in 33 letters', `${'é'.repeat(33)}@x.example`],
    ['255 octets', `${'a'.repeat(64)}@${'b.'.repeat(91)}examples`],
  ])('with %s is refused', (_what, text) => {
    expect(parseAddress(text)).toBeNull()
  })

  it('knows its domain', () => {
    expect(domainOf('ada@X.example')).toBe('x.example')
  })
})

/** The corpus spells control characters as the pictures of them. */
const decoded = (xml: string): string =>
  xml
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => references[name] ?? '')
    .replace(/[\u2400-\u2420]/g, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400))
    .replace(/\u2421/g, '\u007f')

const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

describe.runIf(haveCorpora)('the addresses of isemail', () => {
  const cases = [
    ...(haveCorpora ? corpusText('hostile/email-address/isemail-tests.xml') : '').matchAll(
      /<test id="\d+">\s*<address>([\s\S]*?)<\/address>[\s\S]*?<category>(\w+)<\/category>/g,
    ),
  ].map(([, address, category]) => ({ address: decoded(address!), category: category! }))
  const of = (...names: readonly string[]) => cases.filter(({ category }) => names.includes(category))

  it('are accepted where they are ordinary; single labels are not', () => {
    const ordinary = of('ISEMAIL_VALID_CATEGORY', 'ISEMAIL_DNSWARN').filter(({ address }) => /@.+\./.test(address))
    const accepted = ordinary.filter(({ address }) => parseAddress(address) !== null)
    expect(figure('isemail, valid with a dotted domain, accepted', accepted.length, ordinary.length)).toBe(1)
    expect(ordinary.length).toBeGreaterThan(20)
  })

  it('are never accepted where they are no address of today', () => {
    const wrong = of('ISEMAIL_ERR', 'ISEMAIL_RFC5322', 'ISEMAIL_DEPREC', 'ISEMAIL_CFWS')
    const refused = wrong.filter(({ address }) => parseAddress(address) === null)
    expect(figure('isemail, invalid or obsolete, refused', refused.length, wrong.length)).toBe(1)
    expect(wrong.length).toBeGreaterThan(100)
  })
})
