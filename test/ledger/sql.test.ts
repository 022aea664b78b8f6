import { setImmediate as nextTurn } from 'node:timers/promises'
import Driver from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { poolOf, targetOf } from '../../src/ledger/postgres/pool.ts'
import { postgresSql } from '../../src/ledger/postgres/sql.ts'
import { placed, type Sql } from '../../src/ledger/sql.ts'
import { sqliteSql } from '../../src/ledger/sqlite/sql.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

describe('the places of a statement', () => {
  it('are numbered in their order, and a name has one place however often it stands there', () => {
    expect(placed('SELECT a FROM t WHERE b = ? AND c = ?')).toEqual({
      text: 'SELECT a FROM t WHERE b = $1 AND c = $2',
      names: null,
    })
    expect(placed('SELECT @a, @b, @a')).toEqual({ text: 'SELECT $1, $2, $1', names: ['a', 'b'] })
  })

  it('are none in quotes', () => {
    expect(placed(`SELECT '?', '@a', "x?" FROM t WHERE b = ?`).text).toBe(`SELECT '?', '@a', "x?" FROM t WHERE b = $1`)
    expect(placed(`SELECT 'it''s ?' WHERE a = ?`).text).toBe(`SELECT 'it''s ?' WHERE a = $1`)
  })
})

interface Opened {
  readonly one: Sql
  /** Another process's view of the same database; null where there can be none. */
  readonly other: Sql | null
  close(): Promise<void>
}

async function files(): Promise<Opened> {
  const one = sqliteSql(new Driver(':memory:'))
  return { one, other: null, close: () => one.close() }
}

async function schemas(): Promise<Opened> {
  const place = await newPlace()
  const open = () => postgresSql(poolOf({ ...targetOf(place.url), connections: 4 }, 'public'), 'public')
  const [one, other] = [open(), open()]
  return {
    one,
    other,
    close: async () => {
      await Promise.all([one.close(), other.close()])
    },
  }
}

if (havePostgres) afterAll(closeServer)

const engines = [['SQLite', files], ...(havePostgres ? [['PostgreSQL', schemas] as const] : [])] as const

describe.each(engines)('statements on %s', (_name, open) => {
  let opened: Opened
  beforeEach(async () => {
    opened = await open()
    await opened.one.exec('CREATE TABLE t (n bigint PRIMARY KEY, text text)')
  })
  afterEach(() => opened.close())

  const all = (db: Sql) => db.prepare<[], number>('SELECT n FROM t ORDER BY n').pluck().all()

  it('bring integers as numbers, truth as 1 or 0, and what is not there as undefined', async () => {
    const { one } = opened
    const big = 1_790_000_000_000
    await one.prepare('INSERT INTO t (n, text) VALUES (@n, @text)').run({ n: big, text: 'x' })
    expect(await one.prepare('SELECT n, n > 5 AS more, count(*) AS rows FROM t GROUP BY n').get()).toEqual({
      ...{ n: big, more: 1, rows: 1 },
    })
    expect(await one.prepare('SELECT n FROM t WHERE n = ?').get(1)).toBeUndefined()
    expect(await one.prepare('UPDATE t SET text = ?').run('y')).toMatchObject({ changes: 1 })
  })

  it('of a broken transaction leave nothing behind', async () => {
    const { one } = opened
    const broken = one.alone(async () => {
      await one.prepare('INSERT INTO t (n) VALUES (1)').run()
      throw new Error('no')
    })
    await expect(broken).rejects.toThrow('no')
    expect(await all(one)).toEqual([])
  })

  it('of one transaction are seen by others all or none', async () => {
    const { one, other } = opened
    const add = one.prepare('INSERT INTO t (n) VALUES (?)')
    const seen: number[] = []
    const writing = one.alone(async () => {
      for (const n of [1, 2, 3]) {
        await add.run(n)
        await nextTurn()
      }
    })
    for (let look = 0; look < 5; look++) {
      seen.push((await all(other ?? one)).length)
      await nextTurn()
    }
    await writing
    expect(seen.filter((n) => n !== 0 && n !== 3)).toEqual([])
    expect(await all(one)).toEqual([1, 2, 3])
  })

  it('that are alone stand beside no other, not even in another process', async () => {
    const { one, other } = opened
    const steps: string[] = []
    const slow = (name: string) => async () => {
      steps.push(`${name} begins`)
      await nextTurn()
      await nextTurn()
      steps.push(`${name} ends`)
    }
    await Promise.all([one.alone(slow('a')), (other ?? one).alone(slow('b')), one.beside(slow('c'))])
    const pairs = [0, 2, 4].map((index) => [steps[index], steps[index + 1]])
    for (const [begin, end] of pairs) expect(end).toBe(begin?.replace('begins', 'ends'))
  })

  it('within a transaction that joins another are a part of it', async () => {
    const { one } = opened
    const add = one.prepare('INSERT INTO t (n) VALUES (?)')
    const outer = one.alone(async () => {
      await one.beside(() => add.run(1))
      throw new Error('no')
    })
    await expect(outer).rejects.toThrow('no')
    expect(await all(one)).toEqual([])
  })
})
