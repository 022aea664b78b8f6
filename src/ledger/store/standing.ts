import type { Standing } from '../../gate/index.ts'
import type { Person } from './people.ts'
import type { Store } from './store.ts'

const all = ''
const none: Standing['consents'] = new Map()
const nothing: ReadonlySet<string> = new Set()

/** What is true of a person now, read in whatever transaction is open. A suppression for one purpose reads as an objection. */
export function standings(store: Store) {
  const suppressed = store.db.prepare<[Buffer], string>('SELECT purpose FROM suppressions WHERE hash = ?').pluck()
  const objected = store.db.prepare<[Buffer], string>('SELECT purpose FROM objections WHERE handle = ?').pluck()
  // The latest decision for each purpose, odd for a withdrawal, which wins at the same instant (law 7).
  const consents = store.db.prepare<[Buffer], { purpose: string; decided: number }>(
    `SELECT purpose, max(decided_at * 2 + CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END) AS decided
     FROM consents WHERE handle = ? GROUP BY purpose`,
  )
  return async (person: Person | null, stopHash: Buffer): Promise<Standing> => {
    const [general, own, decided] = await Promise.all([
      suppressed.all(stopHash),
      person ? objected.all(person.handle) : [],
      person ? consents.all(person.handle) : [],
    ])
    const stopped = [...general, ...own]
    return {
      suppressed: stopped.includes(all),
      restricted: person?.state === 'restricted',
      objected: stopped.length > 0 ? new Set(stopped.filter((purpose) => purpose !== all)) : nothing,
      consents: decided.length > 0 ? new Map(decided.map(latest)) : none,
      source: person?.source ?? null,
    }
  }
}

const latest = (row: { readonly purpose: string; readonly decided: number }) =>
  [row.purpose, row.decided % 2 === 1 ? 'withdrawn' : 'granted'] as const
