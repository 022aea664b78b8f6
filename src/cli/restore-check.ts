import { processConfig, type RestoreReport } from '../main/index.ts'
import { type Command, optional } from './command.ts'
import { besideOrAlone } from './house.ts'

export const restoreCheck: Command = {
  name: 'restore-check',
  summary:
    'After a restore from a backup: erase anew whoever was erased since, and say what is lost. Exit 0 in step, 1 where lethe up refuses to serve, 3 where nobody can tell.',
  options: [
    {
      flag: 'acknowledge',
      value: 'WHY',
      about: 'the restore is known, for this reason; it becomes an entry of the audit log',
    },
  ],
  async run({ options, terminal }) {
    const reason = optional(options, 'acknowledge') ?? null
    const report = await besideOrAlone(
      // A Lethe that is up has passed its check at the start.
      async (client) => (await client.call('GET', '/v1/restore')) as RestoreReport,
      (overseer) => overseer.restore.run('command', reason),
      processConfig(),
      { noted: false, restored: true },
    )
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : page(report))
    if (report.state === 'behind') return 1
    return report.apart ? 0 : 3
  },
}

function page({ state, lost, erasures, purged, apart }: RestoreReport): string {
  const entries = lost && (lost.from === lost.to ? `entry ${lost.from}` : `entries ${lost.from} to ${lost.to}`)
  const lines = [
    lost
      ? `The store was put back from a backup: of the audit log, ${entries} are lost.`
      : 'The store is as new as its audit log.',
    erasuresLine(state, erasures),
    ...erasures.cases.map((id) => `  case ${id}`),
    ...(purged > 0 ? [`${purged} rows had ended since, and are removed.`] : []),
    ...(lost ? [forgotten] : []),
    ...(state === 'behind'
      ? ['lethe up refuses to serve until you say that you know: --acknowledge "why it was restored".']
      : []),
    ...(state === 'acknowledged' ? ['It is acknowledged, in the audit log as well; lethe up serves again.'] : []),
    ...(apart ? [] : [unproven]),
  ]
  return `${lines.join('\n')}\n`
}

function erasuresLine(state: RestoreReport['state'], { listed, again }: RestoreReport['erasures']): string {
  if (listed === 0) return 'No erasure has to be done again.'
  if (state === 'behind') return `${listed} erasures came after the backup, and will be done again.`
  return `${listed} erasures came after the backup; ${again} of their people were known again, and are erased anew.`
}

const forgotten =
  'What a backup cannot know: consents, objections and unsubscriptions since, and API keys that were revoked since. Import and revoke them again.'
const unproven =
  'Unproven: the list of erasures lies beside the data, so that a backup of all of it takes it along. Set LETHE_EPOCHS to have both apart.'
