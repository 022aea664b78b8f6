import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** Every key of the record queue with its value's own serialisation; of the stream of its events how many it ever had. */
export async function recordQueueInRedis(url: string): Promise<string> {
  const redis = new Redis(url)
  // Upkeep shortens the stream whenever its hour comes, and the scheduler's own heartbeat keys come and go with the clock.
  const held = async (key: string): Promise<unknown> => {
    if (!key.endsWith(':events')) return (await redis.dumpBuffer(key))?.toString('hex')
    const facts = (await redis.xinfo('STREAM', key)) as unknown[] // names and values by turns
    return facts[facts.indexOf('entries-added') + 1]
  }
  try {
    const keys = (await redis.keys('*')).filter((key) => key.includes('record') && !key.includes('stalled-check'))
    return (await Promise.all(keys.sort().map(async (key) => `${key}=${await held(key)}`))).join('\n')
  } finally {
    redis.disconnect()
  }
}

/** What is read once it changes no more: a busy engine may take a hit in after it was answered, since the bound is 250 ms. */
export async function atRest(read: () => Promise<string>): Promise<string> {
  for (let last = await read(); ; ) {
    await sleep(500)
    const now = await read()
    if (now === last) return now
    last = now
  }
}
