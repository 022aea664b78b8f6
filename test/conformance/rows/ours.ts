import { contradictionNamed, demanded, overlayNarrows } from '../proofs/language.ts'
import { all } from '../proofs/refused.ts'
import { apart, proved, type Row } from '../row.ts'

/** What none of the five texts says, or what they say against each other and against themselves. */
export const ours: readonly Row[] = [
  apart(proved('X-1', 'no period, no lawful basis, no deadline is stated', 'the compiler demands all three', demanded)),
  apart(proved('X-2', 'the five contradict each other', 'merging takes the narrower', overlayNarrows)),
  apart(
    proved('X-3', 'texts contradict themselves', 'both clauses are kept, the narrower is in force', (stage) =>
      all(contradictionNamed(stage, 'CO-19', 'certometer'), contradictionNamed(stage, 'MP-13', 'mailerplex')),
    ),
  ),
]
