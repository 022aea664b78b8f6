import { Fault, randomBytes } from '../../base/index.ts'
import type { OperatorKey } from '../../gate/index.ts'
import { newKeyCache } from '../keys/cache.ts'
import { type Epochs, keysWrong, operatorOf, sealing, storeKeyOf } from '../keys/epochs.ts'
import { placeOf } from '../keys/place.ts'
import type { Sql } from '../sql.ts'

/**
 * Subject keys and content keys, wrapped by the epoch's key, in a database of their own. Two databases are not atomic
 * together: a key is written before the row that needs it and removed after the row that needed it, so that a crash in
 * between leaves a key without a row, which the next purge sweeps, and never a row without its key.
 */
export interface KeyStore {
  readonly db: Sql
  /** The key of the address index, and of the suppression list: random, so that a new operator key re-hashes nothing. */
  readonly index: Buffer
  readonly suppression: Buffer
  /** The key of the audit log's chain and of its anchor. */
  readonly log: Buffer
  newSubjectKey(handle: Buffer): Promise<Buffer>
  /** The caller's own copy. Throws `key_missing`. */
  subjectKey(handle: Buffer): Promise<Buffer>
  newContentKey(id: Buffer): Promise<Buffer>
  contentKey(id: Buffer): Promise<Buffer>
  dropSubjectKeys(handles: readonly Buffer[]): Promise<void>
  dropContentKeys(ids: readonly Buffer[]): Promise<void>
  /** Runs `work` as one write of the key store, beside those of other processes: a key has one writer. */
  together<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface Wrapped {
  readonly epoch: number
  readonly wrapped: Buffer
}

const cached = 4096
export const subjectPlace = placeOf('subject_keys', 'wrapped')
export const contentPlace = placeOf('content_keys', 'wrapped')
export const rootPlace = placeOf('root_keys', 'wrapped')

export async function openKeyStore(db: Sql, epochs: Epochs, operators: readonly OperatorKey[]): Promise<KeyStore> {
  const addSubject = db.prepare('INSERT INTO subject_keys (handle, epoch, wrapped) VALUES (?, ?, ?)')
  const getSubject = db.prepare<[Buffer], Wrapped>('SELECT epoch, wrapped FROM subject_keys WHERE handle = ?')
  const dropSubject = db.prepare<[Buffer]>('DELETE FROM subject_keys WHERE handle = ?')
  const addContent = db.prepare(
    `INSERT INTO content_keys (id, epoch, wrapped) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, wrapped = excluded.wrapped`,
  )
  const getContent = db.prepare<[Buffer], Wrapped>('SELECT epoch, wrapped FROM content_keys WHERE id = ?')
  const dropContent = db.prepare<[Buffer]>('DELETE FROM content_keys WHERE id = ?')
  const cache = newKeyCache(cached)
  const nameOf = (handle: Buffer): string => handle.toString('latin1')
  // Under the lock: no other process begins or ends an epoch while a key is wrapped with the newest.
  const together = <T>(work: () => Promise<T>): Promise<T> =>
    db.beside(async () => {
      epochs.refresh()
      return work()
    })

  return {
    db,
    index: await rootKey(db, 'index', operators),
    suppression: await rootKey(db, 'suppression', operators),
    log: await rootKey(db, 'log', operators),
    newSubjectKey: async (handle) => {
      const key = randomBytes(32)
      await addSubject.run(handle, epochs.current, subjectPlace.seal(epochs.key(epochs.current), handle, key))
      cache.put(nameOf(handle), key)
      return Buffer.from(key)
    },
    subjectKey: async (handle) => {
      const known = cache.get(nameOf(handle))
      if (known) return Buffer.from(known)
      const row = await getSubject.get(handle)
      if (!row) throw missing()
      const key = subjectPlace.open(epochs.key(row.epoch), handle, row.wrapped)
      cache.put(nameOf(handle), key)
      return Buffer.from(key)
    },
    newContentKey: async (id) => {
      const key = randomBytes(32)
      await addContent.run(id, epochs.current, contentPlace.seal(epochs.key(epochs.current), id, key))
      return key
    },
    contentKey: async (id) => {
      const row = await getContent.get(id)
      if (!row) throw missing()
      return contentPlace.open(epochs.key(row.epoch), id, row.wrapped)
    },
    dropSubjectKeys: async (handles) => {
      await together(async () => {
        for (const handle of handles) await dropSubject.run(handle)
      })
      for (const handle of handles) cache.drop(nameOf(handle))
    },
    dropContentKeys: async (ids) => {
      if (ids.length === 0) return
      await together(async () => {
        await Promise.all([...ids].sort(Buffer.compare).map((id) => dropContent.run(id)))
      })
    },
    together,
    close: async () => {
      cache.clear()
      await db.close()
    },
  }
}

const missing = (): Fault =>
  new Fault(
    'key_missing',
    'A row is there and its key is not.',
    'Restore store and key store from backups of the same moment, or purge what can no longer be read.',
  )

async function rootKey(
  db: Sql,
  name: 'index' | 'suppression' | 'log',
  operators: readonly OperatorKey[],
): Promise<Buffer> {
  const get = db.prepare<[string], { operator: string; wrapped: Buffer }>(
    'SELECT operator, wrapped FROM root_keys WHERE name = ?',
  )
  const found = await get.get(name)
  if (!found) {
    const operator = sealing(operators)
    const key = randomBytes(32)
    const wrapped = rootPlace.seal(storeKeyOf(operator), Buffer.from(name), key)
    const add = db.prepare('INSERT INTO root_keys (name, operator, wrapped) VALUES (?, ?, ?)')
    await add.run(name, operator.id, wrapped)
    return key
  }
  try {
    return rootPlace.open(storeKeyOf(operatorOf(found.operator, operators)), Buffer.from(name), found.wrapped)
  } catch (cause) {
    throw keysWrong('The operator key given is not the one that the store was sealed with.', { cause })
  }
}
