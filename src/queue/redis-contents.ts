import type { Redis } from 'ioredis'
import { queueNames } from './engine.ts'
import type { QueueName } from './queue.ts'

type Reader = (redis: Redis, key: string) => Promise<readonly string[]>

const readers: Readonly<Record<string, Reader>> = {
  string: async (redis, key) => [(await redis.get(key)) ?? ''],
  hash: async (redis, key) => Object.entries(await redis.hgetall(key)).flat(),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, '0', '-1'),
  stream: async (redis, key) => (await redis.xrange(key, '-', '+')).flatMap(([, fields]) => fields),
}

/**
 * Every value under our prefix, whatever its type and whoever wrote it: an audit that knew BullMQ's keys would miss those
 * of its next version. The key itself is read too, since job and scheduler ids are part of it.
 */
export async function* readRedis(
  masters: readonly Redis[],
  prefix: string,
): AsyncGenerator<{ readonly queue: QueueName; readonly text: string }> {
  for (const queue of queueNames) for (const redis of masters) yield* readQueue(redis, queue, prefix)
}

async function* readQueue(redis: Redis, queue: QueueName, prefix: string) {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}:${queue}:*`, 'COUNT', 500)
    cursor = next
    for (const key of keys) {
      const read = readers[await redis.type(key)]
      const values = read ? await read(redis, key) : []
      yield { queue, text: [key, ...values].join('\n') }
    }
  } while (cursor !== '0')
}
