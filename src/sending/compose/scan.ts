import { SAXParser } from 'parse5-sax-parser'

export interface StartTag {
  readonly name: string
  /** Offsets of the whole tag in the source, `<` and `>` included. */
  readonly start: number
  readonly end: number
  /** Character references resolved, of repeated attributes the first. */
  readonly attributes: ReadonlyMap<string, string>
  /** Content of a `<template>`: parsed, never shown. */
  readonly inert: boolean
  /** Of an `a` element, the words between its tags; empty for every other. */
  readonly words: string
}

export interface Scan {
  readonly tags: readonly StartTag[]
  /** Where something that belongs at the end of the body goes: before the last `</body>`, else `</html>`, else the end. */
  readonly bodyEnd: number
  /** What relative links are relative to: the first `<base>` with an address, else null. */
  readonly base: string | null
  /** Links that Outlook alone reads, in conditional comments: VML shapes and plain anchors. Text to everybody else. */
  readonly conditionalLinks: number
}

// Outlook for Windows reads what stands in `<!--[if …]> … <![endif]-->`; every other reader sees a comment.
const conditional = /^\s*\[if\s/i
const linkInside = /<(?:a|area|v:\w+)\s[^>]*?\bhref\s*=/gi

type OpenTag = { -readonly [key in keyof StartTag]: StartTag[key] }

/**
 * Start tags as an HTML5 tokenizer sees them: what stands in comments, scripts, styles, titles, text areas and CDATA is
 * text and does not appear. In time that grows with the text alone; a tree would grow faster on hostile nesting.
 */
export function scanHtml(html: string): Scan {
  const tags: OpenTag[] = []
  let anchor: OpenTag | null = null
  let base: string | null = null
  let conditionalLinks = 0
  const ends = new Map<string, number>()
  let templates = 0
  const parser = new SAXParser({ sourceCodeLocationInfo: true })
  parser.on('startTag', ({ tagName, attrs, sourceCodeLocation: at }) => {
    if (!at) return
    const attributes = new Map(attrs.map(({ name, value }) => [name, value]))
    const inert = templates > 0
    const tag = { name: tagName, start: at.startOffset, end: at.endOffset, attributes, inert, words: '' }
    tags.push(tag)
    if (tagName === 'a') anchor = tag
    if (tagName === 'base' && !inert) base ??= attributes.get('href') ?? null
    if (tagName === 'template') templates += 1
  })
  parser.on('text', ({ text }) => {
    if (anchor) anchor.words += text
  })
  parser.on('comment', ({ text }) => {
    if (conditional.test(text)) conditionalLinks += [...text.matchAll(linkInside)].length
  })
  parser.on('endTag', ({ tagName, sourceCodeLocation: at }) => {
    if (tagName === 'template') templates = Math.max(0, templates - 1)
    if (tagName === 'a') anchor = null
    if (at && templates === 0 && (tagName === 'body' || tagName === 'html')) ends.set(tagName, at.startOffset)
  })
  // The parser works as it is written to; a tag cut off by the end of the text is no tag, so nothing is waited for.
  parser.write(html)
  const bodyEnd = ends.get('body') ?? ends.get('html') ?? html.length
  return { tags, bodyEnd, base, conditionalLinks }
}
