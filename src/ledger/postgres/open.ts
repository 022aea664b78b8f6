import { catalogue, keyCatalogue } from '../catalogue/index.ts'
import { indexesOf, migrationFolder } from '../migrations.ts'
import type { Databases, PostgresOptions } from '../open.ts'
import type { Engine } from '../store/store.ts'
import { drift, settings } from './drift.ts'
import { dropExpired } from './expired.ts'
import { storeFault } from './fault.ts'
import { migrate } from './migrate.ts'
import { poolOf, targetOf } from './pool.ts'
import { searchRows } from './search.ts'
import { postgresSql } from './sql.ts'
import { tidy } from './tidy.ts'

/**
 * The store in one schema and the key store in another beside it, or on a server of its own. Both are brought to the newest
 * version by the first process that comes.
 */
export async function openSchemas({ url, keysUrl }: PostgresOptions): Promise<Databases> {
  const target = targetOf(url)
  const keyTarget = keysUrl === undefined ? { ...target, schema: `${target.schema}_keys` } : targetOf(keysUrl)
  const pool = poolOf(target, target.schema)
  const keyPool = poolOf(keyTarget, keyTarget.schema)
  try {
    await migrate(pool, target.schema, migrationFolder('postgres', 'store'))
    await migrate(keyPool, keyTarget.schema, migrationFolder('postgres', 'keys'))
  } catch (cause) {
    await Promise.allSettled([pool.end(), keyPool.end()])
    throw storeFault(cause)
  }
  const engine: Engine = {
    tidy: async () => [await tidy(pool), await tidy(keyPool)].every(Boolean),
    drift: async () => [
      ...(await drift(pool, catalogue, indexesOf(migrationFolder('postgres', 'store')))),
      ...(await drift(keyPool, keyCatalogue, indexesOf(migrationFolder('postgres', 'keys')))),
    ],
    settings: () => settings([pool, keyPool]),
    dropExpired: (table, today) => dropExpired(pool, table, today),
    search: async (needles) => {
      const [rows, keyRows] = [await searchRows(pool, needles), await searchRows(keyPool, needles)]
      return needles.map((_, at) => (rows[at] ?? 0) + (keyRows[at] ?? 0))
    },
    leaves: 'log',
    fault: storeFault,
  }
  const [db, keyDb] = [postgresSql(pool, target.schema), postgresSql(keyPool, keyTarget.schema)]
  return { db, keyDb, engine, serve: () => undefined }
}
