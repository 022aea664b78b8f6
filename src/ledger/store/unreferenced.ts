import { inChunks } from './pace.ts'
import { pageEnd } from './pages.ts'
import type { Store } from './store.ts'

/** Rows that end when nothing refers to them any more. An objection goes with its person: the suppression list has it too. */
export const unreferenced: Readonly<Record<string, string>> = {
  wordings: `NOT EXISTS (SELECT 1 FROM consents c WHERE c.wording = wordings.digest)
    AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.wording = wordings.digest)`,
  subjects: `state = 'active' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.handle = subjects.handle)
    AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.handle = subjects.handle)
    AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.handle = subjects.handle)
    AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.handle = subjects.handle)`,
}

/**
 * Walks `table` from its first row to its last, and returns how many rows went. No date says which rows these are, so that
 * all are looked at: in one statement a million people would stop everybody else for seconds, in chunks nobody notices.
 */
export function dropUnreferenced(store: Store, table: string, most: number): Promise<number> {
  const { db } = store
  const lastOf = pageEnd(db, table)
  const remove = db.prepare<[number, number]>(
    `DELETE FROM ${table} WHERE rowid > ? AND rowid <= ? AND ${unreferenced[table]}`,
  )
  let after = 0
  return inChunks(store, most, async (size) => {
    const last = (await lastOf.get(after, size)) ?? null
    if (last === null) return { gone: 0, more: false }
    const { changes } = await remove.run(after, last)
    after = last
    return { gone: changes, more: true }
  })
}
