import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { clause, type Draft, type Told } from '../clause.ts'
import type { Report } from '../fault.ts'
import { grantFields } from '../fields.ts'
import { frozenMap, frozenSet } from '../freeze.ts'
import { listed, period } from '../phrase.ts'
import type { EventKind, EventRule, Policy } from '../policy.ts'
import { days, table } from '../shapes.ts'
import { suggestion } from '../suggest.ts'
import { eventWords } from '../vocabulary.ts'
import { collectWidens } from './collect-widens.ts'

const shared = {
  purpose: z.string(),
  fields: z.record(z.string(), z.string()),
  recording: days,
  honours: z.array(z.enum(['gpc', 'dnt'])).default([]),
}
// An overlay that switches a kind off keeps the keys of what it extends: they are known, and count for nothing. Those that
// it writes itself are faults (../unused.ts).
const unread = z.unknown().optional()
const event = z.discriminatedUnion('mode', [
  table({ mode: z.literal('individual'), ...shared, retention: days }),
  table({ mode: z.literal('tally'), ...shared, retention: unread }),
  table({
    mode: z.literal('off'),
    purpose: unread,
    fields: unread,
    recording: unread,
    honours: unread,
    retention: unread,
  }),
])

export type EventWritten = z.output<typeof event>
export type CollectWritten = Readonly<Record<EventKind, EventWritten>>

const kinds: readonly EventKind[] = ['open', 'click']

/** What is recorded of an open and of a click: the only way into an event (law 1). */
export const collect = clause<CollectWritten>({
  name: 'collect',
  heading: 'What is recorded when a mail is opened or a link is followed',
  example: 'collect: { open: { mode: off }, click: { mode: off } }',
  controls: ['coarse-events', 'sealed-token', 'unlinkable-tallies', 'no-tracking', 'honoured-signals'],
  schema: table({ open: event, click: event }),
  compile: (written, draft, report) => {
    draft.events = Object.freeze({
      open: compiled('open', written.open, report),
      click: compiled('click', written.click, report),
    })
  },
  check: (_written, draft, report) => {
    for (const kind of kinds) checked(draft.events[kind], draft, report)
  },
  explain: (written, policy) => kinds.flatMap((kind) => told(kind, written[kind], policy)),
  widens: collectWidens,
})

function compiled(kind: EventKind, written: EventWritten, report: Report): EventRule {
  if (written.mode === 'off') {
    const nothing = { fields: frozenMap<never, never>([]), honours: frozenSet<never>([]) }
    return Object.freeze({ kind, mode: 'off', purpose: '', ...nothing, retentionDays: 0, recordingDays: 0 })
  }
  const fields = grantFields(kind, written.mode, written.fields, report)
  return Object.freeze({
    kind,
    mode: written.mode,
    purpose: written.purpose,
    fields: frozenMap(fields),
    // A tallied hit lives in the queue only; nothing of it is kept by itself.
    retentionDays: written.mode === 'individual' ? daysOf(written.retention) : 0,
    recordingDays: daysOf(written.recording),
    honours: frozenSet(written.honours),
  })
}

function checked({ kind, mode, purpose, retentionDays, recordingDays }: EventRule, draft: Draft, report: Report): void {
  if (mode === 'off') return
  if (draft.sound.has('purposes') && !draft.purposes.has(purpose)) {
    const next = suggestion(purpose, [...draft.purposes.keys()])
    report.fault(['collect', kind, 'purpose'], 'purpose_unknown', 'No such purpose is declared.', next)
  }
  if (mode === 'tally' && draft.sound.has('tallies') && !draft.tallies) {
    const next = 'Declare `tallies:` with k and retention, or write `mode: off`.'
    report.fault(['collect', kind, 'mode'], 'tallies_off', 'Hits are to be tallied, but tallies are off.', next)
  }
  const delivery = draft.message.retentionDays.get('delivery')
  if (
    mode === 'individual' &&
    draft.sound.has('keep') &&
    delivery !== undefined &&
    recordingDays + retentionDays > delivery
  ) {
    const text = 'The last events would go with their message, before this period ends.'
    report.warn(
      ['collect', kind, 'retention'],
      'retention_outlives',
      text,
      'Lengthen `keep.messages.delivery` to the sum of `recording` and `retention`, or shorten these.',
    )
  }
}

const verbs: Readonly<Record<EventKind, string>> = { open: 'you open a mail', click: 'you follow a link in a mail' }

function told(kind: EventKind, written: EventWritten, policy: Policy): readonly Told[] {
  const path = ['collect', kind]
  if (written.mode === 'off') return [{ path, text: `Nothing is recorded when ${verbs[kind]}.` }]
  const granted = policy.events[kind]
  const named = eventWords.filter(({ word }) => granted.fields.has(word))
  const words = named.map(({ word, means }) => (word === 'at' ? `${means} to the ${granted.fields.get(word)}` : means))
  const what = words.length ? listed(words) : 'that it happened, and nothing else'
  const counted = written.mode === 'tally'
  return [
    {
      path: [...path, 'fields'],
      text: counted
        ? `When ${verbs[kind]}, it is only counted, by ${what}; nothing is recorded about you.`
        : `When ${verbs[kind]}, this is recorded: ${what}.`,
    },
    { path: [...path, 'purpose'], text: `It serves the purpose "${written.purpose}" alone.`, detail: true },
    ...(counted
      ? []
      : [{ path: [...path, 'retention'], text: `It is deleted after ${period(written.retention)}.`, detail: true }]),
    {
      path: [...path, 'recording'],
      text: `Nothing is recorded later than ${period(written.recording)} after sending.`,
      detail: true,
    },
    ...(written.honours.length
      ? [
          {
            path: [...path, 'honours'],
            text: `Nothing is recorded if your program sends ${signals(written.honours)}.`,
            detail: true,
          },
        ]
      : []),
  ]
}

const signals = (honours: readonly string[]) =>
  listed(
    honours.map((each) => (each === 'gpc' ? 'Global Privacy Control' : 'Do Not Track')),
    'or',
  )
