import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PgPoolClient } from 'bullmq'
import type pg from 'pg'

type Row = Record<string, unknown>

const pause = 250

/**
 * The pool that BullMQ's workers take. A server that is away is told in the one way that they wait for: any other error
 * has them ask again at once, thousands of times a second (bullmq/utils `isNotConnectionError`). And they ask only once
 * whether the schema is there, so that a connection is handed out when it answered and not before.
 */
export class PatientPool extends EventEmitter {
  /** Says that a dropped connection is noticed. */
  readonly options = { keepAlive: true }
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    super()
    this.#pool = pool
    this.setMaxListeners(0)
  }

  async query<R = Row>(text: string, params: readonly unknown[] = []): Promise<{ rows: R[]; rowCount: number | null }> {
    try {
      return await this.#pool.query<R & Row>(text, [...params])
    } catch (error) {
      throw isLost(error) ? away() : error
    }
  }

  async connect(): Promise<PgPoolClient> {
    for (;;) {
      if (this.#pool.ending) throw away()
      try {
        const client = await this.#pool.connect()
        try {
          await client.query('SELECT 1')
          return client as PgPoolClient // the same thing: the two describe `on` in different ways
        } catch {
          client.release(true)
        }
      } catch (error) {
        if (!isLost(error)) throw error
      }
      await sleep(pause)
    }
  }

  /** The driver closes the pool; BullMQ only lets go of it. */
  async end(): Promise<void> {}
}

const away = (): Error => Object.assign(new Error('away'), { code: 'ECONNREFUSED' })

/**
 * SQLSTATE classes 08 (connection), 53 (no room for one more) and 57P (the server stops or starts), or none at all: then
 * the error comes from the socket or from a timer.
 */
export const isLost = (error: unknown): boolean =>
  !(error instanceof Error && 'code' in error && /^(?!08|53|57P)[0-9A-Z]{5}$/.test(String(error.code)))
