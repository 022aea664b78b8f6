import type { CreatedKey, ShownKey } from '../main/index.ts'
import { type Command, required, usage } from './command.ts'
import { besideOrAlone } from './house.ts'
import { table } from './table.ts'

const page = (keys: readonly ShownKey[]): string =>
  table(
    ['id', 'name', 'scopes', 'created', 'revoked'],
    keys.map(({ id, name, scopes, createdAt, revokedAt }) => [id, name, scopes.join(','), createdAt, revokedAt ?? '']),
  )

export const apiKeyCreate: Command = {
  name: 'api-key create',
  summary: 'Create an API key and show it this once. Scopes: send, report, reveal, rights, admin.',
  options: [
    { flag: 'scopes', value: 'S', about: 'what it may do, separated by commas' },
    { flag: 'name', value: 'N', about: 'a label to know it by' },
  ],
  async run({ options, terminal }) {
    const name = required(options, 'name', 'api-key create')
    const scopes = required(options, 'scopes', 'api-key create')
      .split(',')
      .map((scope) => scope.trim())
    const created = await besideOrAlone(
      async (client) => (await client.call('POST', '/v1/api-keys', { name, scopes })) as CreatedKey,
      ({ keys }) => keys.create(name, scopes),
    )
    const text = `${created.key}\n\nKept as a hash: this is the only time that it is shown. End it with lethe api-key revoke ${created.id}\n`
    terminal.out(options.json ? `${JSON.stringify(created)}\n` : text)
    return 0
  },
}

export const apiKeyList: Command = {
  name: 'api-key list',
  summary: 'The API keys by id and name; none of them is shown.',
  options: [],
  async run({ options, terminal }) {
    const keys = await besideOrAlone(
      async (client) => ((await client.call('GET', '/v1/api-keys')) as { keys: readonly ShownKey[] }).keys,
      (overseer) => overseer.keys.list(),
    )
    const text = keys.length > 0 ? page(keys) : 'There are no keys but the bootstrap one.\n'
    terminal.out(options.json ? `${JSON.stringify({ keys })}\n` : text)
    return 0
  },
}

export const apiKeyRevoke: Command = {
  name: 'api-key revoke',
  summary: 'End an API key at once, in every process.',
  options: [],
  positionals: 'ID',
  async run({ options, positionals: [id, ...more], terminal }) {
    if (id === undefined || more.length > 0) throw usage('One id is needed.', 'api-key revoke')
    const revoked = await besideOrAlone(
      async (client) => (await client.call('DELETE', `/v1/api-keys/${encodeURIComponent(id)}`)) as ShownKey,
      ({ keys }) => keys.revoke(id),
    )
    terminal.out(options.json ? `${JSON.stringify(revoked)}\n` : page([revoked]))
    return 0
  },
}
