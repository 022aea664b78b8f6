import { z } from 'zod'
import { clause, type Draft } from '../clause.ts'
import { listed } from '../phrase.ts'
import { plainly, refusedWords, unseenWords } from '../refused.ts'
import { suggestion } from '../suggest.ts'
import { eventWords, everyWord, lastOpen, messageWords } from '../vocabulary.ts'

/** What no other clause may grant: a promise that the compiler keeps against later edits of the same file. */
export const never = clause({
  name: 'never',
  heading: 'What is never recorded',
  example: 'never: [ip_address, user_agent, body]',
  controls: ['closed-schema'],
  schema: z.array(z.string()).max(100),
  compile: (written, _draft, report) => {
    for (const [index, word] of written.entries()) {
      const path = ['never', index]
      if (!everyWord.includes(word)) {
        const text = 'This is no word for anything that could be observed.'
        report.fault(path, 'word_unknown', text, suggestion(word, everyWord))
      } else if (written.indexOf(word) !== index) {
        report.fault(path, 'word_twice', 'This word stands here twice.', 'Keep one of the two.')
      }
    }
  },
  check: (written, draft, report) => {
    for (const [index, word] of written.entries()) {
      const by = granting(word, draft)
      if (!by) continue
      const text = `"${word}" is never to be recorded, and yet ${by} grants it.`
      report.fault(['never', index], 'never_granted', text, `Take it out of "never", or switch off ${by}.`)
    }
  },
  explain: (written) =>
    written.length
      ? [{ path: ['never'], text: `Whatever else changes: ${listed(written.map(named))}.` }]
      : [{ path: ['never'], text: 'No promise of this kind is made.' }],
  widens: (base, mine, scope) => {
    if (scope === 'ceiling') return [] // what a ceiling does not grant is held by the clauses that grant
    const gone = base.filter((word) => !mine.includes(word))
    return gone.length ? [{ path: ['never'], sentence: `What is extended also never records ${listed(gone)}.` }] : []
  },
})

const named = (word: string): string =>
  [...eventWords, ...messageWords].find((each) => each.word === word)?.means ?? plainly(word)

/** The path of the clause that grants `word`, or null. */
function granting(word: string, { events, message, hygiene, sound }: Draft): string | null {
  if (refusedWords.has(word) || unseenWords.has(word)) return null // no clause can grant these
  if (hygiene && (word === lastOpen.word || word === 'open' || word === 'at')) return 'hygiene'
  const [kind, field] = word.split('.')
  for (const rule of sound.has('collect') ? [events.open, events.click] : []) {
    if (rule.mode === 'off') continue
    if (word === rule.kind) return `collect.${rule.kind}`
    const fields: readonly string[] = [...rule.fields.keys()]
    const wanted = field === undefined ? word : kind === rule.kind ? field : null
    const telling = eventWords.find((each) => {
      return fields.includes(each.word) && (each.word === wanted || each.implies === wanted)
    })
    if (telling) return `collect.${rule.kind}.fields.${telling.word}`
  }
  const groups: readonly string[] = sound.has('keep') ? [...message.retentionDays.keys()] : []
  return groups.includes(word) ? `keep.messages.${word}` : null
}
