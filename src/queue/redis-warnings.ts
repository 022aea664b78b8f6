import type { Redis } from 'ioredis'
import { awayFault } from './away.ts'

interface Warning {
  readonly code: string
  readonly next: string
}

/** What Redis may do to a queue behind our back, on any of the servers that hold it; each warning once. */
export async function redisWarnings(masters: readonly Redis[]): Promise<readonly Warning[]> {
  const found = new Map<string, Warning>()
  for (const master of masters) for (const warning of await warningsOf(master)) found.set(warning.code, warning)
  return [...found.values()]
}

async function warningsOf(redis: Redis): Promise<readonly Warning[]> {
  const info = await allowed(redis.info())
  if (info === null) return [unseen('INFO'), unseen('CONFIG|GET')]
  const fact = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown'
  const evicts = fact('maxmemory_policy') === 'noeviction' ? [] : [warnings.evicts]
  const settings = await allowed(settingsOf(redis, ['appendfsync', 'save']))
  const appends = fact('aof_enabled') === '1'
  if (settings === null) return [...evicts, ...(appends ? [] : [warnings.noAppend]), unseen('CONFIG|GET')]
  if (appends) return settings.get('appendfsync') === 'always' ? evicts : [...evicts, warnings.lastSecond]
  return [...evicts, settings.get('save') === '' ? warnings.notPersistent : warnings.snapshotsOnly]
}

const warnings = {
  evicts: {
    code: 'queue_evicts',
    next: 'Set maxmemory-policy noeviction in Redis: under any other it throws waiting work away.',
  },
  lastSecond: {
    code: 'queue_loses_last_second',
    next: 'Set appendfsync always if an answered hit must survive the crash of the Redis machine.',
  },
  noAppend: {
    code: 'queue_no_append_only_file',
    next: 'Set appendonly yes in Redis: a crash loses all since the last snapshot, if it makes any.',
  },
  notPersistent: {
    code: 'queue_not_persistent',
    next: 'Set appendonly yes in Redis: it keeps nothing on disk now.',
  },
  snapshotsOnly: {
    code: 'queue_snapshots_only',
    next: 'Set appendonly yes in Redis: a crash loses all since the last snapshot.',
  },
} as const satisfies Readonly<Record<string, Warning>>

const lost = {
  INFO: {
    code: 'queue_eviction_unseen',
    what: 'whether Redis throws waiting work away, and whether it keeps any on disk',
  },
  'CONFIG|GET': { code: 'queue_durability_unseen', what: 'how soon an answered hit is on the disk of Redis' },
} as const

const unseen = (command: keyof typeof lost): Warning => ({
  code: lost[command].code,
  next: `Allow ${command.toLowerCase()} to the user of LETHE_QUEUE: it could not be seen ${lost[command].what}.`,
})

/** Null where the user may not ask, or a managed server has no such command. */
async function allowed<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Error && /^(NOPERM|ERR unknown (sub)?command)/i.test(error.message)) return null
    throw awayFault(error)
  }
}

async function settingsOf(redis: Redis, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const name of names) {
    const reply: unknown = await redis.config('GET', name)
    if (Array.isArray(reply) && typeof reply[1] === 'string') found.set(name, reply[1])
  }
  return found
}
