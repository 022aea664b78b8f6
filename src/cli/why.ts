import type { Why } from '../main/index.ts'
import { type Command, usage } from './command.ts'
import { besideOrAlone } from './house.ts'

const headings = { sent: 'Sent', tracked: 'Recorded', kept: 'Kept' } as const

export const why: Command = {
  name: 'why',
  summary: 'Say why a message was sent, recorded and kept, and until when, without showing anything of it.',
  options: [],
  positionals: '<message id>',
  async run({ options, positionals: [id, ...more], terminal }) {
    if (id === undefined || more.length > 0) throw usage('Name one message by its id.', 'why')
    const answer = await besideOrAlone(
      // The shape is the API's, described by its own schema at /openapi.json.
      async (client) => (await client.call('GET', `/v1/messages/${encodeURIComponent(id)}/why`)) as Why,
      (overseer) => overseer.why(id),
    )
    terminal.out(options.json ? `${JSON.stringify(answer)}\n` : page(answer))
    return 0
  },
}

const page = (answer: Why): string =>
  (['sent', 'tracked', 'kept'] as const)
    .map((part) => `${headings[part]}\n${answer[part].map((sentence) => `  ${sentence}\n`).join('')}`)
    .join('\n')
