import { expect, it } from 'vitest'
import { openEngine } from '../queue/plant.ts'
import { havePostgres, ownDatabase, sayWithoutPostgres } from '../queue/postgres.ts'
import { describeQueue } from './queue.ts'

if (havePostgres) {
  describeQueue('PostgreSQL', async (noticed) => {
    const database = await ownDatabase()
    const scene = await openEngine(database.url, noticed)
    return { ...scene, close: () => scene.close().finally(database.drop) }
  })
}

it('ran on a PostgreSQL, or says that it did not', () => {
  if (!havePostgres) sayWithoutPostgres('the queue on PostgreSQL')
  expect(havePostgres || process.env.LETHE_REQUIRE_POSTGRES !== '1').toBe(true)
})
