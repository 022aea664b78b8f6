import { deriveKey, equalBytes, keyedHash } from '../../base/index.ts'

/**
 * Who may lift an entry of the suppression list: whoever shows evidence of a new request; the person alone, by confirming
 * one from their own mailbox (after an erasure); or nobody (a child's).
 */
export const lifts = ['evidence', 'person', 'nobody'] as const
export type Lift = (typeof lifts)[number]

export interface Marks {
  of(hash: Buffer, purpose: string, lift: Lift): Buffer
  /** Null for a mark that was not made with this key, for this entry: it was moved, changed or brought from elsewhere. */
  read(hash: Buffer, purpose: string, mark: Buffer | null): Lift | null
}

/**
 * An entry says neither who nor when nor why, and its mark must not either: a keyed hash, which looks the same whatever it
 * says, and says it only to whoever holds the key of the list.
 */
export function marksUnder(suppressionKey: Uint8Array): Marks {
  const key = deriveKey(suppressionKey, 'l.marks_')
  const of = (hash: Buffer, purpose: string, lift: Lift): Buffer =>
    keyedHash(key, Buffer.concat([Buffer.from(`${lift}\n${purpose}\n`), hash]), 16)
  return {
    of,
    read: (hash, purpose, mark) => (mark && lifts.find((lift) => equalBytes(mark, of(hash, purpose, lift)))) ?? null,
  }
}
