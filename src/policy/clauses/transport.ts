import { z } from 'zod'
import { clause } from '../clause.ts'
import { table } from '../shapes.ts'

const modes = { required: 'is encrypted, or does not happen', opportunistic: 'is encrypted where that server can' }

/** Encryption of the one hop that the sender can speak for: to the mail server that takes the mail over. */
export const transport = clause({
  name: 'transport',
  heading: 'On the way',
  example: 'transport: { tls: required }',
  controls: ['first-hop-tls', 'declared-tls'],
  schema: table({ tls: z.enum(['required', 'opportunistic']).default('required') }).prefault({}),
  compile: ({ tls }, draft) => {
    draft.tls = tls
  },
  explain: ({ tls }) => [
    {
      path: ['transport', 'tls'],
      text: `The way from here to our mail server ${modes[tls]}. How mail travels from there to your mailbox is not in our hands.`,
    },
  ],
  widens: (base, mine) =>
    mine.tls === 'opportunistic' && base.tls === 'required'
      ? [{ path: ['transport', 'tls'], sentence: 'What is extended sends nothing in clear.' }]
      : [],
})
