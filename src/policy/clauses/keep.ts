import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { clause } from '../clause.ts'
import { frozenMap } from '../freeze.ts'
import { period } from '../phrase.ts'
import type { MessageGroup } from '../policy.ts'
import { contentPeriod, days, hoursOf, table } from '../shapes.ts'
import { messageWords } from '../vocabulary.ts'

const group = z.union([z.literal('off'), days]).default('off')
const groups = table({ delivery: days, recipient: group, subject: group, links: group })

/** What stays of a message after it was sent: groups of columns that expire together, each by its own period. */
export const keep = clause({
  name: 'keep',
  heading: 'What is kept of each mail',
  example: 'keep: { messages: { delivery: P30D, recipient: P30D }, content: PT72H }',
  controls: ['kept-groups', 'shredded-content', 'sealed-at-rest', 'bound-retention'],
  schema: table({ messages: groups, content: contentPeriod }),
  compile: ({ messages, content }, draft, report) => {
    const row = daysOf(messages.delivery)
    const granted: (readonly [MessageGroup, number])[] = []
    for (const { word } of messageWords) {
      const written = messages[word]
      if (written === 'off') continue
      granted.push([word, daysOf(written)])
      if (daysOf(written) <= row) continue
      const text = 'This cannot outlive the message it belongs to.'
      report.fault(['keep', 'messages', word], 'group_outlives', text, 'Shorten it to `delivery`, or lengthen that.')
    }
    draft.message = Object.freeze({ retentionDays: frozenMap(granted), contentHours: hoursOf(content) })
  },
  explain: ({ messages, content }) => [
    ...messageWords.flatMap(({ word, means }) => {
      const written = messages[word]
      const gone = { path: ['keep', 'messages'], text: `Not kept once the mail is sent: ${means}.` }
      if (written === 'off') return [gone]
      return [{ path: ['keep', 'messages', word], text: `Kept for ${period(written)}: ${means}.` }]
    }),
    {
      path: ['keep'],
      text: 'A random number that stands for you and a keyed hash of your address stay as long as something here needs them.',
    },
    {
      path: ['keep', 'content'],
      text: `The content lies sealed until the mail is delivered or given up, for ${period(content)} at most, and is then destroyed.`,
    },
  ],
  widens: (base, mine) => [
    ...messageWords.flatMap(({ word }) => {
      const path = ['keep', 'messages', word]
      return longer(base.messages[word], mine.messages[word])
        ? [{ path, sentence: 'What is extended keeps this for less time, or not at all.' }]
        : []
    }),
    ...(hoursOf(mine.content) > hoursOf(base.content)
      ? [{ path: ['keep', 'content'], sentence: 'What is extended destroys the content earlier.' }]
      : []),
  ],
})

const longer = (base: string, mine: string): boolean =>
  mine !== 'off' && (base === 'off' || daysOf(mine) > daysOf(base))
