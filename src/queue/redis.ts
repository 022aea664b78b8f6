import { createRedisBackend } from 'bullmq'
import type { Redis } from 'ioredis'
import { awayFault } from './away.ts'
import { type Engine, type QueueOptions, queueNames } from './engine.ts'
import { redisAddress } from './redis-address.ts'
import { newRedisBoard } from './redis-board.ts'
import { mastersOf, type RedisClient, redisConnector } from './redis-connect.ts'
import { readRedis } from './redis-contents.ts'
import { type Pulse, takePulse } from './redis-pulse.ts'
import { rewriteRedis } from './redis-rewrite.ts'
import { redisWarnings } from './redis-warnings.ts'

// A worker's script may wait behind a long one of somebody else; what it did not hear of by then, it never will.
const workersPatience = 5000

/**
 * Redis or Valkey: one server, behind Sentinels, or a Cluster, each with TLS or without. Two connections, because they
 * must fail in opposite ways: the adders' one at once, so that a reader is answered in time; the workers' one never, so
 * that work goes on by itself.
 */
export async function openRedis(url: string, options: QueueOptions): Promise<Engine> {
  const address = redisAddress(url)
  const patience = options.patienceMillis ?? 2000
  const connector = redisConnector(address, patience, () => options.noticed?.({ code: 'engine_error' }))
  const adding = connector.connect('swift')
  // The attempt itself only says that the connection closed; why, a wrong password for one, is told beside it.
  let reason: unknown = null
  const note = (error: unknown): void => {
    reason = lastOf(error)
  }
  adding.on('error', note)
  try {
    await adding.connect()
  } catch (error) {
    adding.disconnect()
    throw awayFault(reason ?? error)
  }
  adding.off('error', note)

  // All keys share one hash tag, so that a Cluster keeps what one script touches on one node.
  const prefix = `{${options.name ?? address.prefix ?? 'lethe'}}`
  const key = `${prefix}:board`
  const heart = takePulse(adding, `${prefix}:pulse`, patience)
  const pulses: Pulse[] = [heart]
  let working: RedisClient | null = null
  const patient = () => {
    if (working) return working
    working = connector.connect('patient')
    pulses.push(takePulse(working, `${prefix}:pulse`, workersPatience))
    return working
  }

  const followers = new Set<Redis>()
  return {
    prefix,
    backend: (name, settings, kind) =>
      createRedisBackend(name, { ...settings, connection: kind?.withBlockingConnection ? patient() : adding }, kind),
    board: newRedisBoard({
      key,
      patience,
      redis: adding,
      newEar: () => {
        const ear = connector.ear()
        followers.add(ear)
        ear.once('end', () => followers.delete(ear))
        return ear
      },
    }),
    contents: () => readRedis(mastersOf(adding), prefix),
    warnings: () => redisWarnings(mastersOf(adding)),
    // Memory only: the append-only file keeps removed bytes until its next rewrite, which is the operator's to allow.
    async tidy() {
      for (const name of queueNames) await adding.xtrim(`${prefix}:${name}:events`, 'MAXLEN', 0)
    },
    forget: () => rewriteRedis(mastersOf(adding), connector.node),
    get healthy() {
      return heart.answering
    },
    async close() {
      for (const pulse of pulses) pulse.stop()
      for (const client of [...followers, adding, ...(working ? [working] : [])]) client.disconnect()
    },
  }
}

/** A Cluster that could not be entered carries what the last of its nodes said. */
const lastOf = (error: unknown): unknown =>
  error instanceof Error && 'lastNodeError' in error ? error.lastNodeError : error
