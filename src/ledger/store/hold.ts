import type { Dialect, Sql } from '../sql.ts'

interface Holds {
  /** Waits for whoever writes to the rows, and keeps others from it until the transaction's end. */
  readonly rows: string
  /** The same with rows that nobody else holds, and leaves out the others. */
  readonly freeRows: string
}

/** What SQLite needs no words for: its transactions that write stand in one row. */
const holds: Readonly<Record<Dialect['name'], Holds>> = {
  sqlite: { rows: '', freeRows: '' },
  postgres: { rows: 'FOR NO KEY UPDATE', freeRows: 'FOR NO KEY UPDATE SKIP LOCKED' },
}

/**
 * Words at the end of a SELECT, for verbs that stand beside others: what a row says is still true when the verb writes.
 * Whatever has to be read under them is read by a later statement. Against deadlocks everybody holds in one order: rows of
 * messages by id, then people by the index of their address, then campaigns by id.
 */
export const holdsOf = ({ dialect }: Sql): Holds => holds[dialect.name]

/** In the one order in which rows are held; what has the same key stays as it was. */
export const inOrder = <T>(items: Iterable<T>, keyOf: (item: T) => Buffer): T[] =>
  [...items]
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ item }) => item)

/** Somebody else wrote the same at the same time. It ends the transaction; the verb is tried again, then alone. */
export class Contested extends Error {}
