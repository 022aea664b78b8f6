import { isFault } from '../../base/index.ts'
import type { OperatorKey } from '../../gate/index.ts'
import { operatorOf, sealing, storeKeyOf } from '../keys/epochs.ts'
import type { Epoch, Rewrapped } from '../ledger.ts'
import type { AuditLog } from './audit-log.ts'
import { contentPlace, rootPlace, subjectPlace } from './key-store.ts'
import { breathe, type Store } from './store.ts'

const batch = 500

interface Row {
  readonly id: Buffer
  readonly epoch: number
  readonly wrapped: Buffer
}

const kinds = [
  { table: 'subject_keys', id: 'handle', place: subjectPlace },
  { table: 'content_keys', id: 'id', place: contentPlace },
] as const

/**
 * Keys change their wrapping while hits and sends go on:
 *
 *   epoch n --begin--> n and n+1 (new keys in n+1) --batches--> every key in n+1 --end--> n destroyed
 *
 * Each arrow is on the disk before the next one starts, so that a crash anywhere leaves what the file of epochs can open;
 * the next run starts the batches again and finds most of them done.
 *
 * Several processes share the file: it is read and written while no other write of the key store stands beside, so that
 * whoever makes a key in the meantime has seen the new epoch or is waited for. Of two rotations at once, each wraps to
 * the newest epoch there is, and ends only that which nobody began anew.
 */
export function rotation(store: Store, log: AuditLog, given: readonly OperatorKey[]) {
  const { keys, epochs, clock } = store
  const { db } = keys
  let operators = given
  let last: Promise<unknown> = Promise.resolve()
  const roots = db.prepare<[], { name: string; operator: string; wrapped: Buffer }>(
    'SELECT name, operator, wrapped FROM root_keys',
  )
  const setRoot = db.prepare('UPDATE root_keys SET operator = ?, wrapped = ? WHERE name = ?')
  const walks = kinds.map(({ table, id, place }) => ({
    place,
    page: db.prepare<[Buffer, number, number], Row>(
      `SELECT ${id} AS id, epoch, wrapped FROM ${table} WHERE ${id} > ? AND epoch <> ? ORDER BY ${id} LIMIT ?`,
    ),
    // A key that was made anew in between has a wrapping of its own already.
    set: db.prepare(`UPDATE ${table} SET epoch = ?, wrapped = ? WHERE ${id} = ? AND wrapped = ?`),
  }))

  function rewrapRoots(): Promise<void> {
    const operator = sealing(operators)
    return db.durably(async () => {
      for (const { name, operator: before, wrapped } of await roots.all()) {
        const key = rootPlace.open(storeKeyOf(operatorOf(before, operators)), Buffer.from(name), wrapped)
        await setRoot.run(operator.id, rootPlace.seal(storeKeyOf(operator), Buffer.from(name), key), name)
      }
    })
  }

  /** On the disk when it returns: the key that opened the old wrapping is about to be destroyed. */
  function rewrapBatch({ place, page, set }: (typeof walks)[number], after: Buffer) {
    return db.durably(async () => {
      epochs.reload()
      const { current } = epochs
      const rows = await page.all(after, current, batch)
      const changed = rows.map(async ({ id, epoch, wrapped }) => {
        const key = opened(() => place.open(epochs.key(epoch), id, wrapped))
        if (!key) return 0
        return (await set.run(current, place.seal(epochs.key(current), id, key), id, wrapped)).changes
      })
      const count = (await Promise.all(changed)).reduce((sum, each) => sum + each, 0)
      return { count, next: rows.length < batch ? null : rows.at(-1)!.id }
    })
  }

  async function rewrapKeys(): Promise<number> {
    let count = 0
    for (const walk of walks) {
      for (let after: Buffer | null = Buffer.alloc(0); after; ) {
        const done = await rewrapBatch(walk, after)
        count += done.count
        after = done.next
        await breathe()
      }
    }
    return count
  }

  /** True if this destroyed an epoch; null if another one began during the walk, whose keys this one may have missed. */
  const end = (walked: number): Promise<boolean | null> =>
    db.alone(async () => {
      epochs.reload()
      if (epochs.current !== walked) return null
      if (epochs.older === 0) return false
      epochs.end()
      return true
    })

  async function run(renew: boolean): Promise<Rewrapped> {
    const operator = sealing(operators)
    const stale = await db.alone(async () => {
      epochs.reload()
      const old = epochs.stale(operators) || (await roots.all()).some((root) => root.operator !== operator.id)
      if (renew || old) epochs.begin(operators, clock.now())
      return old
    })
    if (stale) await rewrapRoots()
    if (epochs.older === 0) return { ...epoch(), rewrapped: 0 }
    let rewrapped = 0
    for (let ended: boolean | null = null; ended === null; ) {
      const walked = epochs.current
      rewrapped += await rewrapKeys()
      ended = await end(walked)
      if (ended) await log.note({ actor: 'lethe', action: 'epoch_destroyed', object: String(walked - 1) })
    }
    return { ...epoch(), rewrapped }
  }

  const epoch = (): Epoch => ({ number: epochs.current, since: epochs.since, older: epochs.older })

  return {
    epoch,
    /** One at a time: two epochs that begin at once would each take the other's for old. */
    rewrap: ({
      renew,
      operators: fresh,
    }: {
      renew: boolean
      operators?: readonly OperatorKey[]
    }): Promise<Rewrapped> => {
      if (fresh) operators = fresh
      const mine = last.then(() => run(renew))
      last = mine.catch(() => {})
      return mine
    },
  }
}

/** Null for a key that opens no more: there is nothing left to save, and the audit names its row. */
function opened(open: () => Buffer): Buffer | null {
  try {
    return open()
  } catch (cause) {
    if (isFault(cause) && (cause.code === 'seal_broken' || cause.code === 'keys_wrong')) return null
    throw cause
  }
}
