import { z } from 'zod'
import { clause } from '../clause.ts'

/** The policy's name, as logs and notices call it. */
export const policy = clause({
  name: 'policy',
  heading: 'This policy',
  example: 'policy: our-newsletter',
  controls: ['versioned-notice'],
  schema: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  compile: (written, draft) => {
    draft.name = written
  },
  explain: (written, { number }) => [
    { path: ['policy'], text: `This is the policy "${written}", version ${number.toString(16).padStart(8, '0')}.` },
  ],
})
