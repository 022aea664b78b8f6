import type { PurgeReport } from '../main/index.ts'
import type { Command } from './command.ts'
import { besideOrAlone } from './house.ts'
import { table } from './table.ts'

export const purge: Command = {
  name: 'purge',
  summary: 'Run the retention schedule now, or show what it would remove.',
  options: [{ flag: 'dry-run', about: 'count, remove nothing' }],
  async run({ options, terminal }) {
    const dryRun = options['dry-run'] === true
    const report = await besideOrAlone(
      async (client) => (await client.call('POST', '/v1/purge', { dryRun })) as PurgeReport,
      (overseer) => overseer.purge(dryRun),
    )
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : page(report))
    return 0
  },
}

function page(report: PurgeReport): string {
  const rows = report.purged.filter(({ count }) => count > 0).map(({ what, count }) => [what, count] as const)
  const verb = report.state === 'purged' ? 'Removed' : 'Would remove'
  const why =
    report.reason === 'shifted_clock'
      ? '\nNothing was removed: the clock is shifted and this data folder is not marked for rehearsals.\n'
      : ''
  const body =
    rows.length > 0
      ? `${verb}, as of ${report.at}:\n\n${table(['what', 'rows'], rows)}`
      : `Nothing has expired as of ${report.at}.\n`
  return body + why
}
