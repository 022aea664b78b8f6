import { bytesOf, deriveKey, Fault, idOf, openSeal, seal } from '../../base/index.ts'
import { marksUnder } from '../keys/mark.ts'
import type { SuppressionPage } from '../ledger.ts'
import { type Store, writing } from './store.ts'

interface Row {
  readonly hash: Buffer
  readonly purpose: string
}

const place = Buffer.from('suppressions.cursor')
const hashBytes = 32

/** Pages of the list, in the order of its hashes, which is nobody's. The cursor is sealed: it goes into addresses and logs. */
export function suppressionList(store: Store) {
  const key = deriveKey(store.keys.suppression, 'l.cursor')
  const { db } = store
  const page = db.prepare<[Buffer, string, number], Row>(
    `SELECT ${db.dialect.bytes('hash')} AS hash, purpose FROM suppressions WHERE (hash, purpose) > (?, ?)
     ORDER BY hash, purpose LIMIT ?`,
  )
  return async (after: string | null, limit: number): Promise<SuppressionPage> => {
    const [hash, purpose] = after === null ? [Buffer.alloc(0), ''] : opened(key, after)
    const rows = await page.all(hash, purpose, limit)
    const last = rows.length < limit ? undefined : rows.at(-1)
    return {
      entries: rows.map((row) => ({ hash: row.hash.toString('hex'), purpose: row.purpose || null })),
      next: last ? idOf(seal(key, Buffer.concat([last.hash, Buffer.from(last.purpose)]), place)) : null,
    }
  }
}

function opened(key: Buffer, cursor: string): readonly [Buffer, string] {
  try {
    const plain = openSeal(key, bytesOf(cursor), place)
    return [plain.subarray(0, hashBytes), plain.toString('utf8', hashBytes)]
  } catch {
    throw new Fault('cursor_invalid', '`after` is no cursor of this list.', 'Use `next` of the page before, as it is.')
  }
}

/**
 * Marks what the list held before entries had marks, once: later an entry without one is a finding. Nobody knows any more
 * which of them an erasure left, so that a no to everything is for its person to lift.
 */
export async function markSuppressions(store: Store): Promise<void> {
  const { db } = store
  const marks = marksUnder(store.keys.suppression)
  await writing(store, async () => {
    const done = await db.prepare<[], number>("SELECT 1 FROM meta WHERE name = 'suppressions_marked'").pluck().get()
    if (done) return
    const put = db.prepare('UPDATE suppressions SET mark = ? WHERE hash = ? AND purpose = ?')
    for (const { hash, purpose } of await db.prepare<[], Row>('SELECT hash, purpose FROM suppressions').all()) {
      await put.run(marks.of(hash, purpose, purpose === '' ? 'person' : 'evidence'), hash, purpose)
    }
    await db.prepare("INSERT INTO meta (name, value) VALUES ('suppressions_marked', ?)").run(Buffer.from('1'))
  })
}
