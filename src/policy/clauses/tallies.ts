import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { clause, type Told } from '../clause.ts'
import { listed, period } from '../phrase.ts'
import type { EventField, Policy } from '../policy.ts'
import { days, table } from '../shapes.ts'

const k = z.int().min(3).max(1000)

/** Counts by day and link, which stay when the events are gone; a cell below k is never shown. */
export const tallies = clause({
  name: 'tallies',
  heading: 'What is counted',
  example: 'tallies: { k: 5, retention: P1Y }',
  controls: ['small-cells'],
  schema: z.union([z.literal('off'), table({ k, retention: days })]),
  compile: (written, draft) => {
    draft.tallies = written === 'off' ? null : Object.freeze({ k: written.k, retentionDays: daysOf(written.retention) })
  },
  explain: (written, { events }) =>
    written === 'off'
      ? [{ path: ['tallies'], text: 'No counts are kept.' }]
      : [
          {
            path: ['tallies', 'k'],
            text: `${counted(events)}; in a report a count below ${written.k} is not shown, and nothing changes until ${written.k} more people have joined.`,
          },
          ...byTrait(events),
          ...toldApart(events),
          {
            path: ['tallies', 'retention'],
            text: `Counts name nobody, and are deleted after ${period(written.retention)}.`,
          },
        ],
  widens: (base, mine) => {
    if (mine === 'off') return []
    if (base === 'off') return [{ path: ['tallies'], sentence: 'What is extended keeps no counts.' }]
    return [
      ...(mine.k < base.k ? [{ path: ['tallies', 'k'], sentence: 'What is extended hides more small counts.' }] : []),
      ...(daysOf(mine.retention) > daysOf(base.retention)
        ? [{ path: ['tallies', 'retention'], sentence: 'What is extended deletes counts earlier.' }]
        : []),
    ]
  },
})

/** Telling visitors apart is a use of their address, if only for a day: whoever is counted so is told. */
const toldApart = ({ open, click }: Policy['events']): readonly Told[] =>
  open.mode !== 'tally' && click.mode !== 'tally'
    ? []
    : [
        {
          path: ['tallies'],
          text: 'To count people and not visits, a scrambled form of network address and program is held in memory until midnight (UTC), and nowhere else.',
          detail: true,
        },
      ]

const traits: readonly (readonly [EventField, string])[] = [
  ['country', 'country'],
  ['browser', 'program'],
  ['os', 'system'],
  ['device', 'kind of device'],
  ['language', 'language'],
  ['agent', 'whether a person or a machine fetched'],
]

/** Each on its own: of people from one country with one program nobody keeps a count. */
function byTrait({ open, click }: Policy['events']): readonly Told[] {
  const rules = [open, click].filter(({ mode }) => mode !== 'off')
  const words = traits.flatMap(([field, word]) => (rules.some(({ fields }) => fields.has(field)) ? [word] : []))
  if (words.length === 0) return []
  const text = `People are also counted by ${listed(words, 'or')}, never by two of these together; before the records behind a count go, whoever is one of too few is counted as "other".`
  return [{ path: ['tallies'], text, detail: true }]
}

function counted({ open, click }: Policy['events']): string {
  if (open.mode === 'off') return click.mode === 'off' ? 'Nothing is counted' : 'Clicks are counted by day and link'
  return click.mode === 'off' ? 'Opens are counted by day' : 'Opens and clicks are counted by day and link'
}
