import { marksUnder } from '../../keys/mark.ts'
import { breathe } from '../store.ts'
import { answer, type Check } from './answer.ts'

interface Row {
  readonly hash: Buffer
  readonly purpose: string
  readonly mark: Buffer | null
  readonly odd: number
}

const page = 2000
const hashBytes = 32

/** Every entry of the suppression list is a whole hash that was marked under our key: else it stops nobody, or somebody else. */
export const marksOurs: Check = async ({ db, keys }) => {
  const { bytes, notBytes, notText } = db.dialect
  const marks = marksUnder(keys.suppression)
  const next = db.prepare<[Buffer, string, number], Row>(
    `SELECT ${bytes('hash')} AS hash, purpose, ${bytes('mark')} AS mark,
       (${notBytes('hash')} OR length(hash) <> ${hashBytes} OR ${notText('purpose')}) AS odd
     FROM suppressions WHERE (hash, purpose) > (?, ?) ORDER BY hash, purpose LIMIT ?`,
  )
  let [read, odd, foreign] = [0, 0, 0]
  // What is no blob sorts before all blobs: the walk by pages would not meet it.
  const unwalked = db.prepare<[], number>(`SELECT count(*) FROM suppressions WHERE ${notBytes('hash')}`).pluck()
  odd += (await unwalked.get()) ?? 0
  for (let after: readonly [Buffer, string] = [Buffer.alloc(0), '']; ; ) {
    const rows = await next.all(...after, page)
    if (rows.length === 0) break
    for (const row of rows) {
      read += 1
      if (row.odd) odd += 1
      else if (marks.read(row.hash, row.purpose, row.mark) === null) foreign += 1
    }
    const last = rows.at(-1)!
    after = [last.hash, last.purpose]
    await breathe()
  }
  const faults = [
    ...(odd > 0 ? [`${odd} entries are no keyed hash`] : []),
    ...(foreign > 0 ? [`${foreign} entries were not made under the key of this list`] : []),
  ]
  return answer(faults, `${read} entries, each under the key of this list`)
}
