import { afterAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { storeFault } from '../../src/ledger/postgres/fault.ts'
import { poolOf, targetOf } from '../../src/ledger/postgres/pool.ts'
import { postgresSql } from '../../src/ledger/postgres/sql.ts'
import { openPostgres } from '../journeys/postgres.ts'
import { newFolder, operatorKey } from './folder.ts'
import { bookOf, policyOf } from './policies.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

describe.runIf(havePostgres)('a connection to PostgreSQL', () => {
  afterAll(closeServer)

  it('that ends between two statements ends its transaction, and not the process', async () => {
    const target = targetOf((await newPlace()).url)
    const [pool, other] = [poolOf(target, 'public'), poolOf(target, 'public')]
    const sql = postgresSql(pool, 'public')
    const ended = new Promise((resolve) => pool.once('connect', (client) => void client.once('end', resolve)))
    const work = sql.alone(async () => {
      const id = await sql.prepare<[], number>('SELECT pg_backend_pid()').pluck().get()
      await other.query('SELECT pg_terminate_backend($1)', [id])
      // An `error` that nobody listens to is thrown here, and fails the run.
      await ended
      await sql.prepare('SELECT 1').get()
    })
    const fault = await work.then(
      () => null,
      (cause) => storeFault(cause),
    )
    expect(fault).toMatchObject({ code: 'store_away' })
    expect(await sql.prepare<[], number>('SELECT 1').pluck().get()).toBe(1)
    await Promise.all([pool.end(), other.end()])
  }, 30_000)

  it('that is gone is told by every verb in the same words', async () => {
    const server = await openPostgres()
    const folder = newFolder()
    const policies = bookOf(policyOf())
    const given = { operatorKeys: [operatorKey()], policies, keysPath: folder.keys, epochsPath: folder.epochs }
    const ledger = await openLedger(server.url, given)
    await server.kill('SIGQUIT')
    const asked = [ledger.probe(), ledger.policySources(), ledger.campaign(newId()), ledger.message(newId())]
    const codes = (await Promise.allSettled(asked)).map((each) => each.status === 'rejected' && each.reason.code)
    expect(codes).toEqual(asked.map(() => 'store_away'))
    await ledger.close()
    await server.close()
    folder.remove()
  }, 60_000)
})
