import { isTable, type Json, valueAt } from './canonical.ts'
import type { Report } from './fault.ts'

const means = ['purpose', 'fields', 'recording', 'honours', 'retention'] as const

type Unused = readonly [keys: readonly string[], sentence: string, next: string]
const unused: ReadonlyMap<Json | undefined, Unused> = new Map<Json, Unused>([
  ['off', [means, 'Of what is off nothing is recorded: this says nothing.', 'Leave it out, or write another `mode`.']],
  [
    'tally',
    [
      ['retention'],
      'A tally has no period of its own: hits are counted, and none is kept.',
      'Leave it out; how long counts are kept is the `retention` of `tallies`.',
    ],
  ],
])

/**
 * Faults keys of `collect` that `mine` itself writes where its mode has no use for them: a promise that nobody keeps. What
 * `resolved` has from a policy that is extended may stay, since whoever changes the mode wrote none of it.
 */
export function checkUnused(mine: Json, resolved: Json, report: Report): void {
  for (const kind of ['open', 'click']) {
    const path = ['collect', kind]
    const written = valueAt(mine, path)
    const found = unused.get(valueAt(resolved, [...path, 'mode']))
    if (!isTable(written) || !found) continue
    const [keys, sentence, next] = found
    for (const key of keys) {
      if (Object.hasOwn(written, key)) report.fault([...path, key], 'key_unused', sentence, next)
    }
  }
}
