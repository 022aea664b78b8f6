import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Node } from './redis-address.ts'

const patience = 60_000
const pause = 100
const replicaPatience = 5000

/**
 * Writes the files of Redis anew: the append-only file, or the snapshot where there is no such file. Removed values stay
 * in them until then (redis.io/docs/latest/operate/oss_and_stack/management/persistence). Each replica that a master
 * knows has files of its own; one that is not connected in this moment is known to nobody. A server may keep the commands
 * to its operator, and a managed one usually does: `refused`, and the next rewrite of theirs does it.
 */
export async function rewriteRedis(
  masters: readonly Redis[],
  open: (node: Node) => Redis,
): Promise<'done' | 'refused'> {
  let done = true
  for (const master of masters) {
    const replicas = replicasIn(await master.info('replication'))
    // A replica that is behind would write what was removed into its new file.
    const caughtUp = replicas.length === 0 ? 0 : await master.wait(replicas.length, replicaPatience)
    done = caughtUp === replicas.length && done
    done = (await rewrite(master)) && done
    for (const replica of replicas) done = (await rewriteThere(open(replica))) && done
  }
  return done ? 'done' : 'refused'
}

/** `slave0:ip=10.0.0.7,port=6379,state=online,offset=…`, one a line. */
const replicasIn = (info: string): readonly Node[] =>
  [...info.matchAll(/^slave\d+:ip=([^,]+),port=(\d+)/gm)].map(([, host = '', port]) => ({ host, port: Number(port) }))

/** A replica that lets nobody in keeps its bytes. */
async function rewriteThere(replica: Redis): Promise<boolean> {
  try {
    await replica.connect()
    return await rewrite(replica)
  } catch {
    return false
  } finally {
    replica.disconnect()
  }
}

async function rewrite(redis: Redis): Promise<boolean> {
  const persistence = () => redis.info('persistence')
  const before = await persistence()
  const appends = fact(before, 'aof_enabled') === '1'
  const [command, busy, state] = appends
    ? (['BGREWRITEAOF', ['aof_rewrite_in_progress', 'aof_rewrite_scheduled'], 'aof_last_bgrewrite_status'] as const)
    : (['BGSAVE', ['rdb_bgsave_in_progress'], 'rdb_last_bgsave_status'] as const)
  const idle = async (): Promise<string | null> => {
    for (let waited = 0; waited < patience; waited += pause) {
      const now = await persistence()
      if (busy.every((name) => fact(now, name) === '0')) return now
      await sleep(pause)
    }
    return null
  }
  if (!appends && (await savesNothing(redis))) return true
  // One that began before the removal would not do.
  if ((await idle()) === null) return false
  try {
    await redis.call(command)
  } catch (error) {
    if (error instanceof Error && /^(NOPERM|ERR unknown command|ERR .*disabled)/i.test(error.message)) return false
    throw error
  }
  const after = await idle()
  return after !== null && fact(after, state) === 'ok'
}

/** Without a schedule of snapshots nothing is on disk, and a snapshot would put it there. */
async function savesNothing(redis: Redis): Promise<boolean> {
  const reply = await redis.config('GET', 'save').catch(() => [])
  return Array.isArray(reply) && reply[1] === ''
}

const fact = (info: string, name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown'
