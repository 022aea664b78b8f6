import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { clause } from '../clause.ts'
import { period } from '../phrase.ts'
import { days, table } from '../shapes.ts'

const noticeDays = (notice: string): number => (notice === 'none' ? 0 : daysOf(notice))
const told = { mail: 'by mail', page: 'on the page that shows this notice' }

/** How long before a widening of this policy counts people hear of it, and how. A narrowing may count at once. */
export const changes = clause({
  name: 'changes',
  heading: 'When this policy changes',
  example: 'changes: { notice: P30D, by: mail }',
  controls: ['announced-change', 'versioned-notice'],
  schema: table({
    notice: z.union([z.literal('none'), days]).default('P30D'),
    by: z.enum(['mail', 'page']).default('mail'),
  }).prefault({}),
  compile: ({ notice, by }, draft) => {
    draft.changes = Object.freeze({ noticeDays: noticeDays(notice), by })
  },
  explain: ({ notice, by }) => [
    {
      path: ['changes', 'notice'],
      text:
        notice === 'none'
          ? 'A change counts once it is posted; this notice shows its version, its day and its digest.'
          : `A change that allows more takes effect ${period(notice)} after you were told of it ${told[by]}, at the earliest. One that allows less may count at once.`,
    },
  ],
  widens: (base, mine) => [
    ...(noticeDays(mine.notice) < noticeDays(base.notice)
      ? [{ path: ['changes', 'notice'], sentence: 'What is extended tells people earlier.' }]
      : []),
    ...(mine.by === 'page' && base.by === 'mail'
      ? [{ path: ['changes', 'by'], sentence: 'What is extended writes to people.' }]
      : []),
  ],
})
