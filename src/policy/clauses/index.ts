/**
 * The language: one clause a key, in the order in which a reader wants to hear of them. A new clause is a file and a line
 * here; a key that is not here is refused.
 */
import type { Clause } from '../clause.ts'
import { attestations } from './attestations.ts'
import { changes } from './changes.ts'
import { collect } from './collect.ts'
import { consent } from './consent.ts'
import { controller } from './controller.ts'
import { cookies } from './cookies.ts'
import { disclosure } from './disclosure.ts'
import { effective } from './effective.ts'
import { hygiene } from './hygiene.ts'
import { keep } from './keep.ts'
import { logs } from './logs.ts'
import { minors } from './minors.ts'
import { never } from './never.ts'
import { ours } from './ours.ts'
import { policy } from './policy.ts'
import { processors } from './processors.ts'
import { purposes } from './purposes.ts'
import { rights } from './rights.ts'
import { sale } from './sale.ts'
import { statements } from './statements.ts'
import { tallies } from './tallies.ts'
import { transport } from './transport.ts'
import { within } from './within.ts'

export const clauses: readonly Clause[] = [
  ...[policy, effective, within, controller],
  ...[purposes, collect, hygiene, tallies, keep, consent, minors],
  ...[processors, disclosure, sale, transport, cookies],
  ...[rights, changes, logs, never],
  ...[attestations, statements, ours],
]
