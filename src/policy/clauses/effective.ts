import { z } from 'zod'
import { clause } from '../clause.ts'
import { isDay } from '../shapes.ts'

/** The day from which the policy counts. A slot in what is shipped. */
export const effective = clause({
  name: 'effective',
  heading: 'This policy',
  example: 'effective: 2027-01-01',
  controls: ['versioned-notice'],
  schema: z.string().max(120),
  compile: (written, draft, report) => {
    draft.effective = written
    if (draft.unfilled.includes('effective') || isDay(written)) return
    report.fault(['effective'], 'date_invalid', 'This is not a day of the calendar.', 'Write it as 2027-01-01.')
  },
  explain: (written) => [{ path: ['effective'], text: `It counts from ${written}.` }],
})
