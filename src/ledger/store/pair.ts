import { Fault, randomBytes } from '../../base/index.ts'
import { keysWrong, restore } from '../keys/epochs.ts'
import type { Sql } from '../sql.ts'

/**
 * Marks two new databases as belonging together; true if they hold no keys yet. Two of different stores are `keys_wrong`, and
 * a new store beside keys in use is `store_gone`: begun anew it would write to everyone who ever said stop.
 */
export async function pair(db: Sql, keyDb: Sql): Promise<boolean> {
  const mark = await markOf(db)
  const keyMark = await markOf(keyDb)
  const fresh = (await keyDb.prepare('SELECT 1 FROM root_keys').get()) === undefined
  if (mark && !keyMark) throw keysWrong('The key store of this store is gone.', { next: restore('keys.db') })
  if (keyMark && mark && !keyMark.equals(mark)) {
    throw keysWrong('The key store belongs to another store.', { next: restore('keys.db') })
  }
  if (keyMark && !mark && !fresh) throw storeGone()
  const value = keyMark ?? randomBytes(16)
  // The key store first: a crash in between leaves keys without a store, and the next start takes them over.
  for (const each of [keyDb, db]) {
    await each.prepare("INSERT INTO meta (name, value) VALUES ('pair', ?) ON CONFLICT DO NOTHING").run(value)
  }
  return fresh
}

const markOf = (db: Sql): Promise<Buffer | undefined> =>
  db.prepare<[], Buffer>("SELECT value FROM meta WHERE name = 'pair'").pluck().get()

const storeGone = (): Fault =>
  new Fault(
    'store_gone',
    'There are keys of a store, and the store itself is gone or lies elsewhere.',
    'Check LETHE_STORE, or restore the store from its backup. To begin anew on purpose, move the files keys.db and epochs away.',
  )
