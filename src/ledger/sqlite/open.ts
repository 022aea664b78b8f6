import type { Database } from 'better-sqlite3'
import { catalogue, keyCatalogue } from '../catalogue/index.ts'
import { indexesOf, migrationFolder } from '../migrations.ts'
import type { Databases, SqliteOptions } from '../open.ts'
import type { Engine } from '../store/store.ts'
import { openDatabase } from './database.ts'
import { drift, settings } from './drift.ts'
import { storeFault } from './fault.ts'
import { migrate } from './migrate.ts'
import { sqliteSql } from './sql.ts'
import { tidy } from './tidy.ts'

const patience = 2000
const servingMillis = 100

/** Opens store and key store, and brings both to the newest schema. */
export async function openFiles({ path, keysPath, busyMillis = patience }: SqliteOptions): Promise<Databases> {
  const opened: Database[] = []
  const open = (at: string): Database => {
    const db = openDatabase(at, busyMillis)
    opened.push(db)
    return db
  }
  try {
    const [db, keyDb] = [open(path), open(keysPath)]
    migrate(db, migrationFolder('sqlite', 'store'))
    migrate(keyDb, migrationFolder('sqlite', 'keys'))
    return {
      db: sqliteSql(db),
      keyDb: sqliteSql(keyDb),
      engine: engine(db, keyDb),
      // SQLite's wait for another program's lock stops this whole process, readers' answers too (law 6).
      serve: () => {
        for (const each of opened) each.pragma(`busy_timeout = ${servingMillis}`)
      },
    }
  } catch (cause) {
    for (const db of opened) db.close()
    throw storeFault(cause)
  }
}

const engine = (db: Database, keyDb: Database): Engine => ({
  tidy: async () => [await tidy(db), await tidy(keyDb)].every(Boolean),
  drift: async () => [
    ...drift(db, catalogue, indexesOf(migrationFolder('sqlite', 'store'))),
    ...drift(keyDb, keyCatalogue, indexesOf(migrationFolder('sqlite', 'keys'))),
  ],
  settings: async () => settings([db, keyDb]),
  dropExpired: async () => null,
  search: async (needles) => needles.map(() => 0),
  leaves: 'nothing',
  fault: storeFault,
})
