import { holdsRightToLeft, mainDirection, readingOrder } from '../bidi.ts'

interface Font {
  readonly name: string
  /** Of glyph 0, in thousandths of the size. */
  readonly width: number
}

/** Before each line stands a stroke of this width, as long as the line, and another one behind it. */
export const markWidth = '0.0137'

const mark = new RegExp(
  `q\\n1 0 0 1 (-?[\\d.]+) (-?[\\d.]+) cm\\n(?:/\\w+ CS\\n)?[\\d. ]+ (?:SCN|SC|G|RG)\\n${markWidth.replace('.', '\\.')} w\\n(?:[^\\n]*\\n)*?0 0 m\\n(-?[\\d.]+) 0 l\\nS\\nQ(?:\\n|$)`,
  'g',
)

/**
 * A font's glyphs do not spell: Arabic letters are drawn from strokes and dots, Devanagari from halves of syllables, and what
 * a reader copies, searches or hears would be noise. So each line says what it reads (ActualText, ISO 32000-1 section
 * 14.9.4), and the marks that showed where it stands are taken out. Readers put right-to-left text in order by where its
 * characters are; such a line spells itself character by character, unseen, at its place.
 */
export function readableText(content: string, lines: readonly string[], font: Font | null): string {
  const marks = [...content.matchAll(mark)]
  if (marks.length !== 2 * lines.length) throw new Error('a line of text was drawn without its marks')
  const page = mainDirection(lines)
  let out = ''
  let from = 0
  for (const [index, line] of lines.entries()) {
    const [open, close] = [marks[2 * index]!, marks[2 * index + 1]!]
    const begin = open.index + open[0].length
    const drawn = content.slice(begin, close.index)
    out += content.slice(from, open.index)
    from = close.index + close[0].length
    if (!holdsRightToLeft(line) || !font) {
      out += span(line, drawn)
      continue
    }
    const [x, y, width] = [open[1], open[2], open[3]].map(Number) as [number, number, number] // the mark's own numbers
    const size = Number([...content.slice(0, close.index).matchAll(/\/F\d+ ([\d.]+) Tf/g)].at(-1)?.[1] ?? 1)
    out += span('', drawn) + spelled(readingOrder(line, page), { x, y, width, size }, font)
  }
  return out + content.slice(from)
}

/** The span goes around the text alone: a reader finds its place by the coordinates that hold at its end. */
function span(text: string, drawn: string): string {
  const [begin, end] = [drawn.indexOf('BT\n'), drawn.lastIndexOf('ET\n') + 3]
  if (begin < 0) return drawn
  const shown = `/Span << /ActualText ${hex(text)} >> BDC\n${drawn.slice(begin, end)}EMC\n`
  return drawn.slice(0, begin) + shown + drawn.slice(end)
}

/** UTF-16 with its mark (ISO 32000-1 section 7.9.2.2). */
const hex = (text: string): string => `<${Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex')}>`

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly size: number
}

/** Text mode 3 draws nothing (ISO 32000-1 section 9.3.6): glyph 0 holds the place of each character in turn. */
function spelled(characters: readonly string[], { x, y, width, size }: Place, font: Font): string {
  const step = width / characters.length
  const scale = (100_000 * step) / (font.width * size)
  const each = characters.map(
    (character, index) =>
      `1 0 0 -1 ${(x + index * step).toFixed(3)} ${y} Tm\n/Span << /ActualText ${hex(character)} >> BDC\n(\\000\\000) Tj\nEMC\n`,
  )
  return `q\nBT\n3 Tr\n${font.name} ${size} Tf\n${scale.toFixed(3)} Tz\n${each.join('')}ET\nQ\n`
}
