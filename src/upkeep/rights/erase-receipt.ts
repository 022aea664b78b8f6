import type { Erasure, Ledger } from '../../ledger/index.ts'
import type { Deed } from './casebook.ts'
import type { Line, Remainder } from './receipt.ts'

const iso = (millis: number): string => new Date(millis).toISOString()

const suppressionStays: Remainder = {
  code: 'suppression',
  says: 'A keyed hash of the address stays on the list of those who must not be written to, under a key of its own and used for nothing else.',
  until: null,
}

const listStays: Remainder = {
  code: 'erasure_list',
  says: 'Two keyed hashes with the day, on a list beside the epoch keys: a backup that is restored loses them again by it.',
  until: null,
}

/** Each step that is on record, with its date: a receipt of the same erasure says the same after a restart. */
export function linesOf(erasure: Erasure, leaves: Ledger['leaves']): readonly Line[] {
  const { askedAt, toldAt, rowsAt, keysAt, storeAt, queueAt } = erasure
  const lines: readonly (readonly [number | null, string, string, number?])[] = [
    [askedAt, 'suppressed', 'The address was put on the list of those who must not be written to.'],
    [toldAt, 'stopped', 'Opens and clicks of mail already sent are answered and no longer recorded.'],
    [rowsAt, 'rows_removed', 'Every row of theirs was removed from the store, queued mail included.', erasure.removed],
    [keysAt, 'keys_destroyed', 'The keys to everything of theirs that was sealed were destroyed.'],
    [
      storeAt,
      'store_residue_removed',
      leaves === 'log'
        ? 'Dead rows of store and key store were cleared: small tables were written anew, large ones vacuumed.'
        : 'Free pages and write-ahead logs of store and key store were emptied.',
    ],
    [
      queueAt,
      erasure.queueState === 'refused' ? 'queue_residue_refused' : 'queue_residue_removed',
      erasure.queueState === 'refused'
        ? 'Finished jobs were removed; the server of the queue does not let us rewrite its log.'
        : 'Finished jobs were removed, and the files of the queue were written anew without them.',
    ],
  ]
  return lines.flatMap(([at, code, says, count]) =>
    at === null ? [] : [{ at: iso(at), code, says, ...(count === undefined ? {} : { count }) }],
  )
}

/** The last days of what ends by itself, as ISO days. */
export interface Ends {
  readonly tombstone: string
  readonly log: string
  readonly epoch: string
}

/** What no software can take back, and what stays on purpose. */
export function remainsOf(erasure: Erasure, ends: Ends, leaves: Ledger['leaves']): readonly Remainder[] {
  const storeLog: readonly Remainder[] =
    leaves === 'log'
      ? [
          {
            code: 'store_log',
            says: "Sealed copies of their rows in PostgreSQL's write-ahead log and in freed pages, until they are overwritten; from the day given no key opens them any more. A keyed hash of the address and random numbers in clear are among them.",
            until: ends.epoch,
          },
        ]
      : []
  const flying: readonly Remainder[] =
    erasure.inFlight > 0
      ? [
          {
            code: 'in_flight',
            says: 'A mail that was with the mail server in that moment may still arrive.',
            until: null,
          },
        ]
      : []
  const queueLog: readonly Remainder[] =
    erasure.queueState === 'refused'
      ? [
          {
            code: 'queue_log',
            says: "Ids of their messages in the log of the queue's server, until its operator has it rewritten.",
            until: null,
          },
        ]
      : []
  return [
    suppressionStays,
    listStays,
    {
      code: 'tombstone',
      says: 'A random number that stood for them, so that late opens and clicks are not recorded.',
      until: ends.tombstone,
    },
    {
      code: 'log',
      says: 'Ids of their messages in our own log, which name nobody any more.',
      until: ends.log,
    },
    { code: 'tallies', says: 'Counts in which they cannot be told apart.', until: null },
    ...flying,
    ...storeLog,
    ...queueLog,
    { code: 'mailboxes', says: 'Mail that was delivered lies in its mailbox.', until: null },
    { code: 'relays', says: 'Mail servers on the way keep logs of their own.', until: null },
    {
      code: 'epoch',
      says: 'Their key in copies of the key store that were made before, wrapped by a key that lives a week and is then destroyed; where that key was copied as well, the copy still opens.',
      until: ends.epoch,
    },
    {
      code: 'backups',
      says: 'Copies of our files that were made before, for as long as their keeper keeps them.',
      until: null,
    },
  ]
}

export const nothingHeld = (at: string): Deed => ({
  outcome: 'nothing_held',
  lines: [
    { at, code: 'nothing_held', says: 'Nothing was held under this address.' },
    { at, code: 'suppressed', says: 'The address is on the list of those who must not be written to.' },
  ],
  remains: [suppressionStays, listStays],
})
