import { z } from 'zod'
import { names } from '../canonical.ts'
import { clause } from '../clause.ts'

/** The paths whose values the published text does not state: chosen narrowly by the author, and marked so in the notice. */
export const ours = clause({
  name: 'ours',
  heading: 'Where the text is silent',
  example: 'ours: [collect.open.retention]',
  controls: [],
  schema: z.array(z.string()).max(200).default([]),
  compile: (written, draft, report) => {
    for (const [index, path] of written.entries()) {
      if (names(draft.document, path)) continue
      const next = 'Write a path of keys, as `collect.open.retention`.'
      report.fault(['ours', index], 'path_unknown', 'There is no such value in this document.', next)
    }
  },
  explain: (written) =>
    written.length ? [{ path: ['ours'], text: `Marked "(our choice)": the published text does not say.` }] : [],
})
