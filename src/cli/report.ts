import { Fault } from '../base/index.ts'
import { type CampaignReport, reportCsv } from '../main/index.ts'
import { type Command, usage } from './command.ts'
import { besideOrAlone } from './house.ts'
import { table } from './table.ts'

const name = 'report'

/** Called `reports` here: `report` is what main says of a fault. */
export const reports: Command = {
  name,
  summary: 'Show what may be published of a campaign: people and hits from k people up, machines apart.',
  options: [
    { flag: 'csv', about: 'print CSV; a name that looks like a formula is not one' },
    { flag: 'page', about: 'print a link to a page with charts, good for fifteen minutes' },
  ],
  positionals: '<campaign id>',
  async run({ options, positionals: [id, ...more], terminal }) {
    if (id === undefined || more.length > 0) throw usage('Name one campaign by its id.', name)
    if (options.csv && options.page) throw usage('Take --csv or --page, not both.', name)
    const path = `/v1/campaigns/${encodeURIComponent(id)}/report`
    if (options.page) {
      const link = await besideOrAlone(async (client) => {
        // The shapes here and below are the API's, described by its own schema at /openapi.json.
        const { path: page, until } = (await client.call('POST', `${path}/link`)) as { path: string; until: string }
        return { url: `${client.base}${page}`, until }
      }, noPage)
      terminal.out(options.json ? `${JSON.stringify(link)}\n` : `${link.url}\n`)
      return 0
    }
    const report = await besideOrAlone(
      async (client) => (await client.call('GET', path)) as CampaignReport,
      (overseer) => overseer.report(id),
    )
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : options.csv ? reportCsv(report) : sheet(report))
    return 0
  },
}

const noPage = async (): Promise<never> => {
  const next = 'Start it with lethe up, or leave --page out for a table.'
  throw new Fault('up_unreachable', 'A page needs a running Lethe to be seen.', next)
}

const headings: Readonly<Record<string, string>> = {
  ...{ day: 'Day', country: 'Country', browser: 'Program', os: 'System', device: 'Device' },
  ...{ language: 'Language', agent: 'Who fetched' },
}
const written = (figure: number | null): string => (figure === null ? '–' : String(figure))

function sheet({ id, k, basis, totals, machines, events, parts }: CampaignReport): string {
  const people = { exact: 'recipients, exactly', estimate: 'visitors of a day, an estimate' }
  const totalRows = [
    ['opened', written(totals.openers), written(totals.opens), people[basis.open]],
    ['clicked', written(totals.clickers), written(totals.clicks), people[basis.click]],
    ['machines, opens', '', written(machines.opens), ''],
    ['machines, clicks', '', written(machines.clicks), ''],
  ]
  const links = events.filter(({ link, people: some }) => link > 0 && some !== null)
  const linkRows = links.map(({ link, people: some, count }) => [`${link}`, written(some), written(count)])
  const words = [...new Set(parts.filter((part) => part.class === 'person').map(({ by }) => by))]
  return [
    `Campaign ${id}: from ${k} people up, in steps of ${k}; – stands for fewer.\n`,
    table(['', 'people', 'hits', 'people are'], totalRows),
    ...(linkRows.length > 0 ? [table(['Link', 'clicked', 'clicks'], linkRows)] : []),
    ...words.map((by) => table([headings[by] ?? by, 'opened', 'clicked'], partRows(parts, by))),
  ].join('\n')
}

/** One line a value, with the people of both kinds, the others last. */
function partRows(parts: CampaignReport['parts'], by: string): readonly (readonly string[])[] {
  const mine = parts.filter((part) => part.by === by && part.class === 'person')
  const values = [...new Set(mine.map(({ value }) => value))]
  const figure = (kind: string, value: string | null) =>
    written(mine.find((part) => part.kind === kind && part.value === value)?.people ?? null)
  return values
    .toSorted((a, b) => Number(a === null) - Number(b === null))
    .map((value) => [value ?? 'others', figure('open', value), figure('click', value)])
}
