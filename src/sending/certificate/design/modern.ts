import type { FieldPlan, TemplateText } from '../schema.ts'
import type { Designed } from '../template.ts'
import { rosette } from './guilloche.ts'
import { wordsIn } from './words.ts'

const page = { width: 297, height: 210 }
const ink = '#14181f'
const soft = '#69707d'
const left = 96

const plain = {
  ...({ leading: 1.3, grow: 'down', spacing: 0, lines: 1, weight: 'regular', font: 'Noto Sans' } as const),
  ...({ align: 'left', x: left, width: 176 } as const),
}

/** White paper and one band of colour; everything begins at the same edge. */
export function modern(text: TemplateText): Designed {
  const accent = text.accent ?? '#2f4bd8'
  const words = wordsIn(text.language)
  const fields: FieldPlan[] = [
    { ...plain, text: '{{title}}', y: 44, size: 22, smallest: 11, weight: 'bold', colour: accent },
    { ...plain, text: text.above ?? words.above, y: 82, size: 13, smallest: 8, colour: soft },
    { ...plain, text: '{{name}}', y: 101, size: 40, smallest: 15, weight: 'bold', colour: ink },
    ...(text.below ? [{ ...plain, text: text.below, y: 119, size: 14, smallest: 9, lines: 2, colour: soft }] : []),
    { ...plain, text: words.issuer, y: 165, width: 64, size: 8.5, smallest: 6, colour: soft },
    { ...plain, text: '{{issuer}}', y: 172, width: 64, size: 13, smallest: 7, weight: 'bold', colour: ink },
    { ...plain, text: words.date, x: 168, y: 165, width: 56, size: 8.5, smallest: 6, colour: soft },
    { ...plain, text: '{{date}}', x: 168, y: 172, width: 56, size: 13, smallest: 7, weight: 'bold', colour: ink },
    { ...plain, text: words.verify, x: 236, y: 183, width: 36, align: 'center', size: 8, smallest: 5, colour: soft },
    { ...plain, text: '{{number}}', x: 222, y: 187, width: 64, align: 'center', size: 6.5, smallest: 5, colour: soft },
  ]
  return { page, svg: paper(accent), fields, code: { x: 238, y: 146, size: 32, colour: ink } }
}

const paper = (
  accent: string,
): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${page.width} ${page.height}" width="${page.width}mm" height="${page.height}mm">
<defs><clipPath id="band"><rect width="74" height="${page.height}"/></clipPath></defs>
<rect width="${page.width}" height="${page.height}" fill="#ffffff"/>
<rect width="74" height="${page.height}" fill="${accent}"/>
<g clip-path="url(#band)" fill="none" stroke="#ffffff" stroke-width="0.28">
<path d="${rosette(74, 172, 96, 11, 0.2, 9)}" stroke-opacity="0.34"/>
<path d="${rosette(74, 172, 52, 8, 0.28, 6)}" stroke-opacity="0.55"/>
</g>
<path d="M${left} 52H${left + 22}" stroke="${accent}" stroke-width="1.1"/>
<path d="M${left} 157H224" stroke="#d9dde5" stroke-width="0.3"/>
</svg>`
