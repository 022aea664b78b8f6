import type { Sql } from '../sql.ts'
import { breathe } from './store.ts'

/** Where a page of a table ends: the `rowid` of the last of the next `size` rows behind `from`; null or nothing behind the last one. */
export const pageEnd = (db: Sql, table: string) =>
  db
    .prepare<[from: number, size: number], number | null>(
      `SELECT max(number) FROM (SELECT rowid AS number FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?) AS page`,
    )
    .pluck()

/** Walks a table of any size, a page being `rowid > from AND rowid <= to`, and lets hits and sends through between two. */
export async function* pages(db: Sql, table: string, size: number): AsyncIterable<readonly [from: number, to: number]> {
  const end = pageEnd(db, table)
  for (let from = 0; ; ) {
    const to = await end.get(from, size)
    if (to === null || to === undefined) return
    yield [from, to]
    from = to
    await breathe()
  }
}
