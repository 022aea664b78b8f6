import { Queue as BullQueue } from 'bullmq'
import { Redis } from 'ioredis'
import { newQueue } from '../../src/queue/bullmq.ts'
import type { Notice } from '../../src/queue/index.ts'
import { openEngineOf } from '../../src/queue/open.ts'
import type { QueueScene } from '../contracts/queue.ts'

/** A Redis that others use too. */
export const shared = 'redis://127.0.0.1:6379'

/** A scene for the contract, with a second way in: BullMQ itself, past the face and past the gate. */
export async function openEngine(url: string, noticed: (notice: Notice) => void, name = 'lethe'): Promise<QueueScene> {
  const options = { name, noticed }
  const engine = await openEngineOf(url, options)
  const queue = await newQueue(engine, options)
  const alone = url.startsWith('pglite:')
  const other = alone ? queue : await newQueue(await openEngineOf(url, options), options)
  return {
    queue,
    other,
    async plant(to, data) {
      const bull = new BullQueue(to, { connection: {}, prefix: engine.prefix }, engine.backend)
      bull.on('error', () => undefined)
      await bull.add('planted', data, { attempts: 1, removeOnComplete: true })
      await bull.close()
    },
    async close() {
      if (other !== queue) await other.close()
      await queue.close()
      if (url === shared) await sweep(url, name)
    },
  }
}

/** The shared Redis is left as it was found. */
async function sweep(url: string, name: string): Promise<void> {
  const client = new Redis(url)
  const keys = await client.keys(`{${name}}:*`)
  if (keys.length > 0) await client.del(...keys)
  client.disconnect()
}
