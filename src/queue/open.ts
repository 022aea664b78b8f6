import { Fault } from '../base/index.ts'
import { newQueue } from './bullmq.ts'
import type { Engine, QueueOptions } from './engine.ts'
import { postgresAddress } from './postgres-address.ts'
import type { Queue } from './queue.ts'
import { redisAddress } from './redis-address.ts'

interface Driver {
  /** Loads its vendor, which is not done before. */
  open(url: string, options: QueueOptions): Promise<Engine>
  /** The hosts that it will speak to, none for one in this process. Throws `queue_address`. */
  hosts(url: string): readonly string[]
}

const redis: Driver = {
  open: async (url, options) => (await import('./redis.ts')).openRedis(url, options),
  hosts: (url) => redisAddress(url).nodes.map(({ host }) => host),
}
const postgres: Driver = {
  open: async (url, options) => (await import('./postgres.ts')).openPostgres(url, options),
  hosts: (url) => [postgresAddress(url).host ?? ''],
}
const pglite: Driver = {
  open: async (url, options) => (await import('./pglite.ts')).openPglite(url, options),
  hosts: () => [],
}

/** One line a scheme. */
const drivers: Readonly<Record<string, Driver>> = {
  redis,
  rediss: redis,
  'redis+sentinel': redis,
  'rediss+sentinel': redis,
  'redis+cluster': redis,
  'rediss+cluster': redis,
  postgres,
  postgresql: postgres,
  pglite,
}

/**
 * Opens the queue that `url` names: `redis://…` and its kin, `postgres://…` or `pglite:<folder>`. Throws `queue_unknown` for
 * another scheme, `queue_address` for one that cannot be read, `queue_away` or `queue_denied` when the engine does not let
 * us in, `queue_broken` for a folder that is none.
 */
export async function openQueue(url: string, options: QueueOptions = {}): Promise<Queue> {
  return newQueue(await openEngineOf(url, options), options)
}

export const openEngineOf = async (url: string, options: QueueOptions): Promise<Engine> =>
  driverOf(url).open(url, options)

/** Where the queue's engine is, known from its address alone. Throws `queue_unknown` or `queue_address`. */
export const queueHosts = (url: string): readonly string[] => driverOf(url).hosts(url)

function driverOf(url: string): Driver {
  const driver = drivers[url.slice(0, url.indexOf(':'))]
  if (driver) return driver
  throw new Fault(
    'queue_unknown',
    'LETHE_QUEUE names an engine that Lethe does not know.',
    `Write it as one of ${Object.keys(drivers)
      .map((scheme) => `${scheme}:`)
      .join(', ')}.`,
  )
}
