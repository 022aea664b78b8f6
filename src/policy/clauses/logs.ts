import { daysOf } from '../../base/index.ts'
import { clause } from '../clause.ts'
import { period } from '../phrase.ts'
import { days, table } from '../shapes.ts'

/** How long the server's own log lives. What a line may hold is fixed in the code, and holds nobody. */
export const logs = clause({
  name: 'logs',
  heading: "The server's own log",
  example: 'logs: { keep: P14D }',
  controls: ['bare-logs', 'log-retention'],
  schema: table({ keep: days }),
  compile: (written, draft) => {
    draft.logDays = daysOf(written.keep)
  },
  explain: (written) => [
    {
      path: ['logs', 'keep'],
      text: `It holds codes, counts and durations, no address, page, program or person, and is deleted after ${period(written.keep)}.`,
    },
  ],
  widens: (base, mine) =>
    daysOf(mine.keep) > daysOf(base.keep)
      ? [{ path: ['logs', 'keep'], sentence: 'What is extended deletes the log earlier.' }]
      : [],
})
