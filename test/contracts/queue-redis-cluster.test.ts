import { it } from 'vitest'
import { openEngine } from '../queue/plant.ts'
import { haveRedis, sayWithoutRedis } from '../queue/redis.ts'
import { startCluster } from '../queue/redis-fleet.ts'
import { describeQueue } from './queue.ts'

if (haveRedis) {
  describeQueue('a Redis Cluster', async (noticed) => {
    const fleet = await startCluster()
    const scene = await openEngine(fleet.url, noticed)
    return { ...scene, close: () => scene.close().finally(fleet.close) }
  })
} else {
  it('is not tried here', () => sayWithoutRedis('the queue on a Redis Cluster'))
}
