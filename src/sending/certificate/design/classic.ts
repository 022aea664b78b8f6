import type { FieldPlan, TemplateText } from '../schema.ts'
import type { Designed } from '../template.ts'
import { rosette, wovenFrame } from './guilloche.ts'
import { wordsIn } from './words.ts'

const page = { width: 297, height: 210 }
const middle = page.width / 2
const gold = '#b08d4a'
const ink = '#1f2733'
const soft = '#6a6f78'

const plain = { leading: 1.3, grow: 'down', spacing: 0, lines: 1, weight: 'regular', font: 'Libertinus Serif' } as const

/** Warm paper, a woven border and a rosette, in the accent and gold. */
export function classic(text: TemplateText): Designed {
  const accent = text.accent ?? '#1d4650'
  const words = wordsIn(text.language)
  const centred = { ...plain, x: 38, width: 221, align: 'center' } as const
  const fields: FieldPlan[] = [
    { ...centred, text: '{{title}}', y: 55, size: 36, smallest: 15, colour: accent, spacing: 0.04 },
    { ...centred, text: text.above ?? words.above, y: 81, size: 14, smallest: 8, colour: soft },
    { ...centred, text: '{{name}}', y: 105, size: 46, smallest: 16, colour: ink },
    ...(text.below
      ? [{ ...centred, x: 53, width: 191, text: text.below, y: 129, size: 15, smallest: 9, lines: 2, colour: soft }]
      : []),
    { ...plain, text: '{{issuer}}', x: 34, y: 166, width: 70, align: 'center', size: 14, smallest: 7, colour: ink },
    { ...plain, text: words.issuer, x: 34, y: 174.5, width: 70, align: 'center', size: 9, smallest: 6, colour: soft },
    { ...plain, text: '{{date}}', x: 113.5, y: 166, width: 70, align: 'center', size: 14, smallest: 7, colour: ink },
    { ...plain, text: words.date, x: 113.5, y: 174.5, width: 70, align: 'center', size: 9, smallest: 6, colour: soft },
    { ...plain, text: words.verify, x: 208, y: 180.5, width: 58, align: 'center', size: 8, smallest: 5, colour: soft },
    {
      ...plain,
      text: '{{number}}',
      x: 208,
      y: 184.5,
      width: 58,
      align: 'center',
      size: 6.5,
      smallest: 5,
      colour: soft,
    },
  ]
  return { page, svg: paper(accent), fields, code: { x: 221, y: 142.5, size: 33, colour: ink } }
}

function paper(accent: string): string {
  const corners = [
    [15.5, 15.5],
    [page.width - 15.5, 15.5],
    [15.5, page.height - 15.5],
    [page.width - 15.5, page.height - 15.5],
  ] as const
  const line = (path: string, colour: string, width: number, more = '') =>
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" ${more}/>`
  const frame = (inset: number, colour: string, width: number) =>
    `<rect x="${inset}" y="${inset}" width="${page.width - 2 * inset}" height="${page.height - 2 * inset}" fill="none" stroke="${colour}" stroke-width="${width}"/>`
  const disc = ([x, y]: readonly [number, number]) =>
    `<circle cx="${x}" cy="${y}" r="7.4" fill="#fcfaf4"/>${line(rosette(x, y, 7, 9, 0.24, 4), accent, 0.14)}${line(rosette(x, y, 3.6, 7, 0.3, 3), gold, 0.16)}`
  const rule = (x: number, width: number, y: number) => line(`M${x} ${y}H${x + width}`, gold, 0.3)
  const diamond = (x: number, y: number, half: number) =>
    `<path d="M${x} ${y - half}L${x + half} ${y}L${x} ${y + half}L${x - half} ${y}Z" fill="${gold}"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${page.width} ${page.height}" width="${page.width}mm" height="${page.height}mm">
<rect width="${page.width}" height="${page.height}" fill="#fcfaf4"/>
${line(rosette(middle, 102, 74, 16, 0.17, 7), accent, 0.12, 'stroke-opacity="0.10"')}
${line(rosette(middle, 102, 46, 12, 0.24, 5), gold, 0.12, 'stroke-opacity="0.16"')}
${frame(9, accent, 0.9)}${frame(11, gold, 0.25)}
${line(wovenFrame(15.5, 15.5, page.width - 15.5, page.height - 15.5, 2.3, 8.6, 3), accent, 0.14)}
${frame(20, gold, 0.25)}
${corners.map(disc).join('')}
${rule(middle - 42, 38, 63)}${diamond(middle, 63, 1.3)}${rule(middle + 4, 38, 63)}
${rule(middle - 82, 164, 112)}
${rule(34, 70, 169.5)}${rule(113.5, 70, 169.5)}
</svg>`
}
