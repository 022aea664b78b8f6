import type { Day, Handle } from '../base/index.ts'
import { forgery } from '../gate/index.ts'
import { awayFault } from './away.ts'
import type { Database } from './database.ts'
import type { Queue } from './queue.ts'

const sound = /^[A-Za-z0-9_-]{16}$/
const channel = 'lethe_board'

/** The stop-set's engine on PostgreSQL: a table, and a notification for each change, sent by the statement that makes it. */
export function newPostgresBoard(db: Database): Queue['board'] {
  const run = async <R>(text: string, params: readonly unknown[] = []): Promise<readonly R[]> => {
    try {
      return (await db.query<R>(text, params)).rows
    } catch (error) {
      throw awayFault(error)
    }
  }
  return {
    async stop(entries) {
      if (entries.length === 0) return
      if (!entries.every(({ handle }) => sound.test(handle))) throw forgery()
      await run(
        `WITH told AS (
           INSERT INTO lethe_queue.board AS b (handle, until)
           SELECT handle, max(until) FROM unnest($1::text[], $2::int[]) AS t(handle, until) GROUP BY handle
           ON CONFLICT (handle) DO UPDATE SET until = excluded.until WHERE b.until < excluded.until
           RETURNING handle, until)
         SELECT count(pg_notify('${channel}', handle || ' ' || until)) FROM told`,
        [entries.map(({ handle }) => handle), entries.map(({ until }) => until)],
      )
    },

    async lift(handles) {
      await run(
        `WITH told AS (DELETE FROM lethe_queue.board WHERE handle = ANY($1::text[]) RETURNING handle)
         SELECT count(pg_notify('${channel}', handle)) FROM told`,
        [handles],
      )
    },

    async expire(today) {
      await run('DELETE FROM lethe_queue.board WHERE until < $1', [today])
    },

    async pin(notices) {
      await run(
        `INSERT INTO lethe_queue.pinned (name, text) SELECT * FROM unnest($1::text[], $2::text[])
         ON CONFLICT (name) DO UPDATE SET text = excluded.text`,
        [Object.keys(notices), Object.values(notices)],
      )
    },

    async pinned(name) {
      const [row] = await run<{ text: string }>('SELECT text FROM lethe_queue.pinned WHERE name = $1', [name])
      return row?.text ?? null
    },

    async follow(heard) {
      // Listening first: a change while everything is being read waits until it was told, or `all` would undo it.
      let early: string[] | null = []
      let round = 0
      const tell = (payload: string): void => {
        const [handle = '', until] = payload.split(' ')
        if (!sound.test(handle) || (until !== undefined && !/^\d{1,9}$/.test(until))) return
        heard(until === undefined ? { kind: 'lift', handle } : { kind: 'stop', handle, until: Number(until) })
      }
      const catchUp = async (): Promise<void> => {
        const mine = ++round
        early ??= []
        const entries = await run<{ handle: Handle; until: Day }>('SELECT handle, until FROM lethe_queue.board')
        if (mine !== round) return
        const waiting = early
        early = null
        heard({ kind: 'all', entries })
        for (const payload of waiting) tell(payload)
      }
      const listening = db.listen(channel, (payload) => (early ? void early.push(payload) : tell(payload)), catchUp)
      const stop = await listening.catch((error) => {
        throw awayFault(error)
      })
      try {
        await catchUp()
      } catch (error) {
        await stop()
        throw error
      }
      return { stop }
    },
  }
}
