import type { Clock } from '../base/index.ts'
import type { Ledger, Purged } from '../ledger/index.ts'

export interface PurgeReport {
  /** `purged`, or `rehearsed` when nothing was removed. */
  readonly state: 'purged' | 'rehearsed'
  /** ISO instant that the purge took for now. */
  readonly at: string
  /** Why nothing was removed: asked for, or because the clock is shifted on data that is not marked for rehearsals. */
  readonly reason?: 'dry_run' | 'shifted_clock'
  readonly purged: readonly Purged[]
  /** False when a reader kept the write-ahead log from being truncated; the next run tries again. */
  readonly tidied: boolean
}

// Small enough that an insert never waits behind a chunk for long, large enough that a million rows take seconds.
const chunk = 2000

/** Removes what has expired, then the free pages and log frames that it left. A shifted clock purges nothing real. */
export async function purge(
  ledger: Ledger,
  clock: Clock,
  options: { readonly dryRun: boolean; readonly rehearsalFolder: boolean },
): Promise<PurgeReport> {
  const shifted = clock.shift !== 0 && !options.rehearsalFolder
  const dryRun = options.dryRun || shifted
  const purged = await ledger.purge(clock.now(), { chunk, dryRun })
  const tidied = dryRun ? false : await ledger.tidy()
  const at = new Date(clock.now()).toISOString()
  if (!dryRun) return { state: 'purged', at, purged, tidied }
  return { state: 'rehearsed', at, reason: options.dryRun ? 'dry_run' : 'shifted_clock', purged, tidied }
}
