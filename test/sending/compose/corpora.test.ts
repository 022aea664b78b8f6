import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../../../src/sending/compose/index.ts'
import { corpus, corpusJson, corpusText, figure, haveCorpora } from '../../corpora.ts'
import { contentOf, render, taken } from './sample.ts'

interface OracleLink {
  readonly tag: string
  readonly decoded: string
  readonly class: string
}
interface Oracle {
  readonly files: Record<string, { readonly body_end_offset: number | null; readonly links: readonly OracleLink[] }>
}
interface PeerCases {
  readonly cases: readonly {
    readonly name: string
    readonly html: string
    readonly expected: string
    readonly group: string
    readonly changed: boolean
  }[]
}

const untracked = { plan: { opens: false, clicks: false } }
const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&')
const isAnchor = ({ tag }: OracleLink): boolean => tag === 'a' || tag === 'area'

/** A destination that may stand in `Location`: http(s), a host, printable ASCII, nobody's credentials. */
function isSafe(destination: string): boolean {
  const url = URL.parse(destination)
  return /^https?:\/\/[^/\\@]/i.test(destination) && /^[!-~]+$/.test(destination) && !!url?.hostname && !url.username
}

describe.runIf(haveCorpora)('33 real mails', () => {
  const { files } = haveCorpora ? corpusJson<Oracle>('html-oracle.json') : { files: {} }
  const all = Object.entries(files).map(([path, oracle]) => {
    const html = corpusText(path)
    const template = compileTemplate(contentOf(html, { text: 'x' }))
    return { path, oracle, html, fields: template.fields }
  })
  const content = (html: string) => contentOf(html, { text: 'x' })
  // Many of these mails come with the merge fields of their systems, which are spelled as ours are. Filled with their own
  // name they show that nothing else changed; filled with a URL they are links like any other.
  const asThemselves = (fields: readonly string[]) => Object.fromEntries(fields.map((name) => [name, `{{${name}}}`]))
  const asUrls = (fields: readonly string[]) =>
    Object.fromEntries(fields.map((name) => [name, `https://filled.example/${name}?a=1&b=2`]))
  const plain = (html: string, fields: readonly string[]): string =>
    fields.reduce(
      (text, name) => text.replace(new RegExp(`\\{\\{\\s*${escapePattern(name)}\\s*\\}\\}`, 'g'), `{{${name}}}`),
      html,
    )

  /** Left alone on purpose: three templates show a placeholder's address as the words of a link that leads elsewhere. */
  const placeholder = />\s*https:\/\/same-link-as-button\.url/
  const disagrees = (html: string): ((link: OracleLink) => boolean) => {
    const anchors = [...html.matchAll(/<a\s[^>]*href="([^"]*)"[^>]*/g)]
    const odd = anchors.find(({ index, 0: tag }) => html.slice(index + tag.length).search(placeholder) === 0)
    let nth = odd ? anchors.filter(({ 1: href, index }) => href === odd[1] && index <= odd.index).length : 0
    return ({ decoded }) => {
      if (decoded !== odd?.[1]) return false
      nth -= 1
      return nth === 0
    }
  }

  it('have every web link of the oracle tracked to exactly where it led, but for words that name another host', () => {
    let [agree, total, left] = [0, 0, 0]
    for (const { oracle, html, fields } of all) {
      const odd = disagrees(html)
      const links = oracle.links.filter((link) => isAnchor(link) && link.class === 'http')
      const expected = links.filter((link) => !odd(link)).map(({ decoded }) => decoded)
      left += links.length - expected.length
      expect(compileTemplate(content(html)).left.other_host).toBe(links.length - expected.length)
      const { destinations } = taken(render(content(html), { merge: asThemselves(fields) }).html!)
      total += expected.length
      agree += expected.filter((each, index) => destinations[index] === each).length
      expect(destinations).toEqual(expected)
    }
    expect(figure('links of real mails tracked exactly', agree, total)).toBe(1)
    expect(left).toBe(3)
  })

  it('have every link that is a merge field tracked to where its value leads', () => {
    let [agree, total] = [0, 0]
    for (const { oracle, html, fields } of all) {
      const merge = asUrls(fields)
      const filled = ({ decoded }: OracleLink) =>
        fields.reduce(
          (text, name) =>
            text.replace(new RegExp(`\\{\\{\\s*${escapePattern(name)}\\s*\\}\\}`, 'g'), () => merge[name]!),
          decoded,
        )
      const odd = disagrees(html)
      const expected = oracle.links
        .filter((link) => isAnchor(link) && !odd(link))
        .map(filled)
        .filter((url) => /^https?:/.test(url))
      const { destinations } = taken(render(content(html), { merge }).html!)
      total += expected.length
      agree += expected.filter((each, index) => destinations[index] === each).length
    }
    expect(figure('links of real mails, merge fields filled in', agree, total)).toBe(1)
  })

  it('are otherwise byte for byte what they were, the pixel at the end of the body', () => {
    let agree = 0
    for (const { oracle, html, fields } of all) {
      const merge = asThemselves(fields)
      const source = plain(html, fields)
      const off = render(content(html), { ...untracked, merge }).html
      const opens = render(content(html), { merge, plan: { opens: true, clicks: false } }).html!
      const { rest, destinations } = taken(render(content(html), { merge }).html!)
      const pieces = rest.split('\u0000')
      const same = off === source && pieces.length === destinations.length + 1 && surrounds(source, pieces)
      const end = oracle.body_end_offset
      const placed = end === null || source !== html || opens.startsWith(`${html.slice(0, end)}<img `)
      if (same && placed) agree += 1
    }
    expect(figure('real mails otherwise byte-identical', agree, all.length)).toBe(1)
  })

  /** Whether `source` is the pieces with nothing but one attribute value between each two. */
  function surrounds(source: string, pieces: readonly string[]): boolean {
    let at = 0
    for (const [index, piece] of pieces.entries()) {
      const found = index === 0 ? 0 : source.indexOf(piece, at)
      if (!source.startsWith(piece, found) || /["'<>]/.test(source.slice(at, found))) return false
      at = found + piece.length
    }
    return at === source.length
  }
})

describe.runIf(haveCorpora)('51 rewriting cases of a peer', () => {
  const { cases } = haveCorpora ? corpusJson<PeerCases>('peers/kannon-rewrite-cases.json') : { cases: [] }
  /** Where we differ on purpose. A mail has no base, so a relative link leads nowhere that could be redirected to. */
  const argued = new Set(['TestReplaceLinks/relative link'])

  const agrees: Record<string, (one: PeerCases['cases'][number]) => boolean> = {
    TestInsertTrackOpen: ({ html, expected }) =>
      render(html, { plan: { opens: true, clicks: false } }).html!.replace(/<img[^>]*>/, '{{PIXEL}}') === expected,
    TestReplaceLinks: ({ html, changed }) => taken(render(html).html!).destinations.length === Number(changed),
    TestStripNoTrackAttrs: ({ html, expected }) => render(html, untracked).html === expected,
  }

  it('come out as they should, but for those argued here', () => {
    const differ = cases.filter((one) => !agrees[one.group]!(one)).map(({ group, name }) => `${group}/${name}`)
    figure('rewriting cases of a peer', cases.length - differ.length, cases.length)
    expect(differ).toEqual([...argued])
  })
})

describe.runIf(haveCorpora)('hostile links', () => {
  const lines = (folder: string): readonly string[] =>
    readdirSync(corpus(folder)).flatMap((file) => corpusText(`${folder}/${file}`).split('\n').filter(Boolean))

  it.each(['hostile/open-redirect', 'hostile/crlf', 'hostile/ssrf', 'hostile/ssti'])(
    'of %s never lead to what is no web address',
    (folder) => {
      let [safe, total] = [0, 0]
      for (const payload of haveCorpora ? lines(folder) : []) {
        const links = [payload, `https://a.example/${payload}`, `https://a.example${payload}`, `https:${payload}`]
        const html = links.map((each) => `<a href="${escapeAttribute(each)}">`).join('')
        const merged = `<a href="{{url}}"><a href="https://a.example/{{url}}">`
        const found = [html, merged].flatMap((each) => {
          // Some payloads are written as merge fields: then they stand for themselves.
          const fields = compileTemplate(contentOf(each, { text: 'x' })).fields
          const merge = { ...Object.fromEntries(fields.map((name) => [name, payload])), url: payload }
          return taken(render(contentOf(each, { text: 'x' }), { merge }).html!).destinations
        })
        total += found.length
        safe += found.filter(isSafe).length
      }
      expect(figure(`${folder}: destinations that are web addresses`, safe, total)).toBe(1)
    },
  )

  interface UrlTest {
    readonly input: string
    readonly failure?: boolean
    readonly href?: string
    readonly base?: string | null
  }
  const tests = haveCorpora ? corpusJson<readonly (UrlTest | string)[]>('hostile/urls/wpt-urltestdata.json') : []
  const urls = tests.filter((each): each is UrlTest => typeof each !== 'string')
  /** HTML cannot carry NUL: its parser makes U+FFFD of it. */
  const asHtml = (input: string): string => input.replaceAll('\0', '\uFFFD')
  const destinationOf = (input: string): string | undefined =>
    taken(render(contentOf(`<a href="${escapeAttribute(input)}">`, { text: 'x' })).html!).destinations[0]

  it('of the web platform’s URL tests mean the same as the author’s, or are left alone', () => {
    const followed = urls.flatMap(({ input }) => {
      const destination = destinationOf(input)
      return destination === undefined ? [] : [{ input, destination }]
    })
    const same = followed.filter(
      ({ input, destination }) =>
        isSafe(destination) && URL.parse(destination)?.href === URL.parse(asHtml(input))?.href,
    )
    expect(figure('URL tests: same destination', same.length, followed.length)).toBe(1)
  })

  /** Why a URL that a browser would follow is left alone, though it stays as clickable as its author made it. */
  const argued = [
    /^https?:[/][/][^/?#]*@/, // credentials, empty ones too: what stands before the @ is read as the host
    /\\/, // a backslash is a slash to browsers and not to others: two readers, two hosts
    /\p{Cc}/u, // a control character inside
  ]

  it('of the web platform’s URL tests are tracked if they are plain web addresses', () => {
    const isPlain = (input: string): boolean => {
      const url = URL.parse(input)
      return !!url && /^\s*https?:\/\/[^/\\]/i.test(input) && !url.username && !url.password
    }
    const plain = [...new Set(urls.map(({ input }) => input))].filter(isPlain)
    const left = plain.filter((input) => destinationOf(input) === undefined)
    const unargued = left.filter((input) => !argued.some((reason) => reason.test(input)))
    figure('URL tests: plain web addresses tracked', plain.length - left.length, plain.length)
    expect(unargued).toEqual([])
    expect(left.length).toBeLessThanOrEqual(8)
  })
})
