import { html } from 'hono/html'
import type { Markup } from '../pages/layout.ts'

/** One row of a chart and of the table beside it. Null where nothing is shown. */
export interface Row {
  readonly label: string
  readonly open: number | null
  readonly click: number | null
}

export type Series = 'open' | 'click'

const width = 640
const numbers = new Intl.NumberFormat('en')
export const written = (figure: number | null): string => (figure === null ? '–' : numbers.format(figure))

/** The next round number: where an axis ends. */
function ceiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)))
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((times) => times * power >= most) ?? 10) * power
}

const most = (rows: readonly Row[], series: readonly Series[]): number =>
  Math.max(1, ...rows.flatMap((row) => series.map((each) => row[each] ?? 0)))

/** Lying bars, one a series under each label; the figure stands behind its bar. Everything in it is in the table as well. */
export function bars(title: string, rows: readonly Row[], series: readonly Series[]): Markup {
  const [from, to, thick, gap] = [150, width - 70, 18, 14]
  const tall = series.length * (thick + 3) + gap
  const longest = most(rows, series)
  const long = (figure: number): number => Math.max(2, ((to - from) * figure) / longest)
  return html`<svg viewBox="0 0 ${width} ${rows.length * tall}" role="img" aria-label="${title}, drawn; the table holds the same figures">
${rows.map(
  (
    row,
    at,
  ) => html`<text x="${from - 12}" y="${at * tall + (tall - gap) / 2 + 4}" text-anchor="end">${short(row.label)}</text>
${series.map((each, line) => {
  const y = at * tall + line * (thick + 3)
  const figure = row[each]
  return html`<rect class="bed" x="${from}" y="${y}" width="${to - from}" height="${thick}" rx="4"/>
${figure === null ? '' : html`<rect class="${each}" x="${from}" y="${y}" width="${long(figure).toFixed(1)}" height="${thick}" rx="4"/>`}
<text class="soft" x="${to + 10}" y="${y + thick / 2 + 4.5}">${written(figure)}</text>`
})}`,
)}
</svg>`
}

const short = (label: string): string => (label.length > 19 ? `${label.slice(0, 18)}…` : label)

/** Standing columns over days that follow each other; a day that is not shown leaves its place empty. */
export function columns(title: string, rows: readonly Row[], series: readonly Series[]): Markup {
  const [left, top, height, foot] = [52, 12, 220, 28]
  const end = ceiling(most(rows, series))
  const room = (width - left) / rows.length
  const broad = Math.min(34, (room * 0.72) / series.length)
  const up = (figure: number): number => top + height - (height * figure) / end
  const every = Math.ceil(rows.length / 8)
  return html`<svg viewBox="0 0 ${width} ${top + height + foot}" role="img" aria-label="${title}, drawn; the table holds the same figures">
${[0, 0.5, 1].map(
  (share) => html`<line class="rule" x1="${left}" x2="${width}" y1="${up(share * end)}" y2="${up(share * end)}"/>
<text class="soft" x="${left - 10}" y="${up(share * end) + 4}" text-anchor="end">${written(share * end)}</text>`,
)}
${rows.map((row, at) => {
  const middle = left + room * (at + 0.5)
  return html`${series.map((each, line) => {
    const figure = row[each]
    if (figure === null) return ''
    const x = middle + (line - series.length / 2) * broad + 1
    return html`<rect class="${each}" x="${x.toFixed(1)}" y="${up(figure).toFixed(1)}" width="${(broad - 2).toFixed(1)}" height="${(top + height - up(figure)).toFixed(1)}" rx="3"/>`
  })}${at % every === 0 ? html`<text class="soft" x="${middle.toFixed(1)}" y="${top + height + 20}" text-anchor="middle">${row.label}</text>` : ''}`
})}
</svg>`
}
