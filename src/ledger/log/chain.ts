import { Fault, keyedHash } from '../../base/index.ts'
import type { LogEntry, LogNote } from '../ledger.ts'

/** What the first entry follows. */
export const origin = (key: Buffer): Buffer => keyedHash(key, 'lethe audit log')

/** The hash of `entry` behind `before`: without the key nobody can make one, so that every change shows from there on. */
export function linkOf(key: Buffer, before: Buffer, entry: LogEntry): Buffer {
  const { sequence, at, actor, action, object, reason } = entry
  // A JSON array keeps (a, bc) and (ab, c) apart.
  const text = JSON.stringify([sequence, at, actor, action, object ?? null, reason ?? null])
  return keyedHash(key, Buffer.concat([before, Buffer.from(text)]))
}

const shapes: Readonly<Record<keyof LogNote, RegExp>> = {
  actor: /^[\w-]{1,64}$/,
  action: /^[A-Za-z0-9_/{} -]{1,80}$/,
  object: /^[\w-]{1,80}$/,
  reason: /^[\p{L}\p{N} ,;()/#-]{1,200}$/u,
}

/**
 * Ids, codes and, where a right asks for one, a short reason without the signs that addresses and URLs are made of: the
 * log outlives the people it is about. Throws `log_entry_invalid`.
 */
export function checked(note: LogNote): LogNote {
  for (const [field, shape] of Object.entries(shapes)) {
    const value = note[field as keyof LogNote] // the keys of `shapes` are the fields of a note
    if (value === undefined || value === null || shape.test(value)) continue
    throw new Fault(
      'log_entry_invalid',
      `The ${field} of an entry of the audit log is not of its form.`,
      'Use ids and codes; write a reason in plain words, without addresses, dots or colons.',
    )
  }
  return note
}
