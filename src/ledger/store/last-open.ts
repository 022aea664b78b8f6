import { bytesOf, dayOf } from '../../base/index.ts'
import { hygieneOn, type Wire } from '../../gate/index.ts'
import { inOrder } from './hold.ts'
import type { Store } from './store.ts'

interface Reader {
  readonly handle: Buffer
  readonly address_index: Buffer
  readonly state: string
  readonly objected: number | null
  readonly decided: number | null
}

/**
 * The date of a person's last open: one day, in the place of the one before. No event, no tally, no message named.
 */
export function lastOpens(store: Store) {
  const { db, policies, clock } = store
  // As for events: the latest decision for either purpose, odd for a withdrawal, which wins at the same instant.
  const look = db.prepare<[{ id: Buffer; purposes: string }], Reader>(
    `SELECT s.handle, s.address_index, s.state,
       (SELECT max(1) FROM objections o WHERE o.handle = s.handle
          AND (o.purpose = '' OR ${db.dialect.among('o.purpose', '@purposes')})) AS objected,
       (SELECT max(latest.decided % 2)
        FROM (SELECT max(c.decided_at * 2 + CASE WHEN c.state = 'withdrawn' THEN 1 ELSE 0 END) AS decided FROM consents c
          WHERE c.handle = s.handle AND ${db.dialect.among('c.purpose', '@purposes')} GROUP BY c.purpose) AS latest
       ) AS decided
     FROM messages m JOIN subjects s ON s.handle = m.handle WHERE m.id = @id`,
  )
  const put = db.prepare<[number, number, Buffer, number]>(
    `UPDATE subjects SET last_open = ?, last_open_until = ?
     WHERE handle = ? AND (last_open IS NULL OR last_open <= ?)`,
  )
  return {
    /** How many of these dates were kept: none where the person is gone, restricted or said no since. */
    keepAll: async (wires: readonly Wire[]): Promise<number> => {
      const hygiene = hygieneOn(policies.inForce, dayOf(clock.now()))
      if (!hygiene) return 0
      const purposes = JSON.stringify([hygiene.purpose, policies.inForce.events.open.purpose])
      const seen = await Promise.all(
        wires.flatMap(([, , , message, , until, { at }]) =>
          typeof at === 'number'
            ? [look.get({ id: bytesOf(message), purposes }).then((reader) => ({ reader, day: dayOf(at), until }))]
            : [],
        ),
      )
      const kept = seen.flatMap(({ reader, day, until }) => (reader && mayKeep(reader) ? [{ reader, day, until }] : []))
      await Promise.all(
        inOrder(kept, ({ reader }) => reader.address_index).map(({ reader, day, until }) =>
          put.run(day, until, reader.handle, day),
        ),
      )
      return kept.length
    },
  }
}

const mayKeep = ({ state, objected, decided }: Reader): boolean => state === 'active' && !objected && decided !== 1
