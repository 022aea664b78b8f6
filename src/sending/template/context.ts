import { SAXParser } from 'parse5-sax-parser'
import { attributesOf } from '../compose/tag.ts'
import { syntax, type Tag } from './parse.ts'

/**
 * What the place of a field asks of its value: `plain` text; `html` text or a quoted attribute; a `url` that the value
 * begins, or a `part` of one; a `style`.
 */
export type Context = 'plain' | 'html' | 'url' | 'part' | 'style'

/** A stretch of the source in which values may stand. Two stretches with one key are the same place to a reader's parser. */
interface Stretch {
  readonly start: number
  readonly end: number
  readonly key: string
  readonly kind: 'html' | 'url' | 'style'
}

const raw: ReadonlySet<string> = new Set([
  ...['script', 'style', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript', 'plaintext', 'template'],
])
const urls: ReadonlySet<string> = new Set([
  ...['href', 'src', 'action', 'formaction', 'background', 'cite', 'poster', 'longdesc', 'data', 'xlink:href', 'ping'],
])
const never = /^(?:on|srcdoc$|srcset$)/

/** Where values may stand in an HTML source: its text, and quoted attributes that no reader runs. */
function stretchesOf(html: string): readonly Stretch[] {
  const found: Stretch[] = []
  const parser = new SAXParser({ sourceCodeLocationInfo: true })
  let inside: string | null = null
  let title = false
  parser.on('startTag', ({ tagName, sourceCodeLocation: at }) => {
    if (!at) return
    if (raw.has(tagName)) inside ??= tagName
    if (tagName === 'title') title = true
    const source = html.slice(at.startOffset, at.endOffset)
    for (const { name, value } of attributesOf(source)) {
      if (!value?.quote || never.test(name) || (tagName === 'meta' && name === 'content')) continue
      const kind = urls.has(name) ? 'url' : name === 'style' ? 'style' : 'html'
      const start = at.startOffset + value.start + 1
      found.push({ start, end: at.startOffset + value.end - 1, key: `attribute ${start}`, kind })
    }
  })
  parser.on('endTag', ({ tagName }) => {
    if (tagName === inside) inside = null
    if (tagName === 'title') title = false
  })
  parser.on('text', ({ sourceCodeLocation: at }) => {
    if (!at || inside !== null) return
    found.push({ start: at.startOffset, end: at.endOffset, key: title ? 'title' : 'text', kind: 'html' })
  })
  parser.end(html)
  return found.sort((a, b) => a.start - b.start)
}

/**
 * The context of each field of an HTML source. Throws `template_syntax` where no value may stand (scripts, styles, comments,
 * event handlers, tags outside quotes), and for a block that begins in one place and ends in another: without it the rest
 * would be read differently.
 */
export function htmlContexts(html: string, tags: readonly Tag[]): (tag: Tag) => Context {
  const stretches = stretchesOf(html)
  const open: string[] = []
  return (tag) => {
    const stretch = stretches.find(({ start, end }) => start <= tag.start && tag.end <= end)
    if (!stretch) throw syntax(html, tag.start, 'No value may stand here: only in text and in quoted attributes')
    if (tag.kind === 'else' || tag.kind === 'end') {
      const begun = tag.kind === 'end' ? open.pop() : open.at(-1)
      if (begun !== undefined && begun !== stretch.key) {
        throw syntax(html, tag.start, 'A block ends in another place of the HTML than it began')
      }
    } else if (tag.kind !== 'field') open.push(stretch.key)
    if (stretch.kind !== 'url') return stretch.kind
    const before = withoutTags(html, stretch.start, tag.start, tags).trim()
    return before === '' ? 'url' : 'part'
  }
}

function withoutTags(html: string, start: number, end: number, tags: readonly Tag[]): string {
  let text = ''
  let from = start
  for (const tag of tags) {
    if (tag.start < start || tag.end > end) continue
    text += html.slice(from, tag.start)
    from = tag.end
  }
  return text + html.slice(from, end)
}
