import { deflateSync, inflateSync } from 'node:zlib'
import type { Background } from './background.ts'
import { type CodeBox, codeOperators } from './code.ts'
import { readableText } from './readable.ts'
import type { Written } from './value.ts'

/** What goes onto a page beside the text that Typst has set. */
export interface Sheet {
  readonly background: Background | null
  /** What the marked lines read, in the order in which they were drawn. */
  readonly lines: readonly string[]
  readonly code: CodeBox | null
}

/**
 * Puts the parts of one certificate together: the page that Typst set, the template's background behind it, the code on top,
 * and for each line of text what it reads. Typst's file is its own and simple; it is cut at its table and written anew.
 */
export function finishPdf(pdf: Buffer, { background, lines, code }: Sheet): Buffer {
  const parts = partsOf(pdf)
  const page = [...parts.values()].map(headOf).find((head) => /\/Type \/Page\b(?!s)/.test(head)) ?? ''
  const content = numberIn(page, /\/Contents (\d+) 0 R/)
  const resources = headOf(parts.get(numberIn(page, /\/Resources (\d+) 0 R/)))
  const forms = numberIn(resources, /\/XObject (\d+) 0 R/)
  const font = firstFont(resources, parts)

  const set = readableText(streamOf(parts.get(content)), lines, font)
  const drawn = code ? `${set}${codeOperators(code)}` : set
  const next = Math.max(...parts.keys()) + 1
  const under = background ? `q ${background.matrix.map(short).join(' ')} cm /Behind Do Q\n` : ''
  parts.set(content, streamObject(content, Buffer.from(under + drawn, 'latin1')))
  if (background) {
    parts.set(forms, Buffer.from(`${forms} 0 obj\n<< /Behind ${next} 0 R >>\nendobj\n`))
    for (const [index, { head, stream }] of background.objects.entries()) {
      parts.set(next + index, foreignObject(next + index, head, stream, next))
    }
  }
  return assemble(
    parts,
    /trailer\n<<([\s\S]*?)>>\nstartxref/.exec(pdf.toString('latin1', pdf.length - 2048))?.[1] ?? '',
  )
}

/** Each object with its bytes, by the offsets of the table. */
function partsOf(pdf: Buffer): Map<number, Buffer> {
  const tail = pdf.toString('latin1', pdf.length - 64)
  const table = Number(/startxref\n(\d+)/.exec(tail)?.[1])
  const rows = [...pdf.toString('latin1', table).matchAll(/(\d{10}) \d{5} ([nf])\r\n/g)]
  const places = rows.flatMap(([, offset, kind], number) => (kind === 'n' ? [{ number, at: Number(offset) }] : []))
  places.sort((a, b) => a.at - b.at)
  return new Map(places.map(({ number, at }, index) => [number, pdf.subarray(at, places[index + 1]?.at ?? table)]))
}

/** The dictionary in front of a stream, or the whole of an object without one. */
const headOf = (part: Buffer | undefined): string => {
  const text = (part ?? Buffer.alloc(0)).toString('latin1', 0, 4096)
  const end = text.indexOf('stream\n')
  return end < 0 ? text : text.slice(0, end)
}

function streamOf(part: Buffer | undefined): string {
  const head = headOf(part)
  const length = numberIn(head, /\/Length (\d+)/)
  const from = head.length + 'stream\n'.length
  return inflateSync((part ?? Buffer.alloc(0)).subarray(from, from + length)).toString('latin1')
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1]
  // Typst's version is pinned: another shape of its files is a defect that the suites of this room show.
  if (found === undefined) throw new Error('the page is not of the expected shape')
  return Number(found)
}

/** Any font of the page will do for text that nobody sees; with the width of its first glyph, in thousandths. */
function firstFont(resources: string, parts: ReadonlyMap<number, Buffer>) {
  const found = /\/Font <<\s*(\/F\d+) (\d+) 0 R/.exec(resources)
  if (!found) return null
  const descendant = numberIn(headOf(parts.get(Number(found[2]))), /\/DescendantFonts \[(\d+) 0 R/)
  return { name: found[1]!, width: numberIn(headOf(parts.get(descendant)), /\/W \[0 \d+ (\d+)/) }
}

function streamObject(number: number, content: Buffer): Buffer {
  const packed = deflateSync(content)
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`),
    packed,
    Buffer.from('\nendstream\nendobj\n'),
  ])
}

function foreignObject(number: number, head: Written, stream: Buffer | null, base: number): Buffer {
  const text = head.map((part) => (typeof part === 'string' ? part : `${base + part.object} 0 R`)).join('')
  const opened = Buffer.from(`${number} 0 obj\n${text}\n`, 'latin1')
  if (!stream) return Buffer.concat([opened, Buffer.from('endobj\n')])
  return Buffer.concat([opened, Buffer.from('stream\n'), stream, Buffer.from('\nendstream\nendobj\n')])
}

function assemble(parts: ReadonlyMap<number, Buffer>, trailer: string): Buffer {
  // The second line says to whoever transports the file that it is no text (ISO 32000-1 section 7.5.2).
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n%\u00e4\u00f6\u00fc\u00df\n', 'latin1')]
  const offsets: number[] = []
  let at = pieces[0]!.length
  const numbers = [...parts.keys()].sort((a, b) => a - b)
  for (const number of numbers) {
    offsets[number] = at
    pieces.push(parts.get(number)!)
    at += parts.get(number)!.length
  }
  const size = numbers.at(-1)! + 1
  const rows = Array.from({ length: size }, (_, number) =>
    offsets[number] === undefined
      ? '0000000000 65535 f\r\n'
      : `${String(offsets[number]).padStart(10, '0')} 00000 n\r\n`,
  )
  const end = trailer.replace(/\/Size \d+/, `/Size ${size}`)
  pieces.push(Buffer.from(`xref\n0 ${size}\n${rows.join('')}trailer\n<<${end}>>\nstartxref\n${at}\n%%EOF\n`, 'latin1'))
  return Buffer.concat(pieces)
}

const short = (value: number): string => String(Math.round(value * 1e5) / 1e5)
