import { daysOf } from '../../base/index.ts'
import type { Scope, Widening } from '../clause.ts'
import type { EventKind } from '../policy.ts'
import type { CollectWritten, EventWritten } from './collect.ts'

const modes = ['off', 'tally', 'individual']
const grains = ['off', 'day', 'hour', 'minute', 'second']

/** Where `mine` records more of a hit, more finely, for longer, for something else or against a signal. */
export const collectWidens = (base: CollectWritten, mine: CollectWritten, scope: Scope): readonly Widening[] =>
  (['open', 'click'] as const).flatMap((kind) => kindWidens(kind, base[kind], mine[kind], scope))

function kindWidens(kind: EventKind, base: EventWritten, mine: EventWritten, scope: Scope): readonly Widening[] {
  if (mine.mode === 'off') return []
  const found: Widening[] = []
  const add = (key: string, sentence: string) => found.push({ path: ['collect', kind, ...key.split('.')], sentence })
  if (base.mode === 'off' || modes.indexOf(mine.mode) > modes.indexOf(base.mode)) {
    add('mode', 'What is extended records less of this kind.')
    return found
  }
  // Under a ceiling a purpose is held by its role: see `purposes`.
  if (scope === 'overlay' && mine.purpose !== base.purpose)
    add('purpose', 'What is extended records it for another purpose.')
  for (const [field, grain] of Object.entries(mine.fields)) {
    const granted = base.fields[field] ?? 'off'
    const finer =
      field === 'at' ? grains.indexOf(grain) > grains.indexOf(granted) : grain !== 'off' && granted === 'off'
    if (finer) add(`fields.${field}`, 'What is extended does not grant this, or not as finely.')
  }
  if (daysOf(mine.recording) > daysOf(base.recording)) add('recording', 'What is extended stops recording earlier.')
  if (base.honours.some((signal) => !mine.honours.includes(signal)))
    add('honours', 'What is extended heeds more signals.')
  if (mine.mode === 'individual' && base.mode === 'individual' && daysOf(mine.retention) > daysOf(base.retention)) {
    add('retention', 'What is extended deletes it earlier.')
  }
  return found
}
