import { copyStores, processConfig } from '../main/index.ts'
import { type Command, usage } from './command.ts'
import { table } from './table.ts'

export const storeCopy: Command = {
  name: 'store copy',
  summary:
    'Copy a store into an empty one and compare them row by row; a copy that was broken off goes on. Lethe must be down.',
  options: [],
  positionals: 'FROM TO',
  async run({ options, positionals, terminal }) {
    const [from, to] = positionals
    if (from === undefined || to === undefined || positionals.length > 2) {
      throw usage('Two URLs are needed: of the store that is, and of the one to be.', 'store copy')
    }
    const copied = await copyStores(processConfig(), from, to, ({ table: name, rows }) => {
      if (terminal.interactive && !options.json) terminal.err(`${name}: ${rows} rows\n`)
    })
    const rows = copied.reduce((sum, each) => sum + each.rows, 0)
    if (options.json) terminal.out(`${JSON.stringify({ copied, rows })}\n`)
    else {
      const lines = copied.filter((each) => each.rows > 0).map((each) => [each.table, String(each.rows)] as const)
      terminal.out(
        `${table(['table', 'rows'], lines)}\n\n${rows} rows copied, and found the same when both were read again.\n`,
      )
      terminal.out(
        'Now set LETHE_STORE to the new URL; the files of epoch keys and operator keys stay where they are.\n',
      )
    }
    return 0
  },
}
