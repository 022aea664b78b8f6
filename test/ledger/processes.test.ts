import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ledger, openLedger } from '../../src/ledger/index.ts'
import { newKeyCache } from '../../src/ledger/keys/cache.ts'
import { until } from '../journeys/lethe.ts'
import { newFolder, operatorKey } from './folder.ts'
import { address, consentTo, handClock, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

describe.runIf(havePostgres)('two processes on one store', () => {
  const clock = handClock()
  const policies = bookOf(policyOf())
  let open: () => Promise<Ledger>
  beforeEach(async () => {
    const folder = newFolder()
    const { url } = await newPlace()
    open = () =>
      openLedger(url, {
        ...{ keysPath: folder.keys, epochsPath: folder.epochs },
        ...{ operatorKeys: [operatorKey()], policies, clock },
      })
  })
  afterAll(closeServer)

  it('make keys of the newest epoch, also where the other one has rotated, for whichever verb makes a person known', async () => {
    const [one, other] = [await open(), await open()]
    const ways: readonly (readonly [string, (to: string) => Promise<unknown>])[] = [
      ['consent', (to) => other.recordConsent(address(to), consentTo('insight', 'granted', clock.now()))],
      [
        'concern',
        (to) => {
          const facts = { id: requestTo(to, clock).id, right: 'concern', openedAt: clock.now(), dueAt: clock.now() }
          return other.openConcern({ ...facts, right: 'concern' }, address(to), 'what was said')
        },
      ],
    ]
    for (const [name, way] of ways) {
      await one.rewrap({ renew: true })
      await way(`${name}@example.org`)
    }
    const later = await open()
    for (const [name] of ways) expect(await later.held(address(`${name}@example.org`)), name).toHaveProperty('subjects')
    await Promise.all([one, other, later].map((each) => each.close()))
  })
})

it('a key is remembered for a time, and then wiped', async () => {
  const cache = newKeyCache(10, 50)
  const key = Buffer.alloc(32, 1)
  cache.put('somebody', key)
  expect(cache.get('somebody')).toBe(key)
  await until(() => key.equals(Buffer.alloc(32)))
  expect(key.equals(Buffer.alloc(32))).toBe(true)
  expect(cache.get('somebody')).toBeUndefined()
  cache.clear()
})
