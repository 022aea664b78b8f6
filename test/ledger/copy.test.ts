import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { copyStore, type Ledger, openLedger } from '../../src/ledger/index.ts'
import { newFolder, operatorKey } from './folder.ts'
import { address, handClock, hitOn, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

describe.runIf(havePostgres)('a copy of a store', () => {
  const clock = handClock(Date.now())
  const policies = bookOf(policyOf())
  let folder = newFolder()
  const place = (url: string) => ({ url, keysPath: folder.keys })
  const open = (url: string): Promise<Ledger> => {
    const given = { operatorKeys: [operatorKey()], policies, clock }
    return openLedger(url, { ...given, keysPath: folder.keys, epochsPath: folder.epochs })
  }
  const people = Array.from({ length: 12 }, (_, index) => `p${index}@example.org`)
  let source = ''

  beforeEach(async () => {
    folder = newFolder()
    source = `sqlite:${folder.store}`
    const ledger = await open(source)
    await ledger.enforce(policies.inForce)
    const sent = await ledger.accept(people.map((to) => permit(requestTo(to, clock), policies.inForce)))
    await ledger.record(sent.map(({ id }) => hitOn(id, clock, policies)))
    await ledger.close()
  })
  afterAll(closeServer)

  it('in PostgreSQL has every message and every event, opens, and goes on by itself after it was broken off', async () => {
    const { url } = await newPlace()
    const broken = copyStore(place(source), place(url), ({ table }) => {
      if (table === 'messages') throw new Error('broken off')
    })
    await expect(broken).rejects.toThrow()
    const copied = await copyStore(place(source), place(url), () => undefined)
    const counts = Object.fromEntries(copied.map(({ table, rows }) => [table, rows]))
    expect(counts).toMatchObject({ messages: people.length, events: people.length, subject_keys: people.length })
    const ledger = await open(url)
    for (const to of people) expect((await ledger.held(address(to)))?.events).toHaveLength(1)
    await ledger.close()
  }, 60_000)

  it('into a store that has gone on by itself is refused', async () => {
    const { url } = await newPlace()
    await copyStore(place(source), place(url), () => undefined)
    const ledger = await open(url)
    await ledger.accept([permit(requestTo('later@example.org', clock), policies.inForce)])
    await ledger.close()
    await expect(copyStore(place(source), place(url), () => undefined)).rejects.toMatchObject({ code: 'copy_differs' })
  }, 60_000)

  it('to a server that is not there says so', async () => {
    const gone = copyStore(place(source), place('postgres://lethe@127.0.0.1:1/lethe'), () => undefined)
    await expect(gone).rejects.toMatchObject({ code: 'store_away' })
  })

  it('lies in a schema of whatever name, and in none of the server', async () => {
    const { url } = await newPlace()
    await (await open(`${url}?schema=select`)).close()
    for (const name of ['information_schema', 'pg_catalog', 'pg_temp']) {
      await expect(open(`${url}?schema=${name}`), name).rejects.toMatchObject({ code: 'store_url' })
    }
  }, 60_000)
})
