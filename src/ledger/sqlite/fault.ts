import { Fault, isFault } from '../../base/index.ts'

/** SQLite's primary result codes (sqlite.org/rescode.html) that a reader can do something about. */
const known: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'store_locked',
    'Another process holds the store and did not let go in time.',
    'Stop the other process that uses this data folder, then try again.',
  ],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    'store_corrupt',
    'A file of the store is damaged or is no store at all.',
    'Stop Lethe and restore the data folder from a backup.',
  ],
  [
    /^SQLITE_(FULL|IOERR_WRITE|IOERR_FSYNC|IOERR_TRUNCATE|IOERR_SHM)/,
    'store_full',
    'The store could not be written: the disk is full or refuses.',
    'Make room on the disk of LETHE_DATA; nothing that was answered is lost.',
  ],
  [
    /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/,
    'store_unwritable',
    'A file of the store cannot be opened for writing.',
    'Give this user the rights to LETHE_DATA and the files in it.',
  ],
]

/** What SQLite threw, as a coded fault. Its own text names tables at most, and stays behind as the cause. */
export function storeFault(cause: unknown): Fault {
  if (isFault(cause)) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const [, ours, sentence, next] = known.find(([pattern]) => pattern.test(code)) ?? [
    null,
    'store_failed',
    'The store failed in a way that it should not.',
    'Run lethe audit; if it stays, report the code of the cause.',
  ]
  return new Fault(ours, sentence, next, { cause })
}
