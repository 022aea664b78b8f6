import { type Handle, idOf } from '../../base/index.ts'
import type { Restored } from '../ledger.ts'
import type { AuditLog } from './audit-log.ts'
import { breathe, type Store, writing } from './store.ts'
import type { Suppressions } from './suppress.ts'
import { sweepKeys } from './sweep.ts'

const page = 2000
const through = 'erased_through'

/** How far a store, and apart from it its key store, have followed the list of erasures: one of them may be older. */
export function followed({ db, keys }: Store) {
  const both = [db, keys.db].map((each) => ({
    get: each.prepare<[string], Buffer>('SELECT value FROM meta WHERE name = ?').pluck(),
    put: each.prepare<[string, Buffer]>(
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
  }))
  const [store, keyStore] = both.map(({ get, put }) => ({
    get: async (): Promise<number> => Number((await get.get(through))?.toString() ?? 0),
    put: async (sequence: number): Promise<void> => {
      await put.run(through, Buffer.from(String(sequence)))
    },
  }))
  return { store: store!, keyStore: keyStore! }
}

/** A store that was put back from a backup: what it lost of the audit log, and whom it knows again. */
export function restored(store: Store, suppressions: Suppressions, log: AuditLog) {
  const { db, erased } = store
  const marks = followed(store)
  const people = db
    .prepare<[Buffer, number], Buffer>('SELECT handle FROM subjects WHERE handle > ? ORDER BY handle LIMIT ?')
    .pluck()
  const since = async (): Promise<number> => Math.min(await marks.store.get(), await marks.keyStore.get())

  /** Those of `wanted` that this store holds, page by page: the list has hashes only. */
  async function knownAgain(wanted: ReadonlySet<string>): Promise<readonly Handle[]> {
    const found: Handle[] = []
    for (let after = Buffer.alloc(0); wanted.size > 0; ) {
      const handles = await people.all(after, page)
      for (const handle of handles) if (wanted.has(erased.hashOf(handle))) found.push(idOf(handle))
      if (handles.length < page) break
      after = Buffer.from(handles.at(-1)!)
      await breathe()
    }
    return found
  }

  return {
    restored: async (): Promise<Restored> => {
      // The list before the marks: one that is being erased just now is on the list first.
      const listed = erased.last()
      return { log: await log.cutOff(), erasures: Math.max(0, listed - (await since())) }
    },
    erasedAgain: async (): Promise<{ readonly entries: number; readonly handles: readonly Handle[] }> => {
      const followed = await since()
      const due = erased.entries().entries.filter(({ sequence }) => sequence > followed)
      if (due.length === 0) return { entries: 0, handles: [] }
      await writing(store, async () => {
        for (const { stop, right } of due) {
          await suppressions.keepHash(Buffer.from(stop, 'hex'), null, right === 'minor' ? 'nobody' : 'person')
        }
      })
      const handles = await knownAgain(new Set(due.flatMap(({ handle }) => handle ?? [])))
      return { entries: due.length, handles }
    },
    noteReplayed: async (): Promise<void> => {
      // A key store that is older than its store knows keys of nobody: they go as well.
      await sweepKeys(store, page, false)
      // Alone: an erasure that is being put on record just now has not been followed.
      await writing(store, async () => {
        const last = erased.last()
        for (const mark of [marks.store, marks.keyStore]) if (last > (await mark.get())) await mark.put(last)
      })
    },
  }
}
