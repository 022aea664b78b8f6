import type { Report } from './fault.ts'
import type { EventField, EventKind, EventRule, Grain } from './policy.ts'
import { refusedWords, unseenWords } from './refused.ts'
import { suggestion } from './suggest.ts'
import { eventWords } from './vocabulary.ts'

/**
 * The granted fields of one kind of event, or a fault for each that cannot be granted: because nothing can see it,
 * because this software never keeps it, or because the word or its grain is none.
 */
export function grantFields(
  kind: EventKind,
  mode: EventRule['mode'],
  written: Readonly<Record<string, string>>,
  report: Report,
): readonly (readonly [EventField, Grain])[] {
  const granted: (readonly [EventField, Grain])[] = []
  for (const [name, text] of Object.entries(written)) {
    const path = ['collect', kind, 'fields', name]
    const unseen = unseenWords.get(name)
    const refused = refusedWords.get(name)
    if (unseen) report.fault(path, 'field_uncollectable', unseen, 'Leave it out: it cannot be collected.')
    else if (refused) report.fault(path, 'field_refused', refused, 'Leave it out: this software never keeps it.')
    if (unseen || refused) continue
    const known = eventWords.find(({ word }) => word === name)
    if (!known?.kinds.includes(kind)) {
      const words = eventWords.filter(({ kinds }) => kinds.includes(kind)).map(({ word }) => word)
      const one = kind === 'open' ? 'An open' : 'A click'
      const text = known ? `${one} has no ${name}.` : `${one} shows nothing that is called "${name}".`
      report.fault(path, 'field_unknown', text, suggestion(name, words))
      continue
    }
    if (text === 'off') continue
    const grain = known.grains.find((each) => each === text)
    if (!grain) faultGrain(path, text, known.grains, report)
    else if (mode === 'tally' && name === 'at' && grain !== 'day') {
      report.fault(path, 'grain_too_fine', 'Tallies are kept by the day.', 'Write `at: day` under `fields`.')
    } else granted.push([known.word, grain])
  }
  return granted
}

function faultGrain(path: readonly string[], text: string, grains: readonly Grain[], report: Report): void {
  const choice = `Write one of: ${[...grains, 'off'].join(', ')}.`
  if (/^P[\dT]/.test(text)) {
    const sentence = 'A grain says how fine a value is; a period of time says how long it is kept.'
    report.fault(path, 'grain_is_duration', sentence, `${choice} The period belongs to "retention".`)
  } else report.fault(path, 'grain_unknown', 'There is no such grain here.', choice)
}
