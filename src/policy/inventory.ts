import { csvOf } from './csv.ts'
import { markdownTable } from './markdown.ts'
import type { Basis, Policy } from './policy.ts'
import {
  contentWord,
  type Entity,
  type ErasureEffect,
  eventWords,
  hitWords,
  lastOpen,
  messageWords,
  standingWords,
  type Word,
} from './vocabulary.ts'

/** One kind of value that is held under this policy. `kept` is a sentence part: "30 days", "until the outcome". */
export interface InventoryRow {
  /** As `never` would name it: `open.country`, `recipient`. */
  readonly data: string
  readonly of: Entity
  readonly means: string
  /** A fideslang key, and the nearest term of the W3C DPV; null for what is about nobody. */
  readonly category: string
  readonly dpv: string | null
  readonly purposes: readonly string[]
  readonly basis: readonly Basis[]
  readonly kept: string
  readonly erasure: ErasureEffect
  readonly sealed: boolean
}

/** Everything that is held under `policy`, and nothing that is not; words that no clause grants are absent. */
export function inventoryOf(policy: Policy): readonly InventoryRow[] {
  return [...mailRows(policy), ...hitRows(policy), ...standingRows(policy)]
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`)

function row(policy: Policy, word: Word, purposes: readonly string[], kept: string, data = word.word): InventoryRow {
  const bases = purposes.flatMap((name) => policy.purposes.get(name)?.basis ?? [])
  const { means, category, dpv, erasure, sealed } = word
  const of = word.of.at(-1) ?? 'message'
  return { data, of, means, category, dpv, purposes, basis: [...new Set(bases)], kept, erasure, sealed }
}

function mailRows(policy: Policy): readonly InventoryRow[] {
  const sending = [...policy.purposes.values()].filter(({ sends }) => sends).map(({ name }) => name)
  const { retentionDays, contentHours } = policy.message
  return [
    row(policy, contentWord, sending, `until the outcome, ${contentHours} hours at most`),
    ...messageWords.flatMap((word) => {
      const kept = retentionDays.get(word.word)
      return kept === undefined ? [] : [row(policy, word, sending, days(kept))]
    }),
  ]
}

function hitRows(policy: Policy): readonly InventoryRow[] {
  const individual = Object.values(policy.events).filter(({ mode }) => mode === 'individual')
  return individual.flatMap(({ kind, purpose, fields, retentionDays }) => {
    const seen = eventWords.filter(({ word }) => fields.has(word))
    return [
      row(policy, hitWords[kind], [purpose], days(retentionDays)),
      ...seen.map((word) => ({
        ...row(policy, word, [purpose], days(retentionDays), `${kind}.${word.word}`),
        of: kind,
      })),
    ]
  })
}

/** What is held whatever the clauses grant, because a right of people or the machine needs it. */
function standingRows(policy: Policy): readonly InventoryRow[] {
  const { hygiene, tallies } = policy
  const kept: Readonly<Record<string, string>> = {
    consent: `${days(policy.consentDays)} after it ended`,
    suppression: 'until it is lifted',
    log: days(policy.logDays),
    tally: tallies ? days(tallies.retentionDays) : '',
  }
  const standing = standingWords.filter(({ word }) => word !== 'tally' || tallies)
  return [
    ...(hygiene
      ? [row(policy, lastOpen, [hygiene.purpose], `${days(hygiene.retentionDays)}, or until the next open`)]
      : []),
    ...standing.map((word) => {
      const own = row(policy, word, ['rights'], kept[word.word] ?? 'as long as something here needs it')
      if (word.word === 'tally') return row(policy, word, tallied(policy), kept.tally ?? '')
      if (word.dpv === null) return { ...own, purposes: ['operation'] }
      // Showing a consent (GDPR Art. 7(1)) and heeding a no (Art. 21) are duties.
      return { ...own, basis: ['legal_obligation' as const] }
    }),
  ]
}

/** Counts serve what the hits behind them serve. */
const tallied = ({ events }: Policy): readonly string[] => [
  ...new Set(Object.values(events).flatMap(({ mode, purpose }) => (mode === 'off' ? [] : [purpose]))),
]

const header = ['Data', 'Of', 'Meaning', 'Category', 'DPV', 'Purposes', 'Basis', 'Kept', 'Erasure', 'Sealed']
const erasures: Readonly<Record<ErasureEffect, string>> = {
  destroyed: 'destroyed',
  nobody: 'stays, is about nobody',
  stays: 'stays, the receipt says so',
}
const cells = (each: InventoryRow): readonly string[] => [
  ...[each.data, each.of, each.means, each.category, each.dpv ?? 'none'],
  ...[each.purposes.join('; '), each.basis.join('; '), each.kept, erasures[each.erasure], each.sealed ? 'yes' : 'no'],
]

export const inventoryMarkdown = (rows: readonly InventoryRow[]): string =>
  `${markdownTable(header, rows.map(cells))}\n`
export const inventoryCsv = (rows: readonly InventoryRow[]): string => csvOf(header, rows.map(cells))
