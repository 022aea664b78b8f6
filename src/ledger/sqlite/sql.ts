import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Statement as Prepared } from 'better-sqlite3'
import type { Sql, Statement } from '../sql.ts'
import { sqliteDialect } from './dialect.ts'

/**
 * One file behind promises. Its one connection takes turns: while a transaction is open, whoever is no part of it waits, and
 * a statement outside of any runs at once. A statement itself is synchronous, so that between two awaits of a transaction
 * nothing but it can have happened to the file.
 */
export function sqliteSql(db: Database): Sql {
  const inside = new AsyncLocalStorage<boolean>()
  let turn: Promise<unknown> | null = null

  /** Runs `work` when nobody else is at it. */
  async function queued<T>(work: () => Promise<T>): Promise<T> {
    const before = turn
    const mine = (before ?? Promise.resolve()).catch(() => undefined).then(() => inside.run(true, work))
    const mark = mine.catch(() => undefined)
    turn = mark
    try {
      return await mine
    } finally {
      if (turn === mark) turn = null
    }
  }

  /** In its turn already. */
  async function transact<T>(begin: string, work: () => Promise<T>): Promise<T> {
    db.exec(begin)
    try {
      const done = await work()
      db.exec('COMMIT')
      return done
    } catch (cause) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw cause
    }
  }

  const transaction = async <T>(begin: string, work: () => Promise<T>): Promise<T> =>
    inside.getStore() ? work() : queued(() => transact(begin, work))

  const alone = <T>(work: () => Promise<T>): Promise<T> => transaction('BEGIN IMMEDIATE', work)

  async function durably<T>(work: () => Promise<T>): Promise<T> {
    if (inside.getStore()) return work()
    return queued(async () => {
      db.pragma('synchronous = FULL')
      try {
        return await transact('BEGIN IMMEDIATE', work)
      } finally {
        db.pragma('synchronous = NORMAL')
      }
    })
  }

  /** At once where nobody is in the middle of something; else in its turn. */
  async function now<T>(work: () => T): Promise<T> {
    if (turn === null || inside.getStore()) return work()
    return queued(async () => work())
  }

  function wrap<A extends readonly unknown[], R>(statement: Prepared<unknown[], R>): Statement<A, R> {
    return {
      get: (...given) => now(() => statement.get(...given)),
      all: (...given) => now(() => statement.all(...given)),
      run: (...given) => now(() => statement.run(...given)),
      pluck: () => wrap(statement.pluck()),
    }
  }

  return {
    dialect: sqliteDialect,
    prepare: <A extends readonly unknown[], R>(text: string) => wrap<A, R>(db.prepare<unknown[], R>(text)),
    exec: (text) => now(() => void db.exec(text)),
    alone,
    beside: alone,
    glance: (work) => transaction('BEGIN', work),
    durably,
    makeRoom: async () => undefined,
    close: () => now(() => void db.close()),
  }
}
