import { breathe, type Store } from '../store.ts'
import { eachOrphan, kinds } from '../sweep.ts'
import { answer, type Check } from './answer.ts'

const chunk = 2000

/** Keys that outlived their row could still open old copies of it: a purge sweeps them. */
export const keysAgree: Check = async (store) => {
  const faults: string[] = []
  for (const kind of kinds) {
    let count = 0
    await eachOrphan(store, kind, chunk, async (orphans) => {
      count += orphans.length
    })
    if (count > 0) faults.push(`${kind.table}: ${count} without a row, until the next purge`)
  }
  for (const needs of needed) {
    const count = await keyless(store, needs)
    if (count > 0) faults.push(`${needs.table}: ${count} without their key`)
  }
  return answer(faults, 'every key has its row, and every sealed row its key')
}

interface Needs {
  readonly table: string
  readonly id: string
  readonly where: string
  readonly key: string
}

/** What cannot be read without a key of its own. */
const needed: readonly Needs[] = [
  { table: 'subjects', id: 'handle', where: 'true', key: 'subject_keys WHERE handle' },
  { table: 'messages', id: 'id', where: '(content IS NOT NULL OR merge IS NOT NULL)', key: 'content_keys WHERE id' },
]

/** The two lie in two databases, which no statement spans: page by page. */
async function keyless({ db, keys }: Store, { table, id, where, key }: Needs): Promise<number> {
  const page = db.prepare<[number, number], { readonly at: number; readonly id: Buffer }>(
    `SELECT rowid AS at, ${id} AS id FROM ${table} WHERE ${where} AND rowid > ? ORDER BY rowid LIMIT ?`,
  )
  const has = keys.db.prepare<[Buffer], number>(`SELECT 1 FROM ${key} = ?`).pluck()
  const still = db.prepare<[number], number>(`SELECT 1 FROM ${table} WHERE ${where} AND rowid = ?`).pluck()
  let count = 0
  for (let after = 0; ; ) {
    const found = await page.all(after, chunk)
    const held = await keys.db.glance(() => Promise.all(found.map((row) => has.get(row.id))))
    for (const { at } of found.filter((_row, index) => held[index] === undefined)) {
      // Asked again: an erasure may have taken row and key between the two looks.
      if ((await still.get(at)) !== undefined) count += 1
    }
    if (found.length < chunk) return count
    after = found.at(-1)!.at
    await breathe()
  }
}
