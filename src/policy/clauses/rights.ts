import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { clause } from '../clause.ts'
import { listed, period } from '../phrase.ts'
import { days, table } from '../shapes.ts'

const rightsOf = {
  access: 'see what is held about you',
  rectify: 'correct it',
  export: 'take it with you',
  erase: 'have it deleted',
  restrict: 'have it set aside',
  object: 'object to a purpose',
  withdraw: 'take back a consent',
  concern: 'voice a concern',
}
type Right = keyof typeof rightsOf
const every = Object.keys(rightsOf) as [Right, ...Right[]] // the keys of the table above

/** How soon requests are answered, and how long the links in a mail can still stop things. */
export const rights = clause({
  name: 'rights',
  heading: 'Your rights',
  example: 'rights: { answer: P30D, links: P1Y }',
  controls: ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection', 'open-cases'],
  schema: table({ answer: days, links: days, which: z.array(z.enum(every)).default(every) }),
  compile: ({ answer, links, which }, draft, report) => {
    draft.rightsDays = daysOf(links)
    draft.rightsAnswerDays = daysOf(answer)
    const silent = every.filter((each) => !which.includes(each))
    if (silent.length) {
      const text = `This notice would not tell people of every right: ${listed(silent)}.`
      report.warn(['rights', 'which'], 'rights_silent', text, 'Add them: requests are answered all the same.')
    }
    if (daysOf(answer) <= 30) return
    const text = 'A request is to be answered within a month (GDPR Art. 12(3)).'
    report.warn(['rights', 'answer'], 'deadline_late', text, 'Write `answer: P30D` or less.')
  },
  check: (_written, draft, report) => {
    const rules = [draft.events.open, draft.events.click]
    const longest = Math.max(...rules.map(({ recordingDays, retentionDays }) => Math.max(recordingDays, retentionDays)))
    if (!draft.sound.has('collect') || draft.rightsDays >= longest) return
    const text = 'A link that can stop the recording would die before the recording ends.'
    report.fault(['rights', 'links'], 'rights_end_early', text, `Write at least P${longest}D.`)
  },
  explain: ({ answer, links, which }) => [
    { path: ['rights', 'which'], text: `You may ${listed(which.map((each) => rightsOf[each]))}.` },
    { path: ['rights', 'answer'], text: `A request is answered within ${period(answer)}.` },
    {
      path: ['rights', 'links'],
      text: `The links in each mail that unsubscribe and withdraw work for ${period(links)}.`,
    },
  ],
  widens: (base, mine) => [
    ...(base.which.some((each) => !mine.which.includes(each))
      ? [{ path: ['rights', 'which'], sentence: 'What is extended tells people of more rights.' }]
      : []),
    ...(daysOf(mine.answer) > daysOf(base.answer)
      ? [{ path: ['rights', 'answer'], sentence: 'What is extended answers sooner.' }]
      : []),
    ...(daysOf(mine.links) < daysOf(base.links)
      ? [{ path: ['rights', 'links'], sentence: 'What is extended lets people out for longer.' }]
      : []),
  ],
})
