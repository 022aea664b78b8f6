import { Fault, isFault } from '../../base/index.ts'

/** SQLSTATE codes and socket errors that a reader can do something about (postgresql.org/docs/current/errcodes-appendix). */
const known: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /^(08|57P0[1-3]|ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ERR_STREAM)/,
    'store_away',
    'The store does not answer.',
    'Look whether PostgreSQL runs and can be reached at the host of LETHE_STORE; nothing that was answered is lost.',
  ],
  [
    /^(28|3D000)/,
    'store_refused',
    'The store refuses this user or does not know this database.',
    'Check user, password and database in LETHE_STORE.',
  ],
  [
    /^(42501|25006)/,
    'store_unwritable',
    'This user may not do in the store what has to be done.',
    'Give the user of LETHE_STORE its own schema: CREATE SCHEMA lethe AUTHORIZATION user; CREATE SCHEMA lethe_keys likewise.',
  ],
  [
    /^(53100|53200|58030)/,
    'store_full',
    'The store could not be written: its disk or memory is full.',
    'Make room on the disk of PostgreSQL; nothing that was answered is lost.',
  ],
  [
    /^(53300)/,
    'store_busy',
    'PostgreSQL has no connection left.',
    'Raise max_connections, or write a smaller ?connections= behind LETHE_STORE.',
  ],
  [
    /^(55P03|57014|25P03|40001|40P01)/,
    'store_locked',
    'The store was held by others for too long.',
    'Try again; if it stays, look in pg_stat_activity for what holds it.',
  ],
  [
    /^(XX00[12])/,
    'store_corrupt',
    'PostgreSQL says that its data is damaged.',
    'Stop Lethe and restore the database from a backup.',
  ],
]

/** What PostgreSQL or the socket to it said, as a coded fault. Its own text may quote values, and is left behind. */
export function storeFault(cause: unknown): Fault {
  if (isFault(cause)) return cause
  const code = codeOf(cause)
  const [, ours, sentence, next] = known.find(([pattern]) => pattern.test(code)) ?? [
    null,
    'store_failed',
    'The store failed in a way that it should not.',
    'Run lethe audit; if it stays, report the code of the cause.',
  ]
  return new Fault(ours, sentence, next, { cause: new Error(`postgres_${code || 'unknown'}`) })
}

/** What the driver says without a code: a connection that ended, one that others held for too long, answers out of turn. */
const drivers: readonly (readonly [RegExp, string])[] = [
  [/Connection terminated|is not queryable/, '08_ended'],
  [/timeout exceeded when trying to connect|timeout expired/, '55P03_waited'],
  [/Received unexpected/, 'protocol'],
]

/** An SQLSTATE, the code of a socket, or a name for the driver's own words; the kind of a defect; empty for all else. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  const own = drivers.find(([pattern]) => pattern.test(cause.message))?.[1]
  if (own) return own
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.name === 'Error' ? '' : cause.name
}
