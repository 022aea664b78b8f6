import Driver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { catalogue, tables } from '../../src/ledger/catalogue/index.ts'
import { migrationFolder } from '../../src/ledger/migrations.ts'
import { migrate } from '../../src/ledger/sqlite/migrate.ts'
import { removals } from '../../src/ledger/store/erase.ts'

const plan = (db: Driver.Database, sql: string) =>
  db
    .prepare<[{ handle: Buffer }], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all({ handle: Buffer.alloc(12) })
    .map(({ detail }) => detail)

const openStore = () => {
  const db = new Driver(':memory:')
  migrate(db, migrationFolder('sqlite', 'store'))
  return db
}

it('an erasure finds every row by an index, so that its time grows with the person and not with the store', () => {
  const db = openStore()
  for (const sql of removals) {
    const steps = plan(db, sql)
    expect([sql, steps.some((step) => step.startsWith('SEARCH'))]).toEqual([sql, true])
    expect([sql, steps.filter((step) => step.startsWith('SCAN'))]).toEqual([sql, []])
  }
  db.exec('DROP INDEX idempotency_of')
  const broken = removals.flatMap((sql) => plan(db, sql)).filter((step) => step.startsWith('SCAN'))
  expect(broken, 'a missing index is seen').toEqual(['SCAN idempotency'])
  db.close()
})

it('an erasure reaches every table that holds a row of somebody', () => {
  const reached = tables(catalogue).filter(([, { reach }]) => reach.by === 'handle' || reach.by === 'message')
  expect(removals.map((sql) => /^DELETE FROM (\w+)/.exec(sql)?.[1])).toEqual(reached.map(([name]) => name))
})

it('the foreign keys of what an erasure removes have their indexes', () => {
  const db = openStore()
  const children = db
    .prepare<[], { child: string; column: string }>(
      `SELECT t.name AS child, f."from" AS "column" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
       WHERE t.type = 'table' AND f."table" IN ('subjects', 'messages')`,
    )
    .all()
  expect(children.length).toBeGreaterThan(3)
  for (const { child, column } of children) {
    const steps = plan(db, `SELECT rowid FROM ${child} WHERE ${column} = @handle`.replace('rowid', column))
    expect([child, steps.every((step) => step.startsWith('SEARCH'))]).toEqual([child, true])
  }
  db.close()
})
