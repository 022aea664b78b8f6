import { processConfig } from '../main/index.ts'
import type { Command } from './command.ts'
import { besideOrAlone } from './house.ts'

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the store to the newest schema. `lethe up` does so by itself; this is for doing it before.',
  options: [],
  async run({ options, terminal }) {
    const by = await besideOrAlone(
      async () => 'up' as const,
      async () => 'migrate' as const,
      processConfig(),
      { noted: false, restored: true },
    )
    const words = {
      up: 'The running Lethe brought its store to the newest schema when it started.',
      migrate: 'The store has the newest schema.',
    }
    terminal.out(options.json ? `${JSON.stringify({ migrated: true, by })}\n` : `${words[by]}\n`)
    return 0
  },
}
