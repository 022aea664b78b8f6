import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLedger } from '../../src/ledger/index.ts'
import { newFolder, operatorKey } from '../ledger/folder.ts'
import { closeServer, havePostgres, newPlace } from '../ledger/postgres.ts'
import { describeLedger } from './ledger.ts'

let place: Awaited<ReturnType<typeof newPlace>>
let count = 0

// A schema a test in one database: making a database takes longer than the tests.
if (havePostgres) {
  beforeAll(async () => {
    place = await newPlace()
  })
  afterAll(closeServer)
  describeLedger('PostgreSQL', async ({ policies, clock }) => {
    const folder = newFolder()
    const ledger = await openLedger(`${place.url}?schema=lethe_${++count}&connections=4`, {
      ...{ keysPath: folder.keys, epochsPath: folder.epochs },
      ...{ operatorKeys: [operatorKey()], policies, clock },
    })
    return {
      ledger,
      dispose: async () => {
        await ledger.close()
        folder.remove()
      },
    }
  })
}

it('ran on a PostgreSQL, or says that it did not', () => {
  expect(havePostgres || process.env.LETHE_REQUIRE_POSTGRES !== '1').toBe(true)
})
