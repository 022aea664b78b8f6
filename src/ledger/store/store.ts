import type { Clock } from '../../base/index.ts'
import type { PolicyBook } from '../../policy/policy.ts'
import type { Epochs } from '../keys/epochs.ts'
import type { Ledger } from '../ledger.ts'
import type { Anchor } from '../log/anchor.ts'
import type { ErasedList } from '../log/erased.ts'
import type { Sql } from '../sql.ts'
import type { KeyStore } from './key-store.ts'

/** What every verb works on. */
export interface Store {
  readonly db: Sql
  readonly keys: KeyStore
  readonly policies: PolicyBook
  readonly clock: Clock
  readonly anchor: Anchor
  readonly erased: ErasedList
  readonly epochs: Epochs
  /** What only the engine can do or see. */
  readonly engine: Engine
}

/** The engine's own part, for which there are no common words. */
export interface Engine {
  /** Empties what deleted rows left behind (free pages, dead rows, logs); false if something held it up: next time. */
  tidy(): Promise<boolean>
  /** Live tables and columns that the catalogue does not know, and the other way round; triggers, views and indexes of nobody's. */
  drift(): Promise<readonly string[]>
  /** Settings under which a deleted value would not be gone. */
  settings(): Promise<readonly string[]>
  /** Removes everything of `table` that ended before `today`, if the engine has a faster way than rows; else null. */
  dropExpired(table: string, today: number): Promise<number | null>
  /** Looks for bytes in the live rows, where the engine's own files are out of a search's reach; else finds none. */
  search(needles: readonly Uint8Array[]): Promise<readonly number[]>
  readonly leaves: Ledger['leaves']
  /** Translates what the engine threw. */
  fault(cause: unknown): Error
}

/** Runs `work` as one write beside which no other stands, so that what it reads is still true when it writes. */
export const writing = <T>(store: Store, work: () => Promise<T>): Promise<T> => store.db.alone(work)

/** Lets hits and sends through between two chunks of a long work. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
