import { isFault } from '../../../base/index.ts'
import { catalogue, tables } from '../../catalogue/index.ts'
import { places } from '../../keys/place.ts'
import type { Store } from '../store.ts'
import { answer, type Check } from './answer.ts'

/** The shortest sealed value: a nonce and a tag around nothing. */
const shortest = 24 + 16
const sample = 200

/** Values of sealed columns that cannot be sealed ones: the wrong type, or too short. Looks at every row. */
export const valuesSealed: Check = async ({ db, keys }) => {
  const stores = { data: db, keys: keys.db }
  const faults: string[] = []
  for (const [name, { store, columns }] of tables(catalogue)) {
    const sealed = Object.entries(columns).filter(([, { sealedBy }]) => sealedBy !== undefined)
    for (const [column] of sealed) {
      const odd = `(${db.dialect.notBytes(column)} OR length(${column}) < ${shortest})`
      const sql = `SELECT count(*) FROM ${name} WHERE ${column} IS NOT NULL AND ${odd}`
      const n = await stores[store].prepare<[], number>(sql).pluck().get()
      if (n) faults.push(`${name}.${column}: ${n} not sealed`)
    }
  }
  return answer(faults, 'every value that must be sealed looks sealed')
}

interface Sealed {
  readonly id: Buffer
  readonly handle: Buffer | null
  readonly box: Buffer
}

/** Opens a sample of each sealed column, the oldest and the newest rows of it. */
export const sealsOpen: Check = async ({ db, keys }) => {
  const subject = ({ handle }: Sealed) => keys.subjectKey(handle!)
  const content = ({ id }: Sealed) => keys.contentKey(id)
  const columns = [
    ['subjects', 'address', 'handle', places.address, subject],
    ['subjects', 'stop', 'handle', places.stop, subject],
    ['requests', 'address', 'id', places.requested, subject],
    ['cases', 'about', 'id', places.about, subject],
    ['mailed_links', 'address', 'id', places.linkAddress, subject],
    ['mailed_links', 'next_address', 'id', places.nextAddress, subject],
    ['campaigns', 'content', 'id', places.campaign, content],
    ['messages', 'content', 'id', places.content, content],
    ['messages', 'merge', 'id', places.merge, content],
    ['messages', 'recipient', 'id', places.recipient, subject],
    ['messages', 'subject', 'id', places.subject, subject],
    ['messages', 'links', 'id', places.links, subject],
  ] as const
  let opened = 0
  let held = 0
  const faults: string[] = []
  for (const [table, column, id, place, keyOf] of columns) {
    const found = await sampleOf(db, table, column, id)
    held += found.held
    const still = db
      .prepare<[Buffer, Buffer], number>(`SELECT 1 FROM ${table} WHERE ${id} = ? AND ${column} = ?`)
      .pluck()
    const codes: string[] = []
    for (const row of found.rows) {
      try {
        place.open(await keyOf(row), row.id, row.box)
        opened += 1
      } catch (cause) {
        // Asked again: row and key may have gone between the two looks.
        if ((await still.get(row.id, row.box)) === undefined) held -= 1
        else codes.push(isFault(cause) ? cause.code : 'unreadable')
      }
    }
    if (codes.length > 0)
      faults.push(`${table}.${column}: ${codes.length} of ${found.rows.length} do not open (${codes[0]})`)
  }
  const which = opened === held ? 'all' : `a sample, the oldest and newest ${sample / 2} of each column:`
  return answer(faults, `${which} ${opened} of ${held} sealed values opened`)
}

function sampleOf(db: Store['db'], table: string, column: string, id: string) {
  const of = `FROM ${table} WHERE ${column} IS NOT NULL`
  const owner = table === 'campaigns' ? 'NULL' : 'handle'
  const one = (order: string): string =>
    `SELECT * FROM (SELECT ${id} AS id, ${owner} AS handle, ${column} AS box ${of}
                    ORDER BY rowid ${order} LIMIT ${sample / 2}) AS sampled`
  const count = db.prepare<[], number>(`SELECT count(*) ${of}`).pluck()
  const rows = db.prepare<[], Sealed>(`${one('ASC')} UNION ${one('DESC')}`)
  return db.glance(async () => ({ held: (await count.get()) ?? 0, rows: await rows.all() }))
}
