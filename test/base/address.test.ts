import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { domainOf, parseAddress } from '../../src/base/index.ts'
import { corpusText, figure, haveCorpora } from '../corpora.ts'

/** Every letter of Unicode that may stand in an address. */
const letters = Array.from({ length: 0x20000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((each) => /\p{L}/u.test(each))
const marks = ['\u0300', '\u0301', '\u0307', '\u0308', '\u030c', '\u0327', '\u0328', '\u0342']

/** The local part of a person's normal form. The checks of length are not asked for here. */
const normal = (local: string): string => {
  const parsed = parseAddress(`${local}@x.example`)
  if (!parsed) throw new Error('no address')
  return parsed.normal.slice(0, -'@x.example'.length)
}

/** True for ß, whose capital is also that of ss, and for ı, whose capital is that of i. Of the sigmas, both are one letter. */
const sharesCapital = (letter: string): boolean =>
  letter !== 'ς' && letter.toUpperCase().toLowerCase().normalize('NFC') !== letter.toLowerCase().normalize('NFC')

function hasOneForm(local: string): void {
  if (!parseAddress(`${local}@x.example`)) return
  const form = normal(local)
  for (const same of [form, local.toUpperCase(), local.toLowerCase(), local.normalize('NFD'), local.normalize('NFC')])
    if (parseAddress(`${same}@x.example`)) expect([local, normal(same)]).toEqual([local, form])
}

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
    ['J\u030c', '\u01f0'],
    ['ΑΣ', 'ας'],
    ['ΑΣ', 'ασ'],
    ['ΝΙΚΟΣ.ΠΑΠΑΣ', 'νικος.παπας'],
    ['I\u0327\u0307', '\u0130\u0327'],
  ])('is the same person as %s and as %s', (a, b) => {
    expect(normal(a)).toBe(normal(b))
  })

  it('is the same person in the small and in the capital form of every letter, alone, marked and in a word', () => {
    const own = letters.filter((letter) => !sharesCapital(letter))
    const text = fc.array(fc.constantFrom(...own, ...marks, '.', '1'), { minLength: 1, maxLength: 12 })
    for (const letter of own) hasOneForm(letter)
    fc.assert(
      fc.property(text, (parts) => hasOneForm(parts.join(''))),
      { numRuns: 5_000 },
    )
  })

  it('is somebody else where two letters share a capital', () => {
    for (const [a, b] of [
      ['straße', 'strasse'],
      ['ıda', 'ida'],
      ['ſam', 'sam'],
      ['ﬁa', 'fia'],
    ])
      expect(normal(a!)).not.toBe(normal(b!))
  })

  it('has the form that stores already know it by', () => {
    for (const letter of letters.filter((each) => each !== 'ς')) {
      expect(normal(letter)).toBe(letter.normalize('NFC').toLowerCase())
    }
    for (const local of [
      'Ada.Byron+News',
      'зоя',
      'νικος.παπας',
      'ΝΙΚΟΣ',
      'Zoe\u0308',
      'J\u00dcRGEN',
      'straße',
      'İlker',
    ])
      expect(normal(local)).toBe(local.normalize('NFC').toLowerCase())
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
