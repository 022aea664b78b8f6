import type { Purged } from '../ledger.ts'
import { breathe, type Store } from './store.ts'

/** Which keys have lost their row: what a crash between the two databases leaves behind, and a purge of rows. */
export interface Orphans {
  readonly table: 'subject_keys' | 'content_keys'
  readonly id: 'handle' | 'id'
  /** What needs the key `k.id`. */
  readonly needed: string
}

export const kinds: readonly Orphans[] = [
  { table: 'subject_keys', id: 'handle', needed: 'EXISTS (SELECT 1 FROM subjects WHERE handle = k.id)' },
  {
    table: 'content_keys',
    id: 'id',
    needed: `EXISTS (SELECT 1 FROM messages WHERE id = k.id AND (content IS NOT NULL OR merge IS NOT NULL))
      OR EXISTS (SELECT 1 FROM campaigns WHERE id = k.id AND content IS NOT NULL)`,
  },
]

/**
 * Walks the key store page by page; `found` gets the orphans of each page. A key is committed before its row: one that
 * seems to have none is looked at again while no write is under way, and `found` is done before the next one begins.
 */
export async function eachOrphan(
  { db, keys }: Store,
  { table, id, needed }: Orphans,
  chunk: number,
  found: (orphans: readonly Buffer[]) => void | Promise<void>,
): Promise<void> {
  const page = keys.db
    .prepare<[Buffer, number], Buffer>(`SELECT ${id} FROM ${table} WHERE ${id} > ? ORDER BY ${id} LIMIT ?`)
    .pluck()
  const key = keys.db.prepare<[Buffer], number>(`SELECT 1 FROM ${table} WHERE ${id} = ?`).pluck()
  const listed = db.dialect.rows('?', { id: 'bytes' })
  const unneeded = db.prepare<[string], Buffer>(`SELECT k.id FROM ${listed} AS k WHERE NOT (${needed})`).pluck()
  const rowless = (ids: readonly Buffer[]) =>
    unneeded.all(JSON.stringify(ids.map((each) => ({ id: each.toString('hex') }))))

  const orphansOf = async (suspects: readonly Buffer[]): Promise<readonly Buffer[]> => {
    const orphans = await rowless(suspects)
    const there = await keys.db.glance(() => Promise.all(orphans.map((each) => key.get(each))))
    return orphans.filter((_, index) => there[index] !== undefined)
  }
  for (let after = Buffer.alloc(0); ; ) {
    const ids = await page.all(after, chunk)
    const suspects = await rowless(ids)
    if (suspects.length > 0) await db.alone(async () => found(await orphansOf(suspects)))
    if (ids.length < chunk) return
    after = Buffer.from(ids.at(-1)!)
    await breathe()
  }
}

export async function sweepKeys(store: Store, chunk: number, dryRun: boolean): Promise<readonly Purged[]> {
  const purged: Purged[] = []
  for (const kind of kinds) {
    let count = 0
    await eachOrphan(store, kind, chunk, async (orphans) => {
      count += orphans.length
      if (dryRun || orphans.length === 0) return
      if (kind.table === 'content_keys') await store.keys.dropContentKeys(orphans)
      else await store.keys.dropSubjectKeys(orphans)
    })
    purged.push({ what: `keys.${kind.table}`, count })
  }
  return purged
}
