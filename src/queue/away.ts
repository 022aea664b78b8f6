import { Fault, isFault } from '../base/index.ts'

/**
 * The engine's refusals as faults. The engine's own words are dropped, because a reply may quote the command, and the
 * command holds the job; a short code of theirs (ECONNREFUSED, OOM, 53100) is kept.
 */
export function awayFault(error: unknown): Fault {
  if (isFault(error)) return error
  const code = engineCode(error)
  if (full.has(code)) {
    return new Fault(
      'queue_full',
      `The queue's engine has no room left (${code}).`,
      'Give Redis more memory or the data folder more disk; what waits in the queue is kept.',
    )
  }
  if (closedDoors.has(code)) {
    return new Fault(
      'queue_denied',
      `The queue's engine refuses this user (${code}).`,
      'Check user, password, database and rights of the address in LETHE_QUEUE.',
    )
  }
  return new Fault(
    'queue_away',
    `The queue's engine does not answer (${code}).`,
    'Check that the engine of LETHE_QUEUE runs and can be reached; Lethe goes on by itself when it is back.',
  )
}

const full = new Set(['OOM', 'ENOSPC', '53100', '53200'])
// Redis's own words, and the SQLSTATEs of a wrong password, a closed door, a database that is not there, a missing right.
const closedDoors = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM', '28P01', '28000', '3D000', '42501'])

function engineCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^[A-Z0-9_]{2,24}$/.test(code)) return code
  const text = error instanceof Error ? error.message : ''
  // A reply of Redis opens with its code in capitals; the errors of ioredis are sentences and timeouts.
  return /^[A-Z]{2,16}(?= )/.exec(text)?.[0] ?? (/\btime(?:d )?out\b/.test(text) ? 'timeout' : 'closed')
}
