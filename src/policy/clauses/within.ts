import { z } from 'zod'
import { clause } from '../clause.ts'

/** A shipped policy that this one never exceeds; checking it is the loader's work, which can read that policy. */
export const within = clause({
  name: 'within',
  heading: 'This policy',
  example: 'within: eu-email-2026',
  controls: ['narrowing-overlay'],
  schema: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .optional(),
  compile: () => {},
  explain: (written) =>
    written ? [{ path: ['within'], text: `It grants no more than the ceiling "${written}" does.` }] : [],
  widens: (base, mine) =>
    base !== undefined && mine !== base
      ? [{ path: ['within'], sentence: 'What is extended stays within this ceiling.' }]
      : [],
})
