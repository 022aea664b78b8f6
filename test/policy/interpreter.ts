/**
 * The policy language told slowly: what a document says of one hit, read from the document anew each time, without the
 * compiler, its schemas or the gate. Where the two disagree, one of them is wrong.
 */
export interface Page {
  readonly collect: Readonly<Record<'open' | 'click', Kind>>
  readonly [clause: string]: unknown
}
export interface Kind {
  readonly mode: 'individual' | 'tally' | 'off'
  readonly fields?: Readonly<Record<string, string>>
  readonly retention?: string
  readonly recording?: string
  readonly honours?: readonly string[]
}

export interface Seen {
  readonly kind: 'open' | 'click'
  readonly method: 'GET' | 'HEAD'
  readonly gpc: boolean
  readonly dnt: boolean
  /** Milliseconds since 1970. */
  readonly at: number
  /** The day on which the token was issued, in days since 1970. */
  readonly issued: number
  /** What the instruments would say of this hit, by field. */
  readonly shows: Readonly<Record<string, string | number | null>>
}

export type Judged =
  | { readonly refused: string }
  | { readonly values: Readonly<Record<string, string | number>>; readonly expiresOn: number }

/** What may be recorded of a hit on a mail that was accepted under `then`, while `now` is in force: what both allow. */
export function judge(then: Page, now: Page, hit: Seen): Judged {
  if (hit.method === 'HEAD') return { refused: 'head' }
  const pages = [then.collect[hit.kind], now.collect[hit.kind]]
  if (pages.some(({ mode }) => mode === 'off')) return { refused: 'recording_off' }
  const heeded = pages.flatMap(({ honours }) => honours ?? [])
  const passive = hit.kind === 'open'
  if (hit.gpc && (passive || heeded.includes('gpc'))) return { refused: 'signal_gpc' }
  if (hit.dnt && (passive || heeded.includes('dnt'))) return { refused: 'signal_dnt' }
  const today = daysBetween('1970-01-01', new Date(hit.at).toISOString().slice(0, 10))
  for (const { recording } of pages) {
    if (today - hit.issued > daysIn(recording ?? '')) return { refused: 'recording_over' }
  }
  const values: Record<string, string | number> = {}
  for (const [field, shown] of Object.entries(hit.shows)) {
    const granted = pages.map(({ fields }) => fields?.[field] ?? 'off')
    if (granted.includes('off') || shown === null) continue
    values[field] = field === 'at' ? granted.reduce(blunted, hit.at) : shown
  }
  const kept = pages.map(({ mode, retention }) => (mode === 'individual' ? daysIn(retention ?? '') : 0))
  return { values, expiresOn: today + Math.min(...kept) }
}

/** A moment with everything finer than the grain written over with noughts. */
function blunted(at: number, grain: string): number {
  const noughts: Readonly<Record<string, number>> = { second: 20, minute: 17, hour: 14, day: 11 }
  const text = new Date(at).toISOString()
  return Date.parse(text.slice(0, noughts[grain]) + '2000-01-01T00:00:00.000Z'.slice(noughts[grain]))
}

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** `P1Y2M3W4D`, with years of 365 and months of 30 days. */
function daysIn(period: string): number {
  const worth: Readonly<Record<string, number>> = { Y: 365, M: 30, W: 7, D: 1 }
  return [...period.matchAll(/(\d+)([YMWD])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * worth[unit!]!, 0)
}
