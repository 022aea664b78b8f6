import { csvOf } from '../../policy/index.ts'
import type { CampaignReport } from '../../sending/index.ts'

const header = ['kind', 'class', 'by', 'value', 'people', 'hits', 'basis', 'step']
const written = (figure: number | null): string => (figure === null ? '' : String(figure))

/**
 * One line a figure, and an empty cell where a figure is not shown. A cell that a spreadsheet would take for a formula is
 * led by an apostrophe.
 */
export function reportCsv({ totals, machines, events, parts, basis, step }: CampaignReport): string {
  const line = (
    kind: 'open' | 'click',
    sort: string,
    by: string,
    value: string,
    people: number | null,
    hits: number | null,
  ) => [kind, sort, by, value, written(people), written(hits), basis[kind], String(step)]
  const links = events.filter(({ link }) => link > 0)
  return csvOf(header, [
    line('open', 'person', 'all', '', totals.openers, totals.opens),
    line('click', 'person', 'all', '', totals.clickers, totals.clicks),
    line('open', 'machine', 'all', '', null, machines.opens),
    line('click', 'machine', 'all', '', null, machines.clicks),
    ...links.map(({ link, people, count }) => line('click', 'person', 'link', String(link), people, count)),
    ...parts.map(({ kind, class: sort, by, value, people }) => line(kind, sort, by, value ?? 'other', people, null)),
  ])
}
