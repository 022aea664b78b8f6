import { Fault } from '../base/index.ts'
import type { Config } from './config.ts'

/** Schemes whose engine lives in one process: the data folder's lock keeps every other one out. */
const embedded: ReadonlySet<string> = new Set(['sqlite', 'pglite'])

/** True where nobody but this process can reach what the URL names. */
export const isEmbedded = (url: string): boolean => embedded.has(url.slice(0, url.indexOf(':')))

/** A tracker of its own holds no store, no key of the store and no lock: hits, and the pages that keys and policy are enough for. */
export const opensNoStore = (roles: Config['roles']): boolean => roles.size === 1 && roles.has('tracker')

/** Throws `queue_embedded` where the queue of a tracker of its own would be nobody else's as well. */
export function shareable(queue: string): void {
  if (!isEmbedded(queue)) return
  throw new Fault(
    'queue_embedded',
    'The embedded queue lives in one process, and what this tracker put into it nobody would ever record.',
    'Set LETHE_QUEUE to the redis:// or postgres:// that the other roles use, or run all roles in one process.',
  )
}
