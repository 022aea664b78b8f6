import { AsyncLocalStorage } from 'node:async_hooks'
import type { Pool, PoolClient } from 'pg'
import { digest } from '../../base/index.ts'
import { placed, type Sql, type Statement } from '../sql.ts'
import { postgresDialect } from './dialect.ts'
import { rooms } from './rooms.ts'

/** How to stand beside other transactions: the words that open it, and the lock that is held to its end. */
interface Stand {
  readonly begin: string
  readonly lock: 'pg_advisory_xact_lock' | 'pg_advisory_xact_lock_shared' | null
}

const stands = {
  alone: { begin: 'BEGIN', lock: 'pg_advisory_xact_lock' },
  beside: { begin: 'BEGIN', lock: 'pg_advisory_xact_lock_shared' },
  glance: { begin: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', lock: null },
} as const satisfies Readonly<Record<string, Stand>>

/** serialization_failure, deadlock_detected, unique_violation (postgresql.org/docs/current/errcodes-appendix). */
const collisions: ReadonlySet<string> = new Set(['40001', '40P01', '23505'])

type Row = Readonly<Record<string, unknown>>

/**
 * A schema behind the port. One advisory lock stands for SQLite's write lock: `alone` holds it exclusively, `beside` shares
 * it, and PostgreSQL serves those who wait in their order. So a verb of rights never meets a half-done send or hit, in
 * whatever process, while hits and sends go on beside each other.
 */
export function postgresSql(pool: Pool, schema: string): Sql {
  const inside = new AsyncLocalStorage<PoolClient>()
  const lockKey = Buffer.from(digest(`lethe ${schema}`), 'hex').readInt32BE(0)
  const makeRoom = rooms(pool)

  async function transaction<T>({ begin, lock }: Stand, work: () => Promise<T>): Promise<T> {
    if (inside.getStore()) return work()
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      const opening = [client.query(begin), ...(lock ? [client.query(`SELECT ${lock}(${lockKey})`)] : [])]
      await Promise.all(opening)
      const done = await inside.run(client, work)
      await client.query('COMMIT')
      return done
    } catch (cause) {
      await client.query('ROLLBACK').catch((error: Error) => {
        broken = error
      })
      throw cause
    } finally {
      client.release(broken)
    }
  }

  /** Two that stood beside each other and wanted the same row: the later one looks again, and finds it there. */
  async function again<T>(stand: Stand, work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await transaction(stand, work)
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
        if (inside.getStore() || tries === 5 || !collisions.has(code)) throw cause
      }
    }
  }

  async function query(text: string, name: string, values: readonly unknown[]) {
    const to = inside.getStore() ?? pool
    return to.query<Row>({ text, name, values: [...values] })
  }

  function prepare<A extends readonly unknown[], R>(source: string): Statement<A, R> {
    const { text, names } = placed(source)
    // The same text has the same name on every connection, also behind a pooler that shares them.
    const name = digest(text).slice(0, 32)
    const laid = (given: readonly unknown[]): readonly unknown[] => {
      const [named] = given as readonly Row[] // statements with names are given one object
      return names ? names.map((each) => named?.[each]) : given
    }
    const first = (row: Row | undefined): unknown => row && Object.values(row)[0]
    const statement = (of: (row: Row | undefined) => unknown): Statement<A, R> => ({
      get: async (...given) => of((await query(text, name, laid(given))).rows[0]) as R | undefined, // the statement's own type
      all: async (...given) => (await query(text, name, laid(given))).rows.map((row) => of(row) as R), // likewise
      run: async (...given) => ({ changes: (await query(text, name, laid(given))).rowCount ?? 0 }),
      pluck: () => statement(first),
    })
    return statement((row) => row)
  }

  return {
    dialect: postgresDialect,
    prepare,
    exec: async (text) => void (await (inside.getStore() ?? pool).query(text)),
    alone: (work) => transaction(stands.alone, work),
    beside: (work) => again(stands.beside, work),
    glance: (work) => transaction(stands.glance, work),
    // A commit is on PostgreSQL's disk before it is answered, unless its owner switched that off: the audit looks.
    durably: (work) => transaction(stands.alone, work),
    makeRoom,
    close: () => pool.end(),
  }
}
