import { type Clock, Fault } from '../base/index.ts'
import type { OperatorKey } from '../gate/index.ts'
import type { PolicyBook } from '../policy/policy.ts'
import type { Ledger } from './ledger.ts'
import type { Sql } from './sql.ts'
import type { Engine } from './store/store.ts'

export interface LedgerOptions {
  /** The key store beside a store in a file: a file of its own, mode 0600. */
  readonly keysPath: string
  /** The key store beside a store on PostgreSQL, where it is not to lie in a schema of the same database. */
  readonly keysUrl?: string
  /** The file of epoch keys, outside every database. */
  readonly epochsPath: string
  /** Where the audit log's head is noted, outside every database; `audit-head` beside the epoch keys unless told. */
  readonly auditHeadPath?: string
  /** Where erasures are listed, outside every database; `erased` beside the epoch keys unless told. */
  readonly erasedPath?: string
  readonly operatorKeys: readonly OperatorKey[]
  /** Read anew at each use: pages that are added after opening count. */
  readonly policies: PolicyBook
  readonly clock?: Clock
  /** How long to wait for another process's lock; 2 s unless told. */
  readonly busyMillis?: number
}

export interface SqliteOptions {
  readonly path: string
  readonly keysPath: string
  readonly busyMillis?: number
}

export interface PostgresOptions {
  readonly url: string
  readonly keysUrl?: string
}

/** Store and key store of one engine, of the newest schema. */
export interface Databases {
  readonly db: Sql
  readonly keyDb: Sql
  readonly engine: Engine
  /** Called when the first request may come. */
  serve(): void
}

type Where = Pick<LedgerOptions, 'keysPath' | 'keysUrl' | 'busyMillis'>

const postgres = async (rest: string, { keysUrl }: Where): Promise<Databases> => {
  const { openSchemas } = await import('./postgres/open.ts')
  return openSchemas({ url: `postgres:${rest}`, ...(keysUrl === undefined ? {} : { keysUrl }) })
}

const drivers: Readonly<Record<string, (rest: string, where: Where) => Promise<Databases>>> = {
  sqlite: async (path, where) => {
    const { openFiles } = await import('./sqlite/open.ts')
    return openFiles({ ...where, path })
  },
  postgres,
  postgresql: postgres,
}

/** The two databases that a URL's scheme names. Throws `store_scheme` for one that has no driver. */
export async function openDatabases(url: string, where: Where): Promise<Databases> {
  const end = url.indexOf(':')
  const open = drivers[url.slice(0, end)]
  if (!open) {
    throw new Fault(
      'store_scheme',
      'There is no store for this kind of URL.',
      'Use sqlite:PATH or postgres://user:password@host/database in LETHE_STORE.',
    )
  }
  return open(url.slice(end + 1), where)
}

/**
 * Opens what the URL's scheme names. Throws `keys_wrong`, `store_gone`, `store_locked`, `store_corrupt`, `store_full`,
 * `store_unwritable`, `migration_changed` or `migration_unknown`; on PostgreSQL also `store_url`, `store_away`, `store_refused`
 * or `store_busy`.
 */
export async function openLedger(url: string, options: LedgerOptions): Promise<Ledger> {
  const databases = await openDatabases(url, options)
  try {
    const { openStore } = await import('./store/open.ts')
    return await openStore(databases, options)
  } catch (cause) {
    await Promise.allSettled([databases.db.close(), databases.keyDb.close()])
    throw databases.engine.fault(cause)
  }
}

export const openSqliteLedger = (options: LedgerOptions & { readonly path: string }): Promise<Ledger> =>
  openLedger(`sqlite:${options.path}`, options)
