import type { Standing } from '../../gate/index.ts'
import type { Person } from './people.ts'
import type { Store } from './store.ts'

const all = ''
const none: Standing['consents'] = new Map()
const nothing: ReadonlySet<string> = new Set()

interface Decision {
  readonly purpose: string
  readonly decided: number
}
/** Without a decision it is a suppression or an objection, for one purpose or for all. */
type Known = Decision | { readonly purpose: string; readonly decided: null }

/** What is true of a person now, read in whatever transaction is open. A suppression for one purpose reads as an objection. */
export function standings(store: Store) {
  // The latest decision for each purpose, odd for a withdrawal, which wins at the same instant (law 7).
  const known = store.db.prepare<[Buffer | null, Buffer | null, Buffer], Known>(
    `SELECT purpose, max(decided_at * 2 + CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END) AS decided
     FROM consents WHERE handle = ? GROUP BY purpose
     UNION ALL SELECT purpose, NULL FROM objections WHERE handle = ?
     UNION ALL SELECT purpose, NULL FROM suppressions WHERE hash = ?`,
  )
  return async (person: Person | null, stopHash: Buffer): Promise<Standing> => {
    const handle = person?.handle ?? null
    const rows = await known.all(handle, handle, stopHash)
    const decided = rows.filter(isDecision)
    const stopped = rows.filter((row) => !isDecision(row)).map(({ purpose }) => purpose)
    return {
      suppressed: stopped.includes(all),
      restricted: person?.state === 'restricted',
      objected: stopped.length > 0 ? new Set(stopped.filter((purpose) => purpose !== all)) : nothing,
      consents: decided.length > 0 ? new Map(decided.map(latest)) : none,
      source: person?.source ?? null,
    }
  }
}

const isDecision = (row: Known): row is Decision => row.decided !== null
const latest = ({ purpose, decided }: Decision) => [purpose, decided % 2 === 1 ? 'withdrawn' : 'granted'] as const
