import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import { dayMillis } from '../../base/index.ts'
import type { CampaignReport, PublishedPart } from '../../sending/index.ts'
import { framed, type Markup } from '../pages/layout.ts'
import { bars, columns, type Row, type Series, written } from './chart.ts'
import { style } from './style.ts'

/** Headers of the page: nothing is loaded, nothing runs, nobody is told where the reader came from. */
export function reportHeaders(): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
  }
}

const document = (title: string, body: Markup): Markup => framed('en', title, style, html`<main>\n${body}\n</main>`)

export const overPage = async (): Promise<string> =>
  String(
    await document(
      'Link over',
      html`<h1>This link is over</h1>
<p>A link to a report is good for fifteen minutes, and no longer than the Lethe that made it runs.</p>
<p>Run <code>lethe report ID --page</code> for a fresh one.</p>`,
    ),
  )

/** A report as a document that needs no script: charts, each with a table of the same figures beside it. */
export async function reportPage(report: CampaignReport): Promise<string> {
  const { name, totals, machines } = report
  const shown = Object.values(totals).some((figure) => figure !== null)
  const body = html`<header>
<p class="eyebrow">Lethe · campaign report</p>
<h1>${name}</h1>
<p class="how">${how(report)}</p>
</header>
<ul class="tiles">
${tile('open', 'people opened', totals.openers)}${tile('open', 'opens', totals.opens)}
${tile('click', 'people clicked', totals.clickers)}${tile('click', 'clicks', totals.clicks)}
</ul>
<p class="soft">Machines, counted apart and in no figure above: ${written(machines.opens)} opens, ${written(machines.clicks)} clicks.</p>
${shown ? html`${days(report)}${links(report)}${traits(report)}` : html`<section><h2>Too few people yet</h2><p>Figures appear when ${report.k} people have opened or clicked.</p></section>`}
<footer class="soft"><p>A person counts once, on the day and where the first hit came from. “Others” are those whom nobody can tell, and parts too small to be told apart. An open is a request for a picture, not a reading.</p></footer>`
  return String(await document(`${name} · report`, body))
}

const tile = (series: Series, label: string, figure: number | null): Markup =>
  html`<li class="${series}">${figure === null ? html`<b class="none">too few to tell</b>` : html`<b>${written(figure)}</b>`}${label}</li>`

function how({ k, basis }: CampaignReport): string {
  const steps = `Every figure stands for ${k} people at least, and moves in steps of ${k}.`
  const words = { exact: 'are recipients, counted exactly', estimate: 'are visitors of a day, an estimate' }
  if (basis.open === basis.click) return `${steps} People ${words[basis.open]}.`
  return `${steps} People who opened ${words[basis.open]}; people who clicked ${words[basis.click]}.`
}

const partsBy = ({ parts }: CampaignReport, by: PublishedPart['by']): readonly PublishedPart[] =>
  parts.filter((part) => part.by === by && part.class === 'person')

/** One row a value, with the figures of both kinds; in the order in which the report has them. */
function rowsOf(parts: readonly PublishedPart[], label: (value: string) => string): readonly Row[] {
  const values = [...new Set(parts.map(({ value }) => value))].toSorted(
    (a, b) => Number(a === null) - Number(b === null),
  )
  const figure = (kind: Series, value: string | null) =>
    parts.find((part) => part.kind === kind && part.value === value)?.people ?? null
  return values.map((value) => ({
    label: value === null ? 'Others' : label(value),
    ...{ open: figure('open', value), click: figure('click', value) },
  }))
}

const seriesIn = (rows: readonly Row[]): readonly Series[] =>
  (['open', 'click'] as const).filter((each) => rows.some((row) => row[each] !== null))

const dayWord = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })

function days(report: CampaignReport): Markup {
  const parts = partsBy(report, 'day')
  const named = [...new Set(parts.flatMap(({ value }) => value ?? []))].toSorted()
  const [first, last] = [named[0], named.at(-1)]
  if (first === undefined || last === undefined) return html``
  const rows = rowsOf(parts, (value) => value)
  const length = Math.min(366, (Date.parse(last) - Date.parse(first)) / dayMillis + 1)
  const all = Array.from({ length }, (_, index): Row => {
    const iso = new Date(Date.parse(first) + index * dayMillis).toISOString().slice(0, 10)
    const { open = null, click = null } = rows.find(({ label }) => label === iso) ?? {}
    return { label: dayWord.format(Date.parse(iso)), open, click }
  })
  return section(
    'People by day',
    'Day',
    seriesIn(rows),
    rows.toSorted((a, b) => (a.label < b.label ? -1 : 1)),
    (title, series) => columns(title, all, series),
  )
}

function links({ events }: CampaignReport): Markup {
  const clicked = events.filter(({ kind, link }) => kind === 'click' && link > 0)
  const rows = clicked.map(({ link, people }) => ({ label: `Link ${link}`, open: null, click: people }))
  return seriesIn(rows).length === 0
    ? html``
    : section('People by link', 'Link', ['click'], rows, (title, series) => bars(title, rows, series))
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })
const tongues = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' })
const fetchers: Readonly<Record<string, string>> = {
  ...{ person: 'themselves', proxy: 'their image proxy', unknown: 'nobody can tell' },
}
const headings: readonly (readonly [PublishedPart['by'], string, string, (value: string) => string])[] = [
  [
    'country',
    'People by country',
    'Country',
    (value) => (/^[A-Z]{2}$/.test(value) ? (regions.of(value) ?? value) : value),
  ],
  ['browser', 'People by program', 'Program', (value) => value],
  ['os', 'People by system', 'System', (value) => value],
  ['device', 'People by device', 'Device', (value) => value],
  [
    'language',
    'People by language',
    'Language',
    (value) => (/^[a-z]{2,3}$/.test(value) ? (tongues.of(value) ?? value) : value),
  ],
  ['agent', 'People by who fetched', 'Fetched by', (value) => fetchers[value] ?? value],
]

const traits = (report: CampaignReport): Markup =>
  html`${headings.map(([by, title, word, label]) => {
    const rows = rowsOf(partsBy(report, by), label)
    // One row for everybody says nothing that the total does not.
    if (rows.length === 0 || rows.every((row) => row.label === 'Others')) return ''
    return section(title, word, seriesIn(rows), rows, (name, series) => bars(name, rows, series))
  })}`

const words: Readonly<Record<Series, string>> = { open: 'Opened', click: 'Clicked' }

function section(
  title: string,
  first: string,
  series: readonly Series[],
  rows: readonly Row[],
  chart: (title: string, series: readonly Series[]) => Markup,
): Markup {
  return html`<section><h2>${title}</h2>
<div class="pair"><div>
<ul class="key" aria-hidden="true">${series.map((each) => html`<li class="${each}">${words[each]}</li>`)}</ul>
${chart(title, series)}</div>
<div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table"><table><caption>${title}</caption>
<thead><tr><th scope="col">${first}</th>${series.map((each) => html`<th scope="col">${words[each]}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${row.label}</th>${series.map((each) => html`<td>${written(row[each])}</td>`)}</tr>`)}</tbody>
</table></div></div></section>`
}
