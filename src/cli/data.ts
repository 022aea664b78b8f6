import { listNetworks, type NetworksLine, networkKind, processConfig, updateNetworks } from '../main/index.ts'
import { type Command, optional, required, usage } from './command.ts'
import { table } from './table.ts'

const rows = (lines: readonly NetworksLine[]): string =>
  table(
    ['networks', 'kind', 'of', 'ranges', 'from'],
    lines.map(({ name, kind, date, ranges, from }) => [name, kind, date, String(ranges), from] as const),
  )

export const dataUpdate: Command = {
  name: 'data update',
  summary: "Read an owner's published list of networks into the data folder; a running tracker takes it up by itself.",
  options: [
    {
      flag: 'from',
      value: 'FILE',
      about: "Apple's CSV, Google's, Amazon's or Microsoft's JSON, or a CIDR range a line",
    },
    { flag: 'kind', value: 'KIND', about: 'relay, image-proxy, microsoft, scanner or cloud; needed for a plain list' },
    { flag: 'name', value: 'NAME', about: 'what the set is called; one of the same name is replaced' },
    {
      flag: 'date',
      value: 'YYYY-MM-DD',
      about: 'the day of the list, if the file does not say it and it is not today',
    },
  ],
  async run({ options, terminal }) {
    const from = required(options, 'from', 'data update')
    const [kind, name, date] = [optional(options, 'kind'), optional(options, 'name'), optional(options, 'date')]
    if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
      throw usage('--name is a word of small letters, digits and hyphens.', 'data update')
    }
    if (date !== undefined && !isDay(date)) throw usage('--date is a day as YYYY-MM-DD.', 'data update')
    const set = updateNetworks(processConfig(), from, {
      ...(kind === undefined ? {} : { kind: networkKind(kind) }),
      ...(name === undefined ? {} : { name }),
      ...(date === undefined ? {} : { date }),
    })
    terminal.out(options.json ? `${JSON.stringify(set)}\n` : `${rows([set])}\n`)
    return 0
  },
}

export const dataList: Command = {
  name: 'data list',
  summary: 'Show the lists of networks that count now, and of which day they are.',
  options: [],
  async run({ options, terminal }) {
    const lines = listNetworks(processConfig())
    terminal.out(options.json ? `${JSON.stringify({ networks: lines })}\n` : `${rows(lines)}\n`)
    return 0
  },
}

const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
