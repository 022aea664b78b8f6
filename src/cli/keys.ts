import type { KeysReport } from '../main/index.ts'
import { type Command, usage } from './command.ts'
import { besideOrAlone } from './house.ts'

function page({ operator, changed, epoch, rewrapped }: KeysReport): string {
  const first = changed
    ? `The new operator key ${operator} seals and signs from now on.`
    : `${operator} seals and signs.`
  const hint = changed ? 'Keep a copy of the keys file apart from the data.\n' : ''
  return `${first} Epoch ${epoch} has begun: ${rewrapped} keys wrapped anew, the older epochs destroyed.\n${hint}`
}

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Make a new operator key and a new epoch, and wrap every stored key anew; old links go on working.',
  options: [],
  async run({ options, terminal }) {
    const report = await besideOrAlone(
      async (client) => (await client.call('POST', '/v1/keys/rotate')) as KeysReport,
      (overseer) => overseer.operatorKeys.rotate(),
    )
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : page(report))
    return 0
  },
}

export const keysRevoke: Command = {
  name: 'keys revoke',
  summary: 'End a stolen operator key: its links record nothing and show a page instead of redirecting.',
  options: [],
  positionals: 'ID',
  async run({ options, positionals: [id, ...more], terminal }) {
    if (id === undefined || more.length > 0) throw usage('One id is needed.', 'keys revoke')
    const report = await besideOrAlone(
      async (client) => (await client.call('POST', `/v1/keys/${encodeURIComponent(id)}/revoke`)) as KeysReport,
      (overseer) => overseer.operatorKeys.revoke(id),
    )
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : page(report))
    return 0
  },
}
