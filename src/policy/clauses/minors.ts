import { z } from 'zod'
import { clause } from '../clause.ts'
import { table } from '../shapes.ts'

const rule = table({ under: z.int().min(1).max(21), unless: z.literal('parental_consent').optional() })

/** Below which age nobody's data is kept once it is known. Nothing in a mail tells an age: somebody has to say so. */
export const minors = clause({
  name: 'minors',
  heading: 'Children',
  example: 'minors: { under: 18 }',
  controls: ['minors'],
  schema: z.union([z.literal('off'), rule]).default('off'),
  compile: (written, draft) => {
    draft.minors = written === 'off' ? null : Object.freeze({ under: written.under, unless: written.unless ?? null })
  },
  explain: (written) => {
    if (written === 'off') return []
    const unless = written.unless ? ', unless a parent consented and that is on record' : ''
    const text = `When we learn that somebody is under ${written.under}, their data is deleted and no more mail is sent${unless}.`
    return [{ path: ['minors'], text }]
  },
  widens: (base, mine) => {
    if (base === 'off') return []
    if (mine === 'off') return [{ path: ['minors'], sentence: 'What is extended deletes the data of children.' }]
    return [
      ...(mine.under < base.under
        ? [{ path: ['minors', 'under'], sentence: 'What is extended protects older children too.' }]
        : []),
      ...(mine.unless && !base.unless
        ? [{ path: ['minors', 'unless'], sentence: 'What is extended makes no exception.' }]
        : []),
    ]
  },
})
