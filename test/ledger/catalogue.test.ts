import Driver from 'better-sqlite3'
import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, describe, expect, it } from 'vitest'
import { catalogue, keyCatalogue, type Table, tables } from '../../src/ledger/catalogue/index.ts'
import { indexesOf, migrationFolder } from '../../src/ledger/migrations.ts'
import { drift } from '../../src/ledger/postgres/drift.ts'
import { migrate } from '../../src/ledger/postgres/migrate.ts'
import { poolOf, targetOf } from '../../src/ledger/postgres/pool.ts'
import { migrate as migrateFile } from '../../src/ledger/sqlite/migrate.ts'
import * as keySchema from '../../src/ledger/store/key-schema.ts'
import * as schema from '../../src/ledger/store/schema.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

const described = (of: Readonly<Record<string, Table>>) =>
  tables(of)
    .flatMap(([name, { columns }]) => Object.keys(columns).map((column) => `${name}.${column}`))
    .sort()

const stores = [
  ['store', schema, catalogue],
  ['keys', keySchema, keyCatalogue],
] as const

describe.each(stores)('the catalogue of the %s', (which, drizzle, entries) => {
  const db = new Driver(':memory:')
  migrateFile(db, migrationFolder('sqlite', which))
  afterAll(() => db.close())

  it('describes every column that the migrations make, and no other', () => {
    const live = db
      .prepare<[], string>(
        "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'",
      )
      .pluck()
      .all()
    expect(described(entries)).toEqual(live.sort())
  })

  it('agrees with the schema that queries are written in', () => {
    const written = Object.values<SQLiteTable>(drizzle).flatMap((table) =>
      Object.values(getTableColumns(table)).map(({ name }) => `${getTableName(table)}.${name}`),
    )
    expect(described(entries)).toEqual(written.sort())
  })

  it('gives every value of a recipient an end and an effect of erasure', () => {
    for (const [name, { columns }] of tables(entries)) {
      for (const [column, { whose, ends, erasure }] of Object.entries(columns)) {
        if (whose !== 'recipient' || name === 'suppressions') continue
        expect([`${name}.${column}`, ends === 'never', erasure]).toEqual([`${name}.${column}`, false, 'removed'])
      }
    }
  })
})

describe.runIf(havePostgres)('the catalogue on PostgreSQL', () => {
  afterAll(closeServer)

  it('describes every column that the migrations make there, and no other', async () => {
    const place = await newPlace()
    const pool = poolOf(targetOf(place.url), 'lethe')
    await migrate(pool, 'lethe', migrationFolder('postgres', 'store'))
    const indexes = indexesOf(migrationFolder('postgres', 'store'))
    expect(await drift(pool, catalogue, indexes)).toEqual([])
    await pool.query('ALTER TABLE messages ADD COLUMN opened_from text')
    await pool.query('CREATE INDEX messages_by_recipient ON messages (recipient)')
    expect(await drift(pool, catalogue, indexes)).toEqual([
      'index messages_by_recipient is none of ours',
      'messages.opened_from is not in the catalogue',
    ])
    await pool.end()
  })
})
