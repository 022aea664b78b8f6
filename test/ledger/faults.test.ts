import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLedger } from '../../src/ledger/index.ts'
import { storeFault } from '../../src/ledger/sqlite/fault.ts'
import { migrate } from '../../src/ledger/sqlite/migrate.ts'
import { promisedBy } from '../../src/ledger/store/face.ts'
import { type Folder, newFolder, openIn, operatorKey } from './folder.ts'
import { handClock, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'

describe('what goes wrong', () => {
  const given = { policies: bookOf(policyOf()), clock: handClock() }
  let folder: Folder
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  it('names another process that holds the store', async () => {
    const ledger = await openIn(folder, given)
    const other = new Driver(folder.store)
    other.exec('BEGIN IMMEDIATE')
    const message = permit(requestTo('mira@example.org', given.clock), given.policies.inForce)
    await expect(ledger.accept([message])).rejects.toMatchObject({ code: 'store_locked' })
    await expect(ledger.probe()).rejects.toMatchObject({ code: 'store_locked' })
    other.exec('ROLLBACK')
    expect(await ledger.accept([message])).toMatchObject([{ accepted: true }])
    other.close()
    await ledger.close()
  })

  it('names a reader that keeps the log from being emptied', async () => {
    const ledger = await openIn(folder, given)
    const reader = new Driver(folder.store)
    reader.exec('BEGIN; SELECT * FROM policies')
    reader.prepare('SELECT count(*) FROM policies').get()
    await ledger.enforce(given.policies.inForce)
    expect(await ledger.tidy()).toBe(false)
    reader.close()
    expect(await ledger.tidy()).toBe(true)
    await ledger.close()
  })

  it('names a damaged file', async () => {
    writeFileSync(folder.store, 'this is no database at all, and long enough to look like a header '.repeat(20))
    await expect(openIn(folder, given)).rejects.toMatchObject({ code: 'store_corrupt' })
  })

  it('names a full disk', async () => {
    const db = new Driver(folder.store)
    db.exec('CREATE TABLE t (x BLOB)')
    db.pragma('max_page_count = 8')
    const fill = promisedBy(storeFault)(() => db.prepare('INSERT INTO t VALUES (zeroblob(1000000))').run())
    await expect(fill()).rejects.toMatchObject({ code: 'store_full' })
    db.close()
  })

  it('names a migration that was changed, and one of a newer Lethe', async () => {
    const migrations = join(folder.path, 'migrations')
    mkdirSync(migrations)
    const write = (sql: string) => writeFileSync(join(migrations, '0001-first.sql'), sql)
    const db = new Driver(':memory:')
    write('CREATE TABLE a (x)')
    expect([migrate(db, migrations), migrate(db, migrations)]).toEqual([1, 0])
    write('CREATE TABLE a (y)')
    expect(() => migrate(db, migrations)).toThrow(expect.objectContaining({ code: 'migration_changed' }))
    write('CREATE TABLE a (x)')
    db.exec("INSERT INTO migrations VALUES (2, 'of tomorrow')")
    expect(() => migrate(db, migrations)).toThrow(expect.objectContaining({ code: 'migration_unknown' }))
    db.close()
  })

  it('names a kind of store that there is none of', async () => {
    const options = { ...given, keysPath: folder.keys, epochsPath: folder.epochs, operatorKeys: [operatorKey()] }
    await expect(openLedger('mysql:x', options)).rejects.toMatchObject({ code: 'store_scheme' })
  })
})
