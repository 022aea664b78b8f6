import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { clause } from '../clause.ts'
import { listed, period } from '../phrase.ts'
import type { Policy } from '../policy.ts'
import { days, table } from '../shapes.ts'

const kinds = ['open', 'click'] as const
/** Long enough for a holiday, short enough for an address that somebody else typed in. */
const unconfirmedDefault = 'P14D'
const recorded = ['at', 'source', 'wording'] as const

/** Whether being tracked is asked for apart from being written to, and how long the record of a consent is kept. */
export const consent = clause({
  name: 'consent',
  heading: 'Your consent',
  example: 'consent: { tracking: separate, proof: P1Y, unconfirmed: P14D }',
  controls: ['separate-consent', 'withdrawal'],
  schema: table({
    tracking: z.enum(['separate', 'with-mail']),
    proof: days,
    unconfirmed: days.default(unconfirmedDefault),
    record: z.array(z.enum(recorded)).default([...recorded]),
  }),
  compile: ({ proof, unconfirmed, record }, draft, report) => {
    draft.consentDays = daysOf(proof)
    draft.unconfirmedDays = daysOf(unconfirmed)
    const missing = recorded.filter((each) => !record.includes(each))
    if (!missing.length) return
    const text = 'A consent without its time, its source and its wording cannot be shown to anyone (GDPR Art. 7(1)).'
    report.fault(['consent', 'record'], 'proof_incomplete', text, `Add ${listed(missing)}, or leave \`record\` out.`)
  },
  check: ({ tracking }, draft, report) => {
    if (!draft.sound.has('collect') || !draft.sound.has('purposes')) return
    for (const kind of kinds) {
      const rule = draft.events[kind]
      const purpose = draft.purposes.get(rule.purpose)
      if (rule.mode === 'off' || !purpose) continue
      const path = ['collect', kind, 'purpose']
      const apart = !purpose.sends && purpose.consent === 'opt-in'
      const done = rule.mode === 'tally' ? 'counted, by a picture in their mail,' : 'recorded'
      const text = apart ? '' : `People are ${done} without having been asked for that alone.`
      const next =
        'Record for a purpose with `consent: opt-in` and `sends: false`, as `insight` in the shipped policies.'
      if (!apart && tracking === 'separate') report.fault(path, 'consent_bundled', text, next)
      else if (!apart && rule.mode === 'individual') report.warn(path, 'consent_bundled', text, next)
    }
  },
  explain: ({ tracking, proof, unconfirmed }, policy) => [
    { path: ['consent', 'tracking'], text: askedFor(tracking, policy) },
    {
      path: ['consent', 'proof'],
      text: `You can take a consent back at any time; that also stops the recording of mail that was sent before. What we were told about your consent (when, how, which words) is kept for ${period(proof)} after it ends.`,
    },
    {
      path: ['consent', 'unconfirmed'],
      text: `Where you are asked by mail to confirm a consent, it counts only once you have; without that, everything about it is deleted after ${period(unconfirmed)}.`,
    },
  ],
  widens: (base, mine) => [
    ...(mine.tracking === 'with-mail' && base.tracking === 'separate'
      ? [{ path: ['consent', 'tracking'], sentence: 'What is extended asks separately.' }]
      : []),
    ...(daysOf(mine.proof) > daysOf(base.proof)
      ? [{ path: ['consent', 'proof'], sentence: 'What is extended keeps the record for less time.' }]
      : []),
    ...(daysOf(mine.unconfirmed) > daysOf(base.unconfirmed)
      ? [{ path: ['consent', 'unconfirmed'], sentence: 'What is extended deletes an unconfirmed request earlier.' }]
      : []),
  ],
})

/** The notice may not claim a question that nobody puts: what is only counted, or not at all, is not asked for. */
function askedFor(tracking: string, { events, purposes }: Policy): string {
  const rules = kinds.map((kind) => events[kind]).filter(({ mode }) => mode !== 'off')
  if (!rules.length)
    return 'Nothing is recorded of you, so that there is nothing to say yes to: mail has no pixel and its own links.'
  const unasked = rules.some(({ purpose }) => purposes.get(purpose)?.consent !== 'opt-in')
  if (unasked && rules.every(({ mode }) => mode === 'tally')) {
    return 'Nothing is recorded of you. You are not asked before you are counted among the others, and can say no at any time.'
  }
  return tracking === 'separate'
    ? 'Being recorded is asked for separately from being written to: without your yes, mail has no pixel and the original links.'
    : 'Being recorded is not asked for separately from being written to.'
}
