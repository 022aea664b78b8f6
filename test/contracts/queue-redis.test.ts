import { expect, it } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { openEngine, shared } from '../queue/plant.ts'
import { answers, sayWithoutRedis } from '../queue/redis.ts'
import { describeQueue } from './queue.ts'

const there = await answers(6379)

if (there) describeQueue('Redis', (noticed) => openEngine(shared, noticed, `test-${newId()}`))

it('ran on a Redis, or says that it did not', () => {
  if (!there) sayWithoutRedis('the queue on Redis')
  expect(there || process.env.LETHE_REQUIRE_REDIS !== '1').toBe(true)
})
