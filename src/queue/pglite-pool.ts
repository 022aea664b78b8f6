import { EventEmitter } from 'node:events'
import type { PGlite } from '@electric-sql/pglite'

type Row = Record<string, unknown>

/** A session as BullMQ's PostgreSQL backend wants it: queries, and an event for each notification it listens to. */
export class Session extends EventEmitter {
  readonly #db: PGlite
  readonly #deaf = new Map<string, () => Promise<void>>()

  constructor(db: PGlite) {
    super()
    this.#db = db
    this.setMaxListeners(0)
  }

  /** PGlite hears notifications only through `listen`, so that LISTEN and UNLISTEN must not go through as text. */
  async query<R = Row>(text: string, params: readonly unknown[] = []): Promise<{ rows: R[]; rowCount: number }> {
    const told = /^\s*(?:--[^\n]*\n\s*)*(LISTEN|UNLISTEN)\s+"?(\w+)"?\s*;?\s*$/i.exec(text)
    if (!told) return run<R>(this.#db, text, params)
    const channel = told[2]!
    await this.#deaf.get(channel)?.()
    this.#deaf.delete(channel)
    if (told[1]!.toUpperCase() === 'LISTEN') {
      const stop = await this.#db.listen(channel, (payload) => this.emit('notification', { channel, payload }))
      this.#deaf.set(channel, () => stop())
    }
    return { rows: [], rowCount: 0 }
  }

  release(): void {
    this.removeAllListeners()
    for (const stop of this.#deaf.values()) stop().catch(() => undefined) // closed meanwhile: deaf enough
    this.#deaf.clear()
  }
}

/** The pool that `createPostgresBackend` takes: one database in this process, any number of sessions that share it. */
export class Pool extends EventEmitter {
  // Nothing lies between us and the database that could drop a notification in silence.
  readonly options = { keepAlive: true }
  readonly #db: PGlite
  /** True after a statement that the engine could not do (disk, memory, a crash within), until the next that it did. */
  ailing = false

  constructor(db: PGlite) {
    super()
    this.#db = db
    this.setMaxListeners(0)
  }

  async query<R = Row>(text: string, params: readonly unknown[] = []): Promise<{ rows: R[]; rowCount: number }> {
    try {
      const done = await run<R>(this.#db, text, params)
      this.ailing = false
      return done
    } catch (error) {
      this.ailing = isAilment(error)
      throw error
    }
  }

  async connect(): Promise<Session> {
    return new Session(this.#db)
  }

  /** The driver closes the database; BullMQ only lets go of it. */
  async end(): Promise<void> {}
}

/** SQLSTATE classes 53 (resources), 58 (system) and XX (internal); an error without one comes from under the engine. */
const isAilment = (error: unknown): boolean =>
  !(error instanceof Error && 'code' in error && /^(?!53|58|XX)[0-9A-Z]{5}$/.test(String(error.code)))

async function run<R>(db: PGlite, text: string, params: readonly unknown[]) {
  // A migration is many statements in one text, which only the protocol without parameters takes.
  const results = params.length > 0 ? [await db.query<R>(text, [...params])] : await db.exec(text)
  const last = results.at(-1)
  const rows = (last?.rows ?? []) as R[] // `exec` cannot know the row's type; `query` says it by its type argument
  return { rows, rowCount: last?.affectedRows ?? rows.length }
}
